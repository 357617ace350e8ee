// Files of arrivals and messages, opened at a desk while they come. docs/protocol.md, "Blobs".
//
// Sealed bytes are fetched as the receiver takes plaintext, kept sealed in blobs/new-<hex> meanwhile, and, once all of
// them are here and their digest is right, as any other sealed file of the store: so a file is fetched once, and a
// server that was restored can be given it again. Plaintext is never on disk.
#pragma once

#include "client-core/desk/desk.h"
#include "common/rpc/method_table.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/OpenAttachment: name, type and size with the first piece, then pieces of at most 64 KiB, while the
// receiver wants more. NOT_FOUND when the record names no such file or the server has not all of it yet; ROLE
// where reports are not read; NOT_GRANTED and other errors of opening the record; SEAL, PROOF when the bytes are not
// what the record says; UNREACHABLE and other errors of calls. Ends with SHUTDOWN when the store is locked.
void OpenAttachment(Desk& desk, const clientpb::OpenAttachmentRequest& request,
                    rpc::Writer<clientpb::OpenAttachmentResponse> writer);

}  // namespace qf::client
