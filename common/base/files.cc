#include "common/base/files.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf {

absl::StatusOr<std::string> ReadFile(Files& files, const std::string& path, uint64_t max_bytes) {
  QF_TRY_ASSIGN(auto file, files.Open(path, OpenMode::kRead));
  QF_TRY_ASSIGN(const uint64_t size_bytes, file->SizeBytes());
  if (size_bytes > max_bytes) return Error(Reason::REASON_TOO_LARGE, "a file is larger than this program reads");
  return file->ReadAt(0, size_bytes);
}

absl::Status WriteFileAtomically(Files& files, const std::string& path, Bytes bytes) {
  const std::string beside = path + ".new";
  {
    QF_TRY_ASSIGN(auto file, files.Open(beside, OpenMode::kCreate));
    QF_TRY(file->Truncate(0));
    QF_TRY(file->WriteAt(0, bytes));
    QF_TRY(file->Sync());
  }
  QF_TRY(files.Rename(beside, path));
  return files.SyncDir(DirName(path));
}

absl::Status RemoveIfThere(Files& files, const std::string& path) {
  const absl::Status removed = files.Remove(path);
  return ReasonOf(removed) == Reason::REASON_FILE_MISSING ? absl::OkStatus() : removed;
}

std::string DirName(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace qf
