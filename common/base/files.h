// Files, as a seam: what stores need of a disk and no more. The simulator's disk tears sectors, loses unsynced
// writes, fills up and rots; the real one is POSIX.
//
// Durability, exactly: data survive a power cut once File::Sync() returned OK *and* the name of the file was made
// durable by Files::SyncDir() of its folder. Rename replaces atomically; the new name is durable after SyncDir.
// After a failed Sync the state of the file is unknown: stop using it and open it again.
//
// Errors: NOT_FOUND(FILE_MISSING), RESOURCE_EXHAUSTED(DISK_FULL), DATA_LOSS(DISK_ERROR), ALREADY_EXISTS(FILE_EXISTS).
// Messages name the operation, never a path: paths can tell who uses the machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/strings.h"

namespace qf {

class File {
 public:
  virtual ~File() = default;
  // Up to `size_bytes` from `offset`; shorter only at the end of the file.
  virtual absl::StatusOr<std::string> ReadAt(uint64_t offset, size_t size_bytes) = 0;
  // Writes all of `bytes` at `offset`, growing the file with zeros if need be.
  virtual absl::Status WriteAt(uint64_t offset, Bytes bytes) = 0;
  virtual absl::Status Truncate(uint64_t size_bytes) = 0;
  virtual absl::StatusOr<uint64_t> SizeBytes() = 0;
  virtual absl::Status Sync() = 0;
};

// Held until destroyed; a second holder in any process gets FAILED_PRECONDITION(STORE_IN_USE).
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode {
  kRead,       // must exist
  kReadWrite,  // must exist
  kCreate,     // made if absent; mode 0600
  kCreateNew,  // must not exist; mode 0600
};

class Files {
 public:
  virtual ~Files() = default;
  virtual absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  virtual absl::Status Remove(const std::string& path) = 0;
  virtual absl::StatusOr<bool> Exists(const std::string& path) = 0;
  // Makes `path` and its parents, mode 0700; fine if it exists. Each new name is durable in its parent when it returns.
  virtual absl::Status MakeDir(const std::string& path) = 0;
  // Names (not paths) of the files and folders in `path`, sorted.
  virtual absl::StatusOr<std::vector<std::string>> List(const std::string& path) = 0;
  virtual absl::Status SyncDir(const std::string& path) = 0;
  virtual absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
  // Bytes that can still be written below `path`.
  virtual absl::StatusOr<uint64_t> FreeBytes(const std::string& path) = 0;
  // Name of the SQLite VFS that reaches the same disk; nullptr = SQLite's default.
  virtual const char* SqliteVfs() const = 0;
};

// The machine's disk.
Files& SystemFiles();

// Whole content of `path`; OUT_OF_RANGE(TOO_LARGE) beyond `max_bytes`.
absl::StatusOr<std::string> ReadFile(Files& files, const std::string& path, uint64_t max_bytes);

// Replaces `path` by `bytes`, durably and atomically: after a crash it holds the old or the new content, whole.
absl::Status WriteFileAtomically(Files& files, const std::string& path, Bytes bytes);

// Removes `path`; OK also if it is not there.
absl::Status RemoveIfThere(Files& files, const std::string& path);

// Folder part of `path`: "a/b/c" -> "a/b"; "." when there is none.
std::string DirName(const std::string& path);

}  // namespace qf
