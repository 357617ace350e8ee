#include "common/sql/store_files.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::sql {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kPieceBytes = 1 << 20;

}  // namespace

absl::Status RemoveStore(Files& files, const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) QF_TRY(RemoveIfThere(files, path + suffix));
  return files.SyncDir(DirName(path));
}

absl::Status MakeEmptyStore(Files& files, const std::string& path) {
  QF_TRY(RemoveStore(files, path));
  return files.Open(path, OpenMode::kCreateNew).status();
}

absl::Status PublishStore(Files& files, const std::string& made, const std::string& path) {
  {
    QF_TRY_ASSIGN(auto file, files.Open(made, OpenMode::kReadWrite));
    QF_TRY(file->Sync());
  }
  QF_TRY(files.Rename(made, path));
  return files.SyncDir(DirName(path));
}

absl::Status WriteLogAnew(Files& files, const std::string& log_path) {
  QF_TRY_ASSIGN(const bool exists, files.Exists(log_path));
  if (!exists) return absl::OkStatus();
  QF_TRY_ASSIGN(auto file, files.Open(log_path, OpenMode::kReadWrite));
  QF_TRY_ASSIGN(const uint64_t size_bytes, file->SizeBytes());
  for (uint64_t at = 0; at < size_bytes; at += kPieceBytes) {
    QF_TRY_ASSIGN(const std::string piece, file->ReadAt(at, kPieceBytes));
    QF_TRY(file->WriteAt(at, piece));
  }
  QF_TRY(file->Sync());
  return files.SyncDir(DirName(log_path));
}

absl::Status ReadHead(Files& files, const std::string& path) {
  QF_TRY_ASSIGN(auto file, files.Open(path, OpenMode::kRead));
  return file->ReadAt(0, kSaltBytes).status();
}

}  // namespace qf::sql
