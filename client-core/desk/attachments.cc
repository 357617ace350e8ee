#include "client-core/desk/attachments.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "client-core/desk/content.h"
#include "client-core/session/server_methods.h"
#include "client-core/store/blob.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/sealing/blob.h"
#include "qingfeng/server/v1/blob.pb.h"

namespace qf::client {
namespace {

static_assert(sealing::kChunkBytes <= limits::kBlobChunkBytes);  // what a piece may hold

// A file, as the record that names it says.
struct Wanted {
  RecordId record;
  ItemId owner;
  Digest sha256;
  uint64_t sealed_bytes = 0;
  contentpb::Attachment attachment;
};

absl::StatusOr<Wanted> FindWanted(Session& session, const clientpb::OpenAttachmentRequest& request) {
  Wanted wanted;
  QF_TRY_ASSIGN(wanted.record, RecordId::From(request.record_id()));
  QF_TRY_ASSIGN(wanted.sha256, Digest::From(request.sha256()));
  QF_TRY_ASSIGN(const auto entry,
                session.database().Read([&](sql::ReadTxn& tx) { return FindEntry(tx, wanted.record); }));
  if (!entry.has_value()) return Error(Reason::REASON_NOT_FOUND, "this desk has no such record");
  const record::Record& record = entry->entry.record;
  QF_TRY_ASSIGN(const auto content, OpenContent(session, record));
  const auto& attachments = content.has_report() ? content.report().attachments() : content.message().attachments();
  const auto attachment = std::find_if(attachments.begin(), attachments.end(),
                                       [&](const auto& a) { return a.sha256() == request.sha256(); });
  const auto blob = std::find_if(record.header.blobs.begin(), record.header.blobs.end(),
                                 [&](const auto& b) { return b.sha256 == wanted.sha256; });
  if (attachment == attachments.end() || blob == record.header.blobs.end()) {
    return Error(Reason::REASON_NOT_FOUND, "the record names no such file");
  }
  wanted.owner = record.header.item;
  wanted.sealed_bytes = blob->size_bytes;
  wanted.attachment = *attachment;
  return wanted;
}

// The sealed bytes on this device, as far as they are here.
class SealedCopy {
 public:
  ~SealedCopy() {
    if (!whole_) session_.world().files.Remove(part_path_).IgnoreError();
  }

  // One that is whole, or a new one to be filled.
  static absl::StatusOr<std::unique_ptr<SealedCopy>> Open(Session& session, const Wanted& wanted) {
    auto copy = std::unique_ptr<SealedCopy>(new SealedCopy(session, wanted));
    QF_TRY_ASSIGN(const auto blob,
                  session.database().Read([&](sql::ReadTxn& tx) { return FindBlob(tx, wanted.sha256); }));
    Files& files = session.world().files;
    if (blob.has_value() && blob->here) {
      auto file = files.Open(BlobPath(session.folder(), wanted.sha256), OpenMode::kRead);
      if (file.ok()) {
        copy->file_ = *std::move(file);
        copy->size_bytes_ = wanted.sealed_bytes;
        copy->replaceable_ = blob->complete;
        return copy;
      }
      if (ReasonOf(file.status()) != Reason::REASON_FILE_MISSING) return file.status();
      QF_TRY(Forget(session, wanted));
    }
    QF_TRY_ASSIGN(copy->file_, files.Open(copy->part_path_, OpenMode::kCreateNew));
    copy->whole_ = false;
    return copy;
  }

  // What lies here is not the file any more, if it ever was: the next Open fetches it.
  static absl::Status Forget(Session& session, const Wanted& wanted) {
    return session.database().Write([&](sql::WriteTxn& tx) { return MarkBlobGone(tx, wanted.sha256); });
  }

  // It was here before this reading, and the server has it too: of an own file that is still to be sent, even a
  // damaged copy is the only one.
  bool replaceable() const { return replaceable_; }
  uint64_t size_bytes() const { return size_bytes_; }
  absl::StatusOr<std::string> ReadAt(uint64_t offset, size_t size_bytes) { return file_->ReadAt(offset, size_bytes); }

