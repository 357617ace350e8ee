#include "client-core/field/attachment.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client-core/field/capture.h"
#include "client-core/field/content.h"
#include "client-core/field/draft.h"
#include "client-core/store/message.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/logging.h"
#include "common/base/try.h"
#include "common/sealing/blob.h"

namespace qf::client {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

// The name that readers see; never a path.
absl::StatusOr<std::string> NameFor(const clientpb::AttachFileRequest& request) {
  std::string name = request.name();
  if (name.empty() && request.has_path()) name = request.path();
  name = name.substr(name.find_last_of('/') + 1);
  if (name.empty()) name = "file";
  if (name.size() > kAttachmentNameBytesMax)
    return Error(Reason::REASON_FORM, "the name of a file is at most 255 bytes");
  return name;
}

absl::StatusOr<std::unique_ptr<Source>> OpenSource(Files& files, const clientpb::AttachFileRequest& request,
                                                   std::shared_ptr<const std::string> parts) {
  if (parts != nullptr) return SourceOf(std::move(parts));
  if (request.has_fd()) return OpenDescriptor(request.fd(), kInMemoryBytesMax);
  if (request.has_path()) return OpenPath(files, request.path());
  return Error(Reason::REASON_FORM, "name the file to attach by its path, descriptor or id");
}

// The pieces that the request names; nullptr if it names another source.
absl::StatusOr<std::shared_ptr<const std::string>> PartsOf(Session& session,
                                                           const clientpb::AttachFileRequest& request) {
  if (!request.has_file_id()) return nullptr;
  QF_TRY_ASSIGN(const FileId id, FileId::From(request.file_id()));
  return session.file_parts().Get(id);
}

// Once they are sealed. A file that could not be stays, to be tried again with its metadata.
void ForgetParts(SessionSlot& slot, const clientpb::AttachFileRequest& request) {
  const auto session = slot.Unlocked();
  const auto id = FileId::From(request.file_id());
  if (session.ok() && id.ok()) (*session)->file_parts().Remove(*id);
}

clientpb::AttachmentInfo InfoOf(const contentpb::Attachment& attachment, const StoredBlob* blob) {
  clientpb::AttachmentInfo info;
  info.set_sha256(attachment.sha256());
  info.set_name(attachment.name());
  info.set_media_type(attachment.media_type());
  info.set_size_bytes(attachment.size_bytes());
  info.set_metadata_kept(attachment.metadata_kept());
  if (blob != nullptr) {
    info.set_sealed_bytes(blob->size_bytes);
    info.set_sent_bytes(blob->complete ? blob->size_bytes : blob->sent_bytes);
    info.set_here(blob->here);
  }
  return info;
}

// TOO_LARGE when a draft has as many files as a record may.
absl::Status CheckRoom(sql::ReadTxn& tx, const ItemId& draft) {
  QF_TRY(GetDraft(tx, draft).status());
  QF_TRY_ASSIGN(const auto files, BlobsOf(tx, draft));
  return files.size() < limits::kBlobsPerRecord ? absl::OkStatus()
                                                : Error(Reason::REASON_TOO_LARGE, "a report takes at most 32 files");
}

absl::Status SaveFiles(sql::WriteTxn& tx, Session& session, const ItemId& draft, const Attachments& attachments) {
  contentpb::Report report;
  *report.mutable_attachments() = attachments;
  return SaveAttachments(tx, draft, report.SerializeAsString(), session.world().clock.NowUs());
}

// Row and key of a captured file, if its draft is still there.
absl::Status Keep(Session& session, const ItemId& id, const Captured& captured) {
  return session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(CheckRoom(tx, id));
    QF_TRY_ASSIGN(const StoredDraft draft, GetDraft(tx, id));
    QF_TRY_ASSIGN(contentpb::Report report, ReportOf(draft));
    *report.add_attachments() = captured.attachment;
    QF_TRY(SaveFiles(tx, session, id, report.attachments()));
    return PutBlob(tx, {.sha256 = captured.sha256, .size_bytes = captured.sealed_bytes, .owner = id});
  });
}

