// The log in one file, for a stranger to check. docs/log-export.md says the same in prose.
//
//   file   = "qingfeng/log-export/1␀" (22 bytes) ‖ frame ‖ frame …
//   frame  = length(4, big-endian, 1 to kExportFrameBytesMax) ‖ serialized qingfeng.record.v1.ExportFrame
//
// The first frame holds the head, every other one entry; there are exactly as many entries as the head says, and
// nothing behind the last. Needs no store, no session and no keys: this file and verify.h are a library of their own.
// Threads: one object one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "client-core/desk/verify.h"
#include "common/base/files.h"
#include "qingfeng/record/v1/export.pb.h"

namespace qf::client {

constexpr char kExportMagic[] = "qingfeng/log-export/1";  // its ending zero byte belongs to it
constexpr size_t kExportMagicBytes = sizeof kExportMagic;
constexpr size_t kExportFrameBytesMax = 512 * 1024;  // a record of 260 KiB, or a checkpoint of 128 KiB, and more

class ExportWriter {
 public:
  // A new file. FILE_EXISTS and the other errors of Files.
  static absl::StatusOr<std::unique_ptr<ExportWriter>> Create(Files& files, const std::string& path,
                                                              const recordpb::ExportHead& head);
  absl::Status Add(const recordpb::Entry& entry);
  // All of it is durable. STATE unless there were as many entries as the head said.
  absl::Status Finish();

 private:
  ExportWriter(std::string path, uint64_t size) : path_(std::move(path)), entries_left_(size) {}
  absl::Status Write(const recordpb::ExportFrame& frame);

  const std::string path_;
  Files* files_ = nullptr;
  std::unique_ptr<File> file_;
  uint64_t entries_left_;
  uint64_t at_ = 0;
};

class ExportReader {
 public:
  // Up to `size_bytes` from `offset`; shorter only at the end.
  using Source = absl::AnyInvocable<absl::StatusOr<std::string>(uint64_t offset, size_t size_bytes)>;

  // Reads the head. INVALID_ARGUMENT(MALFORMED) when it is no export; errors of the source.
  static absl::StatusOr<std::unique_ptr<ExportReader>> Open(Source source);

  const recordpb::ExportHead& head() const { return head_; }
  // The next entry; nullopt at the end. MALFORMED when the file ends early, goes on beyond the end, or a frame is none.
  absl::StatusOr<std::optional<recordpb::Entry>> Next();

 private:
  explicit ExportReader(Source source) : source_(std::move(source)) {}
  // The bytes at the reading place, taken; MALFORMED when there are fewer.
  absl::StatusOr<std::string> Take(size_t size_bytes);
  absl::StatusOr<recordpb::ExportFrame> TakeFrame();

  Source source_;
  std::string buffer_;  // read and not taken
  size_t buffer_at_ = 0;
  uint64_t source_at_ = 0;  // behind the buffer
  uint64_t entries_left_ = 0;
  recordpb::ExportHead head_;
};

// Checks an export from its first byte; what did not hold is in the findings. An error only for a file that cannot be
// read (Files) or is of another office (OFFICE).
absl::StatusOr<LogFindings> VerifyExport(ExportReader::Source source, const OfficeId& office);
absl::StatusOr<LogFindings> VerifyExport(Files& files, const std::string& path, const OfficeId& office);

}  // namespace qf::client
