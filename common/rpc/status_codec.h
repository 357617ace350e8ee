// absl::Status <-> google.rpc.Status: the same 17 codes, the message, and one ErrorDetail.
#pragma once

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace qf::rpc {

// Every error gets a detail, REASON_INTERNAL if it had none.
google::rpc::Status ToProto(const absl::Status& status);
// Unknown codes become kUnknown; details of other types are dropped.
absl::Status FromProto(const google::rpc::Status& status);

}  // namespace qf::rpc