absl::StatusOr<clientpb::AttachFileResponse> Finish(SessionSlot& slot, const std::string& folder, const ItemId& id,
                                                    const absl::StatusOr<Captured>& captured) {
  QF_TRY(captured.status());
  const auto session = slot.Unlocked();
  const absl::Status kept = session.ok() ? Keep(**session, id, *captured) : session.status();
  if (!kept.ok()) {
    slot.world().files.Remove(BlobPath(folder, captured->sha256)).IgnoreError();
    return kept;
  }
  TellDraftsChanged(**session);
  const StoredBlob blob{.sha256 = captured->sha256, .size_bytes = captured->sealed_bytes, .owner = id};
  clientpb::AttachFileResponse response;
  *response.mutable_file() = InfoOf(captured->attachment, &blob);
  return response;
}

absl::StatusOr<Attachments> AttachmentsIn(const contentpb::Content& content) {
  if (content.has_report()) return content.report().attachments();
  if (content.has_message()) return content.message().attachments();
  return Attachments();
}

// The files of whatever has that id here: a draft, an own item, or a message that was read.
absl::StatusOr<Attachments> AttachmentsOf(sql::ReadTxn& tx, const ItemId& id) {
  if (const auto draft = GetDraft(tx, id); draft.ok()) {
    QF_TRY_ASSIGN(const contentpb::Report report, ReportOf(*draft));
    return report.attachments();
  }
  if (const auto item = GetItem(tx, id); item.ok()) {
    QF_TRY_ASSIGN(const contentpb::Content content, ContentOf(*item));
    return AttachmentsIn(content);
  }
  QF_TRY_ASSIGN(const auto message, FindMessage(tx, id));
  contentpb::Message content;
  if (message.has_value()) content.ParseFromString(message->content);
  return content.attachments();
}

// Opens one file for reading.
absl::StatusOr<sealing::BlobOpener> OpenFile(Session& session, const clientpb::ReadAttachmentRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.item_id()));
  QF_TRY_ASSIGN(const Digest sha256, Digest::From(request.sha256()));
  std::string key;
  QF_TRY_ASSIGN(const auto blob,
                session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<std::optional<StoredBlob>> {
                  QF_TRY_ASSIGN(const Attachments attachments, AttachmentsOf(tx, id));
                  for (const auto& attachment : attachments) {
                    if (attachment.sha256() == request.sha256()) key = attachment.key();
                  }
                  return FindBlob(tx, sha256);
                }));
  if (key.empty()) return Error(Reason::REASON_NOT_FOUND, "there is no such file");
  if (!blob.has_value() || !blob->here) return Error(Reason::REASON_NOT_FOUND, "the file is not on this device");
  QF_TRY_ASSIGN(auto file, session.world().files.Open(BlobPath(session.folder(), sha256), OpenMode::kRead));
  return sealing::BlobOpener::Open(key, blob->size_bytes, [file = std::move(file)](uint64_t offset, size_t size_bytes) {
    return file->ReadAt(offset, size_bytes);
  });
}

}  // namespace

absl::StatusOr<clientpb::PutFilePartResponse> PutFilePart(Session& session,
                                                          const clientpb::PutFilePartRequest& request) {
  QF_TRY_ASSIGN(const FileId id, FileId::From(request.file_id()));
  clientpb::PutFilePartResponse response;
  QF_TRY_ASSIGN(const uint64_t size_bytes, session.file_parts().Put(id, request.offset(), request.data()));
  response.set_size_bytes(size_bytes);
  return response;
}