  absl::Status Append(Bytes bytes) {
    QF_TRY(file_->WriteAt(size_bytes_, bytes));
    digest_.Update(bytes);
    size_bytes_ += bytes.size();
    return absl::OkStatus();
  }

  // All of it is here: a sealed file of this store from now on, if its digest is right.
  absl::Status Complete() {
    if (whole_) return absl::OkStatus();
    Files& files = session_.world().files;
    if (digest_.Finish() != wanted_.sha256) {
      return Error(Reason::REASON_PROOF, "the server's bytes are not the file that the record names");
    }
    QF_TRY(file_->Sync());
    QF_TRY(files.Rename(part_path_, BlobPath(session_.folder(), wanted_.sha256)));
    whole_ = true;
    QF_TRY(files.SyncDir(DirName(part_path_)));
    return session_.database().Write([&](sql::WriteTxn& tx) {
      return PutBlob(tx, {wanted_.sha256, wanted_.sealed_bytes, wanted_.owner, wanted_.sealed_bytes, true, true});
    });
  }

 private:
  SealedCopy(Session& session, const Wanted& wanted)
      : session_(session),
        wanted_(wanted),
        part_path_(absl::StrCat(session.folder(), "/blobs/new-", session.world().entropy.Random<ItemId>().hex())) {}

  Session& session_;
  const Wanted wanted_;
  const std::string part_path_;
  std::unique_ptr<File> file_;
  Sha256Stream digest_;
  uint64_t size_bytes_ = 0;
  bool whole_ = true;
  bool replaceable_ = false;
};

// One stream: plaintext out, sealed bytes in, each only when the other side is ready.
class Reading final : public DeskCall, public std::enable_shared_from_this<Reading> {
 public:
  Reading(Desk& desk, Wanted wanted, std::unique_ptr<SealedCopy> copy,
          rpc::Writer<clientpb::OpenAttachmentResponse> writer)
      : desk_(desk), wanted_(std::move(wanted)), copy_(std::move(copy)), writer_(std::move(writer)) {}

  void End(absl::Status status) override { writer_.Finish(std::move(status)); }

  void Start() {
    writer_.OnWakeUp([weak = weak_from_this(), &loop = desk_.session().world().loop] {
      loop.Post([weak] {
        if (const auto self = weak.lock()) self->Go();
      });
    });
    Go();
  }

  // Sends while there is something to send and room for it; otherwise waits for one of the two.
  void Go() {
    if (done_ || fetching_) return;
    if (writer_.Cancelled()) return Finish(Error(Reason::REASON_CANCELLED, "it was cancelled"));
    while (true) {
      const bool all_sent = begun_ && sent_bytes_ == size_bytes_;
      if (!all_sent && !writer_.WantsMore()) return;
      if (copy_->size_bytes() < (all_sent ? wanted_.sealed_bytes : NeededBytes())) return Fetch();
      if (all_sent) return Finish(CheckWhole());
      absl::Status status = SendPiece();
      if (!status.ok() && copy_->replaceable()) status = FetchInstead();
      if (!status.ok()) return Finish(status);
    }
  }

 private:
  // Pieces end where chunks do, so that each needs one chunk. The data begins behind their true size.
  size_t PieceBytes() const {
    return sealing::kChunkBytes - (sealing::kBlobSizeBytes + sent_bytes_) % sealing::kChunkBytes;
  }
  // How many sealed bytes have to be here before the next piece can be opened.
  uint64_t NeededBytes() const {
    const uint64_t chunk = (sealing::kBlobSizeBytes + sent_bytes_) / sealing::kChunkBytes;
    return std::min((chunk + 1) * sealing::kSealedChunkBytes, wanted_.sealed_bytes);
  }

  // The copy on this device is damaged. Each chunk proves itself, so what was sent stands, and the server's bytes go on
  // from there.
  absl::Status FetchInstead() {
    QF_TRY(SealedCopy::Forget(desk_.session(), wanted_));
    QF_TRY_ASSIGN(copy_, SealedCopy::Open(desk_.session(), wanted_));
    return absl::OkStatus();
  }

