#include "client-core/field/source.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;

absl::Status CannotRead() { return Error(Reason::REASON_DISK_ERROR, "the file to attach cannot be read"); }
absl::Status TooLarge() {
  return Error(Reason::REASON_TOO_LARGE, "the file to attach is too large to be read at once");
}

class PathSource final : public Source {
 public:
  PathSource(std::unique_ptr<File> file, uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}
  uint64_t size_bytes() const override { return size_bytes_; }
  absl::StatusOr<std::string> Read(uint64_t offset, size_t size_bytes) override {
    return file_->ReadAt(offset, size_bytes);
  }

 private:
  std::unique_ptr<File> file_;
  const uint64_t size_bytes_;
};

class DescriptorSource final : public Source {
 public:
  DescriptorSource(int fd, uint64_t size_bytes) : fd_(fd), size_bytes_(size_bytes) {}
  uint64_t size_bytes() const override { return size_bytes_; }
  absl::StatusOr<std::string> Read(uint64_t offset, size_t size_bytes) override {
    std::string out(size_bytes, '\0');
    size_t done = 0;
    while (done < size_bytes) {
      const ssize_t got = pread(fd_, &out[done], size_bytes - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return CannotRead();
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    out.resize(done);
    return out;
  }

 private:
  const int fd_;
  const uint64_t size_bytes_;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  uint64_t size_bytes() const override { return bytes_->size(); }
  absl::StatusOr<std::string> Read(uint64_t offset, size_t size_bytes) override {
    return std::string(absl::ClippedSubstr(*bytes_, offset, size_bytes));
  }

 private:
  const std::shared_ptr<const std::string> bytes_;
};

absl::StatusOr<std::string> ReadToEnd(int fd, uint64_t bytes_max) {
  std::string out;
  while (out.size() <= bytes_max) {
    const size_t before = out.size();
    out.resize(before + kPieceBytes);
    const ssize_t got = read(fd, &out[before], kPieceBytes);
    out.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return CannotRead();
    if (got == 0) return out;
  }
  return TooLarge();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Source>> OpenPath(Files& files, const std::string& path) {
  QF_TRY_ASSIGN(auto file, files.Open(path, OpenMode::kRead));
  QF_TRY_ASSIGN(const uint64_t size_bytes, file->SizeBytes());
  return std::make_unique<PathSource>(std::move(file), size_bytes);
}

absl::StatusOr<std::unique_ptr<Source>> OpenDescriptor(int fd, uint64_t in_memory_bytes_max) {
  struct stat info;
  if (fstat(fd, &info) != 0) return Error(Reason::REASON_FILE_MISSING, "the descriptor is not open");
  if (S_ISREG(info.st_mode)) return std::make_unique<DescriptorSource>(fd, static_cast<uint64_t>(info.st_size));
  QF_TRY_ASSIGN(std::string bytes, ReadToEnd(fd, in_memory_bytes_max));
  return SourceOf(std::move(bytes));
}

std::unique_ptr<Source> SourceOf(std::string bytes) {
  return SourceOf(std::make_shared<const std::string>(std::move(bytes)));
}
std::unique_ptr<Source> SourceOf(std::shared_ptr<const std::string> bytes) {
  return std::make_unique<MemorySource>(std::move(bytes));
}

absl::StatusOr<std::string> ReadAll(Source& source, uint64_t bytes_max) {
  if (source.size_bytes() > bytes_max) return TooLarge();
  QF_TRY_ASSIGN(std::string bytes, source.Read(0, source.size_bytes()));
  if (bytes.size() != source.size_bytes()) {
    return Error(Reason::REASON_STATE, "the file to attach changed while it was read");
  }
  return bytes;
}

}  // namespace qf::client
