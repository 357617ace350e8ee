// A new term of the log, after the server was restored, and the end of its refill. docs/protocol.md, "Restore".
#pragma once

#include "absl/functional/any_invocable.h"
#include "client-core/desk/desk.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

constexpr size_t kCauseBytesMax = 200;

// DeskService/RestartLog, of an administrator: asks the server what it still holds and which key will sign the next
// term, compares the leaves that would be kept with this desk's own copy as far as that reaches, signs RESTART with its
// certificates up to the root, and hands it in. Sync meets the new term by itself.
// ROLE; STATE when the server does not wait for a RESTART; FORK when its leaves are not those of this desk's copy:
// nothing is signed and the evidence is kept; NOT_FOUND when this store does not hold its own certificates; the
// server's reason when it does not take the record. Asking again after a lost answer is safe.
void RestartLog(Desk& desk, const clientpb::RestartLogRequest& request,
                absl::AnyInvocable<void(absl::StatusOr<clientpb::RestartLogResponse>)> done);

// DeskService/EndRefill, of an administrator: files REFILLED for the present term.
absl::StatusOr<clientpb::EndRefillResponse> EndRefill(Session& session, const clientpb::EndRefillRequest& request);

}  // namespace qf::client
