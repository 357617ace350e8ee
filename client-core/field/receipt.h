// The proof that an own record stands in the log, complete by itself, for whoever its owner chooses to show it to.
// FieldService/GetReceipt. A receipt is evidence against its holder too: docs/protocol.md, "Log". Lives on the loop.
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

// NOT_FOUND without such an item; STATE before the log has proven it.
absl::StatusOr<clientpb::GetReceiptResponse> GetReceipt(Session& session, const clientpb::GetReceiptRequest& request);

}  // namespace qf::client
