// What Welcome says of this device and of its records. docs/protocol.md, "Sync" 2 and 5, "Restore" (`safe`), "PIN
// and loss" (REVOKE). Called after the answer's proofs were verified.
#pragma once

#include <optional>
#include <vector>

#include "client-core/sync/proofs.h"

namespace qf::client {

struct WelcomeResult {
  bool rolled_back = false;  // this store is older than the log: it took a new incarnation
  // A REVOKE of this device that was proven and counts.
  std::optional<record::Revocation> revoked;
};

absl::StatusOr<WelcomeResult> TakeWelcome(Replica& replica, const serverpb::Welcome& welcome,
                                          const AnswerProofs& proofs);

// Marks what the server holds whole, and drops own bodies and sealed files that a verified backup holds.
absl::Status SettleAndDrop(Replica& replica, const serverpb::Welcome& welcome);

// Of the ids that Welcome lists: those of which this store has a body or a file to give.
absl::StatusOr<std::vector<RecordId>> CanGive(Replica& replica, const serverpb::Welcome& welcome);

}  // namespace qf::client
