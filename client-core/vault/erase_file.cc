#include "client-core/vault/erase_file.h"

#include "common/base/try.h"

namespace qf::client {
namespace {

absl::Status Overwrite(Files& files, const std::string& path) {
  QF_TRY_ASSIGN(auto file, files.Open(path, OpenMode::kReadWrite));
  QF_TRY_ASSIGN(const uint64_t size_bytes, file->SizeBytes());
  QF_TRY(file->WriteAt(0, std::string(size_bytes, '\0')));
  QF_TRY(file->Sync());
  QF_TRY(file->Truncate(0));
  return file->Sync();
}

}  // namespace

absl::Status EraseFile(Files& files, const std::string& path) {
  QF_TRY_ASSIGN(const bool exists, files.Exists(path));
  if (!exists) return absl::OkStatus();
  const absl::Status overwritten = Overwrite(files, path);
  const absl::Status removed = files.Remove(path);
  const absl::Status durable = files.SyncDir(DirName(path));
  for (const absl::Status& status : {overwritten, removed, durable}) QF_TRY(status);
  return absl::OkStatus();
}

}  // namespace qf::client
