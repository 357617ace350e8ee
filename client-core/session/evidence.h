// What shows that something is wrong, kept in a transaction of its own. store/checkpoint.h says how much of it.
#pragma once

#include "client-core/session/session.h"
#include "client-core/store/checkpoint.h"

namespace qf::client {

// Keeps it, and tells the person, unless the same is there already.
absl::Status KeepEvidenceOnce(Session& session, const Evidence& evidence);
// Tells the person of new evidence that was kept in a transaction of somebody else's.
void TellOfEvidence(Session& session, Reason reason);

// Takes back evidence of something that has been put right, if there is any.
absl::Status WithdrawEvidence(Session& session, Reason reason, Bytes bytes);

}  // namespace qf::client