void AttachFile(SessionSlot& slot, const clientpb::AttachFileRequest& request,
                rpc::Reply<clientpb::AttachFileResponse> reply) {
  if (slot.ForPages() && !request.has_file_id()) {
    return reply.Fail(Error(Reason::REASON_STATE, "a page hands a file over in pieces, by PutFilePart"));
  }
  const auto session = slot.Unlocked();
  if (!session.ok()) return reply.Fail(session.status());
  const auto id = ItemId::From(request.draft_id());
  const auto name = NameFor(request);
  const auto parts = PartsOf(**session, request);
  for (const absl::Status& status : {id.status(), name.status(), parts.status()}) {
    if (!status.ok()) return reply.Fail(status);
  }
  const absl::Status room = (*session)->database().Read([&](sql::ReadTxn& tx) { return CheckRoom(tx, *id); });
  if (!room.ok()) return reply.Fail(room);

  World& world = slot.world();
  const CaptureOptions options{.files = world.files,
                               .entropy = world.entropy,
                               .folder = (*session)->folder(),
                               .name = *name,
                               .media_type = request.media_type(),
                               .keep_metadata = request.keep_metadata()};
  auto captured = std::make_shared<absl::StatusOr<Captured>>();
  slot.OnWorker(
      [options, request, captured, parts = *parts] {
        auto source = OpenSource(options.files, request, parts);
        *captured = source.ok() ? Capture(**source, options) : absl::StatusOr<Captured>(source.status());
      },
      [&slot, request, folder = options.folder, id = *id, captured, reply = PendingAnswer(std::move(reply))]() mutable {
        auto response = Finish(slot, folder, id, *captured);
        if (response.ok()) ForgetParts(slot, request);
        reply.Take().Finish(std::move(response));
      });
}

absl::StatusOr<clientpb::DetachFileResponse> DetachFile(Session& session, const clientpb::DetachFileRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.draft_id()));
  QF_TRY_ASSIGN(const Digest sha256, Digest::From(request.sha256()));
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const StoredDraft draft, GetDraft(tx, id));
    QF_TRY_ASSIGN(const contentpb::Report report, ReportOf(draft));
    Attachments rest;
    for (const auto& attachment : report.attachments()) {
      if (attachment.sha256() != request.sha256()) *rest.Add() = attachment;
    }
    if (rest.size() == report.attachments_size()) return Error(Reason::REASON_NOT_FOUND, "there is no such file");
    QF_TRY(SaveFiles(tx, session, id, rest));
    return RemoveBlob(tx, sha256);
  }));
  RemoveSealed(session, {sha256});
  TellDraftsChanged(session);
  return clientpb::DetachFileResponse();
}

void ReadAttachment(SessionSlot& slot, const clientpb::ReadAttachmentRequest& request,
                    rpc::Writer<clientpb::ReadAttachmentResponse> writer) {
  const auto session = slot.Unlocked();
  if (!session.ok()) return writer.Finish(session.status());
  auto opener = OpenFile(**session, request);
  if (!opener.ok()) return writer.Finish(opener.status());
  using Piece = std::optional<clientpb::ReadAttachmentResponse>;
  slot.streams().Start<clientpb::ReadAttachmentResponse>(
      std::move(writer), [&slot, opener = *std::move(opener), at = uint64_t{0}]() mutable -> absl::StatusOr<Piece> {
        QF_TRY(slot.Unlocked().status());
        if (at >= opener.true_size_bytes()) return Piece();
        Piece piece(std::in_place);
        QF_TRY_ASSIGN(*piece->mutable_data(), opener.Read(at, kReadBytes));
        at += piece->data().size();
        return piece;
      });
}

absl::StatusOr<FileInfos> DescribeFiles(sql::ReadTxn& tx, const ItemId& owner, const Attachments& attachments) {
  FileInfos out;
  if (attachments.empty()) return out;
  QF_TRY_ASSIGN(const auto blobs, BlobsOf(tx, owner));
  for (const auto& attachment : attachments) {
    const StoredBlob* found = nullptr;
    for (const StoredBlob& blob : blobs) {
      if (blob.sha256.bytes() == attachment.sha256()) found = &blob;
    }
    *out.Add() = InfoOf(attachment, found);
  }
  return out;
}

absl::StatusOr<std::vector<Digest>> ForgetFiles(sql::WriteTxn& tx, const ItemId& owner) {
  QF_TRY_ASSIGN(const auto blobs, BlobsOf(tx, owner));
  std::vector<Digest> out;
  for (const StoredBlob& blob : blobs) {
    QF_TRY(RemoveBlob(tx, blob.sha256));
    out.push_back(blob.sha256);
  }
  return out;
}

void RemoveSealed(Session& session, const std::vector<Digest>& files) {
  for (const Digest& sha256 : files) {
    const absl::Status removed = session.world().files.Remove(BlobPath(session.folder(), sha256));
    if (!removed.ok()) Log(Level::kWarning, "sealed_file_stays", {{"reason", ReasonOf(removed)}});
  }
}

}  // namespace qf::client
