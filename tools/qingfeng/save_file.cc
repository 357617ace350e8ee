#include "tools/qingfeng/save_file.h"

#include "common/base/error.h"
#include "common/base/try.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {

std::string SafeName(absl::string_view name) {
  std::string safe = Clean(name);
  const size_t slash = safe.find_last_of("/\\");
  if (slash != std::string::npos) safe.erase(0, slash + 1);
  safe.erase(0, safe.find_first_not_of(". "));
  return safe.empty() ? "attachment" : safe;
}

absl::StatusOr<std::unique_ptr<FileSink>> FileSink::Open(Console& console, Files& files, const std::string& path) {
  std::unique_ptr<File> file;
  if (path != "-") {
    QF_TRY_ASSIGN(file, files.Open(path, OpenMode::kCreateNew));
  } else if (console.out_is_terminal()) {
    return Error(Reason::REASON_USAGE, Tr("bytes are not written to a terminal; use --to FILE"));
  }
  return std::unique_ptr<FileSink>(new FileSink(console, files, path, std::move(file)));
}

FileSink::~FileSink() {
  if (file_ == nullptr || finished_) return;
  file_ = nullptr;
  files_.Remove(path_).IgnoreError();
}

absl::Status FileSink::Write(Bytes bytes) {
  if (file_ != nullptr) {
    QF_TRY(file_->WriteAt(size_bytes_, bytes));
  } else {
    console_.out().write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!console_.out()) return Error(Reason::REASON_DISK_ERROR, Tr("standard output cannot be written"));
  }
  size_bytes_ += bytes.size();
  return absl::OkStatus();
}

absl::Status FileSink::Finish() {
  finished_ = true;
  if (file_ == nullptr) {
    console_.out().flush();
    return absl::OkStatus();
  }
  QF_TRY(file_->Sync());
  return files_.SyncDir(DirName(path_));
}

absl::Status SaveFile(Console& console, Files& files, const std::string& path, Bytes bytes) {
  QF_TRY_ASSIGN(const auto sink, FileSink::Open(console, files, path));
  QF_TRY(sink->Write(bytes));
  return sink->Finish();
}

}  // namespace qf::cli
