// What the office's desks say that they have read, as a device hears it. docs/protocol.md, "Attest".
//
// An attest counts by the readers' fold, and says something of a size only once this device's own view of the log was
// found to go through the checkpoint that it carries: a server that shows the desks another log, without a report,
// cannot have their word for it here. So `delivered` means that a desk has read a log that holds the record.
//
// For: the driver, after each Exchange. Not for: what a desk compares and alarms for (desk/attests.h).
#pragma once

#include <string>

#include "absl/functional/any_invocable.h"
#include "client-core/session/server_calls.h"
#include "client-core/sync/replica.h"

namespace qf::client {

// Folds the desks' attests that pages have brought into Setting::kDeskHeardUs, and the newest one that this device's
// own view agrees with into Setting::kDeskAttestSize. A phone asks the server for the proof, a desk its own tree. May
// be called at any time: it goes by what is stored, and once nothing is new it asks nobody.
// The call for the proof has 15 s, since it stands before the end of a run of sync.
// `done` comes on the loop, or before this returns: OK also if the server could not be asked, which the next time does;
// FORK with the attest's bytes if that desk was shown another log than this phone; STORE_…
void HearDesks(Replica& replica, ServerCalls& calls, absl::AnyInvocable<void(absl::Status, std::string)> done);

// Have the desks been silent for seven days in which the server answered? Before the first attest it is the office's
// newest key that was heard. Both ends of that time are of clocks that the server does not turn alone: the attest's
// clock_at, and this device's clock at the last Exchange.
absl::StatusOr<bool> IsOfficeUnheard(Session& session, sql::ReadTxn& tx);

}  // namespace qf::client
