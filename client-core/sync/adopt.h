// Meeting a newer term of the log. docs/protocol.md, "Restore", steps 1–4.
//
// The server was restored, and an administrator has signed RESTART. This device finds c, the size up to which the new
// term holds what it has seen; sets its cursors back to c; keeps checkpoints beyond it as evidence; takes a new
// incarnation; and puts everything that it holds beyond c, its own or not, on the list of offers.
#pragma once

#include "absl/functional/any_invocable.h"
#include "client-core/session/server_calls.h"
#include "client-core/sync/replica.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::client {

// Adopts the term of `welcome`, which is newer than this device's. Asks the server for consistency proofs. `done`
// comes on the loop: OK, the calls' errors, or PROOF, FORK, ROLE when a RESTART is not what it must be (the device then
// stays in its own term). Everything but the questions is one transaction.
void AdoptTerm(Replica& replica, ServerCalls& calls, const serverpb::Welcome& welcome,
               absl::AnyInvocable<void(absl::Status)> done);

// Smallest kept size on the way from term `from` to term `to` through the tree of RESTARTs; PROOF when one of them is
// missing. Pure; for tests.
absl::StatusOr<uint64_t> KeptSize(const std::vector<recordpb::Restart>& restarts, uint64_t from, uint64_t to);

}  // namespace qf::client
