#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/try.h"

namespace qf {
namespace {

absl::Status DiskError(absl::string_view operation, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return Error(Reason::REASON_FILE_MISSING, absl::StrCat(operation, ": there is no such file"));
    case EEXIST:
      return Error(Reason::REASON_FILE_EXISTS, absl::StrCat(operation, ": the file exists already"));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Error(Reason::REASON_DISK_FULL, absl::StrCat(operation, ": no space is left"));
    case EACCES:
    case EPERM:
    case EROFS:
      return Error(Reason::REASON_FILE_DENIED, absl::StrCat(operation, ": the system does not allow it"));
    default:
      return Error(Reason::REASON_DISK_ERROR, absl::StrCat(operation, " failed with system error ", error));
  }
}

// Durable even through a power cut.
#ifdef __APPLE__  // where fsync stops at the disk's own cache
bool SyncData(int fd) { return fcntl(fd, F_FULLFSYNC) != -1; }
bool SyncFolder(int fd) { return fcntl(fd, F_FULLFSYNC) != -1; }
#else
bool SyncData(int fd) { return fdatasync(fd) == 0; }
bool SyncFolder(int fd) { return fsync(fd) == 0; }
#endif

class PosixFile final : public File {
 public:
  explicit PosixFile(int fd) : fd_(fd) {}
  ~PosixFile() override { close(fd_); }

  absl::StatusOr<std::string> ReadAt(uint64_t offset, size_t size_bytes) override {
    std::string out(size_bytes, '\0');
    size_t done = 0;
    while (done < size_bytes) {
      const ssize_t got = pread(fd_, &out[done], size_bytes - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return DiskError("read", errno);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    out.resize(done);
    return out;
  }

  absl::Status WriteAt(uint64_t offset, Bytes bytes) override {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t put = pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return DiskError("write", errno);
      done += static_cast<size_t>(put);
    }
    return absl::OkStatus();
  }

  absl::Status Truncate(uint64_t size_bytes) override {
    return ftruncate(fd_, static_cast<off_t>(size_bytes)) == 0 ? absl::OkStatus() : DiskError("truncate", errno);
  }
  absl::StatusOr<uint64_t> SizeBytes() override {
    struct stat info;
    if (fstat(fd_, &info) != 0) return DiskError("stat", errno);
    return static_cast<uint64_t>(info.st_size);
  }
  absl::Status Sync() override { return SyncData(fd_) ? absl::OkStatus() : DiskError("sync", errno); }

 private:
  const int fd_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(int fd) : fd_(fd) {}
  ~PosixLock() override { close(fd_); }

 private:
  const int fd_;
};

int Flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

class PosixFiles final : public Files {
 public:
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override {
    const int fd = open(path.c_str(), Flags(mode) | O_CLOEXEC, 0600);
    if (fd < 0) return DiskError("open", errno);
    return std::make_unique<PosixFile>(fd);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    return rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus() : DiskError("rename", errno);
  }

  absl::Status Remove(const std::string& path) override {
    return remove(path.c_str()) == 0 ? absl::OkStatus() : DiskError("remove", errno);
  }

  absl::StatusOr<bool> Exists(const std::string& path) override {
    struct stat info;
    if (stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return DiskError("stat", errno);
  }

  absl::Status MakeDir(const std::string& path) override {
    for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      QF_TRY(MakeOneDir(path.substr(0, slash)));
    }
    return MakeOneDir(path);
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    DIR* dir = opendir(path.c_str());
    if (dir == nullptr) return DiskError("list", errno);
    absl::Cleanup closer = [dir] { closedir(dir); };
    std::vector<std::string> names;
    while (const dirent* entry = readdir(dir)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::Status SyncDir(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return DiskError("sync folder", errno);
    absl::Cleanup closer = [fd] { close(fd); };
    return SyncFolder(fd) ? absl::OkStatus() : DiskError("sync folder", errno);
  }

  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return DiskError("lock", errno);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      close(fd);
      if (error != EWOULDBLOCK) return DiskError("lock", error);
      return Error(Reason::REASON_STORE_IN_USE, "another process uses this store");
    }
    return std::make_unique<PosixLock>(fd);
  }

  absl::StatusOr<uint64_t> FreeBytes(const std::string& path) override {
    struct statvfs info;
    if (statvfs(path.c_str(), &info) != 0) return DiskError("ask for free space", errno);
    return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
  }

  const char* SqliteVfs() const override { return nullptr; }

 private:
  absl::Status MakeOneDir(const std::string& path) {
    if (mkdir(path.c_str(), 0700) == 0) return SyncDir(DirName(path));
    return errno == EEXIST ? absl::OkStatus() : DiskError("make folder", errno);
  }
};

}  // namespace

Files& SystemFiles() {
  static PosixFiles* const files = new PosixFiles();
  return *files;
}

}  // namespace qf
