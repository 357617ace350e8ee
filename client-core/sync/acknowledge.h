// What the server said of each record of a push. docs/protocol.md, "Sync" 3–5.
//
// Nothing leaves the outbox without a receipt that verified. A refusal blocks nothing behind it and is never deleted.
#pragma once

#include <utility>
#include <vector>

#include "client-core/sync/proofs.h"
#include "client-core/sync/request.h"

namespace qf::client {

// What came of a push.
struct PushResult {
  size_t sent = 0;                            // own records proven now
  size_t answered = 0;                        // anything but LATER and MALFORMED
  Reason later = Reason::REASON_UNSPECIFIED;  // of the first LATER, if any
  uint64_t retry_after_ms = 0;
  bool rolled_back = false;  // this store is older than the log: it took a new incarnation
  // Blobs that the server lacks, of records that this store does not own: (record, blob).
  std::vector<std::pair<RecordId, Digest>> missing_of_others;
};

// How far this term's log is from what it was before.
enum class Refill { kGoesOn, kHasEnded };

// Takes the acknowledgements of `push`, in its order, in one transaction. Once the refill has ended, an own record of
// an earlier term that is answered LATER(GAP) is placed anew: nobody has brought what stood before it. `proofs` is
// nullptr when the answer is of another term: then only LATER may stand in it. PROOF or FORK when an answer does not
// verify: nothing is changed, and the caller keeps the evidence.
absl::StatusOr<PushResult> TakeAcknowledgements(
    Replica& replica, const std::vector<Pushed>& push,
    const google::protobuf::RepeatedPtrField<serverpb::Acknowledgement>& answers, const AnswerProofs* proofs,
    Refill refill);

}  // namespace qf::client
