#include "server/store/blob_files.h"

#include "absl/strings/str_cat.h"
#include "common/base/sha256.h"
#include "common/base/try.h"

namespace qf::server {
namespace {

constexpr size_t kPieceBytes = 1 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<BlobFiles>> BlobFiles::Open(Files& files, std::string folder) {
  QF_TRY(files.MakeDir(folder));
  QF_TRY(files.SyncDir(DirName(folder)));
  return std::unique_ptr<BlobFiles>(new BlobFiles(files, std::move(folder)));
}

std::string BlobFiles::DirOf(const BlobRow& blob) const {
  return absl::StrCat(folder_, "/", blob.sha256.hex().substr(0, 2));
}

std::string BlobFiles::PathOf(const BlobRow& blob) const {
  return absl::StrCat(DirOf(blob), "/", blob.sha256.hex().substr(2), "-", blob.size_bytes);
}

absl::StatusOr<std::unique_ptr<File>> BlobFiles::OpenOrMake(const BlobRow& blob) {
  auto file = files_.Open(PathOf(blob), OpenMode::kReadWrite);
  if (file.ok() || ReasonOf(file.status()) != Reason::REASON_FILE_MISSING) return file;
  QF_TRY(files_.MakeDir(DirOf(blob)));
  QF_TRY_ASSIGN(auto made, files_.Open(PathOf(blob), OpenMode::kCreate));
  absl::Status named = files_.SyncDir(DirOf(blob));
  named.Update(files_.SyncDir(folder_));
  if (named.ok()) return made;
  // The next try must not take it for a file whose name is durable.
  made.reset();
  files_.Remove(PathOf(blob)).IgnoreError();
  return named;
}

absl::Status BlobFiles::Write(const BlobRow& blob, uint64_t offset, Bytes bytes) {
  QF_TRY_ASSIGN(const auto file, OpenOrMake(blob));
  QF_TRY(file->WriteAt(offset, bytes));
  return file->Sync();
}

absl::StatusOr<std::string> BlobFiles::Read(const BlobRow& blob, uint64_t offset, size_t size_bytes) {
  auto file = files_.Open(PathOf(blob), OpenMode::kRead);
  if (!file.ok()) {
    if (ReasonOf(file.status()) == Reason::REASON_FILE_MISSING) return std::string();
    return file.status();
  }
  return (*file)->ReadAt(offset, size_bytes);
}

absl::Status BlobFiles::Remove(const BlobRow& blob) {
  const absl::Status removed = files_.Remove(PathOf(blob));
  return ReasonOf(removed) == Reason::REASON_FILE_MISSING ? absl::OkStatus() : removed;
}

absl::StatusOr<uint64_t> BlobFiles::EachPiece(const BlobRow& blob,
                                              absl::FunctionRef<absl::Status(uint64_t, Bytes)> each) {
  auto file = files_.Open(PathOf(blob), OpenMode::kRead);
  if (!file.ok()) {
    if (ReasonOf(file.status()) == Reason::REASON_FILE_MISSING) return 0;
    return file.status();
  }
  uint64_t offset = 0;
  while (true) {
    QF_TRY_ASSIGN(const std::string piece, (*file)->ReadAt(offset, kPieceBytes));
    if (piece.empty()) return offset;
    QF_TRY(each(offset, piece));
    offset += piece.size();
  }
}

absl::StatusOr<bool> BlobFiles::Verify(const BlobRow& blob) {
  Sha256Stream digest;
  QF_TRY_ASSIGN(const uint64_t size_bytes, EachPiece(blob, [&](uint64_t, Bytes piece) {
                  digest.Update(piece);
                  return absl::OkStatus();
                }));
  return size_bytes == blob.size_bytes && digest.Finish() == blob.sha256;
}

absl::Status BlobFiles::CopyTo(const BlobRow& blob, BlobFiles& other) {
  QF_TRY_ASSIGN(const auto file, other.OpenOrMake(blob));
  QF_TRY(EachPiece(blob, [&](uint64_t offset, Bytes piece) { return file->WriteAt(offset, piece); }).status());
  return file->Sync();
}

}  // namespace qf::server
