#include "client-core/field/capture.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client-core/field/attachment.h"
#include "client-core/field/media_type.h"
#include "client-core/field/picture.h"
#include "client-core/store/blob.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/sealing/blob.h"

namespace qf::client {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;

// A sealed file that is being written.
class SealedFile {
 public:
  SealedFile(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  absl::Status Open() {
    QF_TRY_ASSIGN(file_, files_.Open(path_, OpenMode::kCreateNew));
    return absl::OkStatus();
  }
  absl::Status Append(Bytes sealed) {
    QF_TRY(file_->WriteAt(at_, sealed));
    at_ += sealed.size();
    return absl::OkStatus();
  }
  // Durable under its last name.
  absl::Status Name(const std::string& path) {
    QF_TRY(file_->Sync());
    file_ = nullptr;
    QF_TRY(files_.Rename(path_, path));
    return files_.SyncDir(DirName(path));
  }
  void Discard() {
    file_ = nullptr;
    files_.Remove(path_).IgnoreError();  // what stays is swept away at the next Unlock
  }
  uint64_t size_bytes() const { return at_; }

 private:
  Files& files_;
  const std::string path_;
  std::unique_ptr<File> file_;
  uint64_t at_ = 0;
};

absl::StatusOr<Captured> Seal(Source& source, const CaptureOptions& options, SealedFile& file) {
  QF_TRY_ASSIGN(auto sealer, sealing::BlobSealer::Start(options.entropy, source.size_bytes()));
  const auto sink = [&](Bytes sealed) { return file.Append(sealed); };
  Sha256Stream plain;
  for (uint64_t at = 0; at < source.size_bytes();) {
    QF_TRY_ASSIGN(const std::string piece, source.Read(at, std::min<uint64_t>(kPieceBytes, source.size_bytes() - at)));
    if (piece.empty()) return Error(Reason::REASON_STATE, "the file to attach changed while it was read");
    plain.Update(piece);
    QF_TRY(sealer.Push(piece, sink));
    at += piece.size();
  }
  Captured out;
  QF_TRY_ASSIGN(out.sha256, sealer.Finish(sink));
  out.sealed_bytes = file.size_bytes();
  out.attachment.set_sha256(out.sha256.str());
  out.attachment.set_key(std::string(sealer.key().bytes()));
  out.attachment.set_size_bytes(source.size_bytes());
  out.attachment.set_plain_sha256(plain.Finish().str());
  QF_TRY(file.Name(BlobPath(options.folder, out.sha256)));
  return out;
}

absl::StatusOr<Captured> SealInto(Source& source, const CaptureOptions& options) {
  const std::string random = ToHex(options.entropy.RandomSecret(8).bytes());
  SealedFile file(options.files, absl::StrCat(options.folder, "/blobs/new-", random));
  QF_TRY(file.Open());
  auto captured = Seal(source, options, file);
  if (!captured.ok()) file.Discard();
  return captured;
}

}  // namespace

absl::StatusOr<Captured> Capture(Source& source, const CaptureOptions& options) {
  QF_TRY_ASSIGN(const std::string beginning, source.Read(0, kMediaTypeBytes));
  const MediaType type = MediaTypeOf(beginning);
  absl::StatusOr<Captured> captured;
  if (type.picture == PictureKind::kNone || options.keep_metadata) {
    captured = SealInto(source, options);
  } else if (type.picture == PictureKind::kOther) {
    return Error(Reason::REASON_ATTACHMENT_TYPE, "pictures of this kind cannot be decoded, so their metadata stay");
  } else {
    QF_TRY_ASSIGN(const std::string file, ReadAll(source, kInMemoryBytesMax));
    QF_TRY_ASSIGN(std::string clean, WithoutMetadata(type.picture, file));
    const auto cleaned = SourceOf(std::move(clean));
    captured = SealInto(*cleaned, options);
  }
  QF_TRY(captured.status());
  contentpb::Attachment& attachment = captured->attachment;
  attachment.set_name(options.name);
  attachment.set_media_type(options.media_type.empty() ? type.name : options.media_type);
  attachment.set_metadata_kept(options.keep_metadata && type.picture != PictureKind::kNone);
  return captured;
}

}  // namespace qf::client
