// Bytes that come in order, written to a new file that only its owner can read, or to standard output.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/base/files.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {

// The last part of `name`, without what could lead elsewhere or hide: no folder, no leading dot, no control
// characters. "attachment" when nothing is left. For names that others chose.
std::string SafeName(absl::string_view name);

class FileSink {
 public:
  // `path` "-" = standard output, refused (INVALID_ARGUMENT(USAGE)) when that is a terminal.
  // ALREADY_EXISTS(FILE_EXISTS) if the file is there: nothing is overwritten.
  static absl::StatusOr<std::unique_ptr<FileSink>> Open(Console& console, Files& files, const std::string& path);

  absl::Status Write(Bytes bytes);
  // Makes the file durable. Without it a file that was begun is removed again.
  absl::Status Finish();
  ~FileSink();

  const std::string& path() const { return path_; }
  uint64_t size_bytes() const { return size_bytes_; }

 private:
  FileSink(Console& console, Files& files, std::string path, std::unique_ptr<File> file)
      : console_(console), files_(files), path_(std::move(path)), file_(std::move(file)) {}

  Console& console_;
  Files& files_;
  std::string path_;
  std::unique_ptr<File> file_;  // nullptr = standard output
  uint64_t size_bytes_ = 0;
  bool finished_ = false;
};

// The same for bytes that are at hand.
absl::Status SaveFile(Console& console, Files& files, const std::string& path, Bytes bytes);

}  // namespace qf::cli
