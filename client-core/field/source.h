// Where the bytes of an attachment come from: a file by its path, an open descriptor of the caller's, or memory.
// One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/files.h"

namespace qf::client {

class Source {
 public:
  virtual ~Source() = default;
  virtual uint64_t size_bytes() const = 0;
  // `size_bytes` from `offset`, fewer only at the end. STATE when the file has become shorter than it was.
  virtual absl::StatusOr<std::string> Read(uint64_t offset, size_t size_bytes) = 0;
};

// FILE_MISSING and the disk's other errors.
absl::StatusOr<std::unique_ptr<Source>> OpenPath(Files& files, const std::string& path);

// A descriptor stays the caller's, who keeps it open until the answer; its position in a regular file is not moved.
// What is no regular file (a pipe, a content provider's socket) is read to its end into memory: TOO_LARGE beyond
// `in_memory_bytes_max`. FILE_MISSING for a number that is no open descriptor.
absl::StatusOr<std::unique_ptr<Source>> OpenDescriptor(int fd, uint64_t in_memory_bytes_max);

// Bytes that are in memory already.
std::unique_ptr<Source> SourceOf(std::string bytes);
std::unique_ptr<Source> SourceOf(std::shared_ptr<const std::string> bytes);

// All of a source; TOO_LARGE beyond `bytes_max`.
absl::StatusOr<std::string> ReadAll(Source& source, uint64_t bytes_max);

}  // namespace qf::client