  absl::Status SendPiece() {
    clientpb::OpenAttachmentResponse piece;
    if (!begun_) {
      QF_TRY_ASSIGN(opener_, sealing::BlobOpener::Open(wanted_.attachment.key(), wanted_.sealed_bytes,
                                                       [this](uint64_t offset, size_t size_bytes) {
                                                         return copy_->ReadAt(offset, size_bytes);
                                                       }));
      begun_ = true;
      size_bytes_ = opener_->true_size_bytes();
      piece.set_name(wanted_.attachment.name());
      piece.set_media_type(wanted_.attachment.media_type());
      piece.set_size_bytes(size_bytes_);
    }
    QF_TRY_ASSIGN(*piece.mutable_data(), opener_->Read(sent_bytes_, PieceBytes()));
    plain_digest_.Update(piece.data());
    sent_bytes_ += piece.data().size();
    writer_.Send(piece);
    return absl::OkStatus();
  }

  // The whole was what the reporter sealed, and what the record names.
  absl::Status CheckWhole() {
    QF_TRY(copy_->Complete());
    const bool same = wanted_.attachment.plain_sha256().empty() ||
                      plain_digest_.Finish().bytes() == wanted_.attachment.plain_sha256();
    if (!same || size_bytes_ != wanted_.attachment.size_bytes()) {
      return Error(Reason::REASON_SEAL, "the file is not the one that its reporter attached");
    }
    return absl::OkStatus();
  }

  void Fetch() {
    fetching_ = true;
    serverpb::ReadRequest request;
    request.set_record_id(wanted_.record.str());
    request.set_sha256(wanted_.sha256.str());
    request.set_offset(copy_->size_bytes());
    desk_.server().Call<serverpb::ReadResponse>(
        server_methods::kRead, request, [self = shared_from_this()](absl::StatusOr<serverpb::ReadResponse> response) {
          self->OnFetched(std::move(response));
        });
  }

  void OnFetched(absl::StatusOr<serverpb::ReadResponse> response) {
    fetching_ = false;
    if (done_) return;
    if (!response.ok()) return Finish(response.status());
    if (response->data().empty()) {
      return Finish(Error(Reason::REASON_NOT_FOUND, "the server has not all of this file yet"));
    }
    if (copy_->size_bytes() + response->data().size() > wanted_.sealed_bytes) {
      return Finish(Error(Reason::REASON_PROOF, "the server's bytes are more than the record names"));
    }
    if (const absl::Status status = copy_->Append(response->data()); !status.ok()) return Finish(status);
    Go();
  }

  void Finish(absl::Status status) {
    done_ = true;
    End(std::move(status));
    desk_.Forget(this);  // the caller still holds this object
  }

  Desk& desk_;
  const Wanted wanted_;
  std::unique_ptr<SealedCopy> copy_;
  rpc::Writer<clientpb::OpenAttachmentResponse> writer_;
  std::optional<sealing::BlobOpener> opener_;
  Sha256Stream plain_digest_;
  uint64_t sent_bytes_ = 0;
  uint64_t size_bytes_ = 0;  // true size, once begun
  bool begun_ = false;
  bool fetching_ = false;
  bool done_ = false;
};

}  // namespace

void OpenAttachment(Desk& desk, const clientpb::OpenAttachmentRequest& request,
                    rpc::Writer<clientpb::OpenAttachmentResponse> writer) {
  if (auto may = RequireReader(desk.session()); !may.ok()) return writer.Finish(std::move(may));
  auto wanted = FindWanted(desk.session(), request);
  if (!wanted.ok()) return writer.Finish(wanted.status());
  auto copy = SealedCopy::Open(desk.session(), *wanted);
  if (!copy.ok()) return writer.Finish(copy.status());
  auto reading = std::make_shared<Reading>(desk, *std::move(wanted), *std::move(copy), std::move(writer));
  desk.Keep(reading);
  reading->Start();
}

}  // namespace qf::client
