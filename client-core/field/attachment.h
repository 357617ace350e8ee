// Files of drafts, items and messages: sealed while they are captured, never in the clear on this device's disk.
// docs/protocol.md, "Blobs".
//
//   source (path, descriptor or pieces in memory) → pictures: decoded and encoded anew (picture.h) → sealed in chunks
//   of 64 KiB → blobs/new-<random>, synced → blobs/<SHA-256 of the sealed bytes>, folder synced → row and key, in one
//   transaction
//
// A crash before the last step leaves a sealed file that no row names; the next Unlock sweeps it away.
//
// Files that are no picture go in as they are: what a document or a recording says of its author goes along, and the
// app tells its user so.
// Threads: AttachFile reads and seals on the worker; everything else is on the loop.
#pragma once

#include <vector>

#include "client-core/session/slot.h"
#include "client-core/store/blob.h"
#include "common/rpc/method_table.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/content/v1/report.pb.h"

namespace qf::client {

constexpr size_t kAttachmentNameBytesMax = 255;

using Attachments = google::protobuf::RepeatedPtrField<contentpb::Attachment>;
using FileInfos = google::protobuf::RepeatedPtrField<clientpb::AttachmentInfo>;

// FieldService/PutFilePart. Errors of FileParts::Put; LENGTH.
absl::StatusOr<clientpb::PutFilePartResponse> PutFilePart(Session& session,
                                                          const clientpb::PutFilePartRequest& request);
// FieldService/AttachFile. NOT_FOUND without such a draft, or such pieces; FILE_MISSING and the disk's errors for the
// source; TOO_LARGE beyond limits::kBlobBytes, kBlobsPerRecord files or kInMemoryBytesMax; ATTACHMENT_TYPE when a
// picture cannot be decoded and its metadata were not asked to be kept; FORM for a name that is no name; STATE for a
// path or descriptor of a page.
void AttachFile(SessionSlot& slot, const clientpb::AttachFileRequest& request,
                rpc::Reply<clientpb::AttachFileResponse> reply);
absl::StatusOr<clientpb::DetachFileResponse> DetachFile(Session& session, const clientpb::DetachFileRequest& request);
// FieldService/ReadAttachment: of a draft, an own item or a message, as fast as the receiver takes it. NOT_FOUND when
// there is no such file or its sealed bytes are not on this device.
void ReadAttachment(SessionSlot& slot, const clientpb::ReadAttachmentRequest& request,
                    rpc::Writer<clientpb::ReadAttachmentResponse> writer);

// The files that a content lists, with what this device knows of them.
absl::StatusOr<FileInfos> DescribeFiles(sql::ReadTxn& tx, const ItemId& owner, const Attachments& attachments);
// Forgets the rows of an owner's files; gives their digests for RemoveSealed, once that is committed.
absl::StatusOr<std::vector<Digest>> ForgetFiles(sql::WriteTxn& tx, const ItemId& owner);
// Removes sealed files. What cannot be removed is swept away at the next Unlock.
void RemoveSealed(Session& session, const std::vector<Digest>& files);

}  // namespace qf::client
