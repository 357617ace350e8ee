// Files that have no path on this machine (a page's, a bridge's), in pieces, until AttachFile seals them: in memory
// alone, so that nothing of them is ever in the clear on a disk.
//
// Together they are at most kFilesInPartsMax and take at most kInMemoryBytesMax; beyond that the one longest untouched
// makes room, since a page that was closed in mid-file never says so. All are overwritten when the session ends.
//
// Threads: the loop; what Get gave may be read on any.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"

namespace qf::client {

// Read whole into memory: a file in pieces, a picture that is encoded anew, and a descriptor that is no regular file.
constexpr uint64_t kInMemoryBytesMax = 64ull << 20;

constexpr size_t kFilePartBytesMax = 1 << 20;
constexpr size_t kFilesInPartsMax = 64;  // a page puts one after the other

struct FileIdTag {
  static constexpr char kName[] = "file id";
};
// 16 random bytes that whoever puts a file has chosen.
using FileId = FixedBytes<16, FileIdTag>;

class FileParts {
 public:
  FileParts() = default;
  FileParts(const FileParts&) = delete;
  FileParts& operator=(const FileParts&) = delete;

  // Puts `data` at `offset`, where the pieces so far have to end; the first is at 0 and begins the file anew. Gives its
  // size then. FAILED_PRECONDITION(STATE) for another offset, or once Get gave it; TOO_LARGE beyond kFilePartBytesMax
  // or kInMemoryBytesMax.
  absl::StatusOr<uint64_t> Put(const FileId& id, uint64_t offset, Bytes data);
  // What was put; nothing is added any more. NOT_FOUND when it has made room, or never was.
  absl::StatusOr<std::shared_ptr<const std::string>> Get(const FileId& id);
  // Forgets it, if it is there.
  void Remove(const FileId& id);

 private:
  struct File {
    FileId id;
    std::shared_ptr<std::string> bytes;
    bool taken = false;
  };
  std::list<File>::iterator Find(const FileId& id);
  void Erase(std::list<File>::iterator file);

  std::list<File> files_;  // the longest untouched first
  uint64_t size_bytes_ = 0;
};

}  // namespace qf::client
