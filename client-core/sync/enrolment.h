// First contact: who the office is, and this device's ENROL. docs/protocol.md, "Enrolment".
#pragma once

#include "absl/functional/any_invocable.h"
#include "client-core/session/server_calls.h"
#include "client-core/sync/replica.h"
#include "common/base/error.h"

namespace qf::client {

// True while this store knows no GENESIS, or its ENROL was not acknowledged.
absl::StatusOr<bool> NeedsFirstContact(Replica& replica);

// Why this device's ENROL was refused; UNSPECIFIED if it was not, or if the office has certified the device all the
// same.
absl::StatusOr<Reason> RefusalOfEnrolment(Replica& replica);

// Asks the server for GENESIS and the RESTARTs, verifies them against the root key of the invitation, and hands in the
// ENROL. `done`: OK once it is in the log and proven; TOKEN, USED, EXPIRED when it was refused; INVITE when the
// invitation has not reached the server yet; OFFICE, SIGNATURE, PROOF when the server is not who the invitation says.
void MakeFirstContact(Replica& replica, ServerCalls& calls, absl::AnyInvocable<void(absl::Status)> done);

}  // namespace qf::client
