// One Exchange, taken in: verifies the answer and applies it, in the order that loses nothing. docs/protocol.md,
// "Sync". No network and no timers here: driver.h calls it with what came.
#pragma once

#include <vector>

#include "client-core/sync/acknowledge.h"
#include "client-core/sync/request.h"

namespace qf::client {

struct ExchangeResult {
  bool newer_term = false;  // the answer is of a newer term: adopt it and ask again
  bool more = false;        // records or pages are left
  bool files_left = false;
  bool drained = false;                        // revoked, and everything that was filed has been proven: erase
  bool erase = false;                          // revoked with ERASE, approved by a second administrator: erase now
  Reason reason = Reason::REASON_UNSPECIFIED;  // of a LATER that stands in the way
  uint64_t retry_after_ms = 0;
  uint32_t records_sent = 0;
  uint32_t entries_read = 0;
  std::vector<RecordId> lacking;  // to be given with the next request
  std::vector<std::pair<RecordId, Digest>> missing_of_others;
};

// Takes `response` to `request`. PROOF, FORK and the like: the evidence is kept, nothing of the answer was applied
// beyond what had verified before it.
absl::StatusOr<ExchangeResult> TakeExchange(Replica& replica, const Request& request,
                                            const serverpb::ExchangeResponse& response);

// True once a REVOKE of this device was proven: it sends what was filed, then erases itself.
absl::StatusOr<bool> IsDraining(Replica& replica);

}  // namespace qf::client
