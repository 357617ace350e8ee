// Pages of feeds: verified whole, applied in one transaction with their cursor, or not at all. docs/protocol.md,
// "Sync" 6.
//
// A reader checks signatures, body digests, that each stream goes on without gap, and the proof: of a phone a path for
// each entry, of a desk the root of its own tree after appending the leaves. A failing page alarms.
#pragma once

#include "client-core/sync/proofs.h"

namespace qf::client {

struct PageResult {
  size_t entries = 0;
  uint64_t from = 0;  // lowest position that came
  bool more = false;  // the feed goes on beyond the page
};

// Applies one page. PROOF, FORK, MALFORMED, SIGNATURE, GAP: nothing was applied.
absl::StatusOr<PageResult> ApplyPage(Replica& replica, const serverpb::Page& page, const AnswerProofs& proofs);

// Bodies that came after their entries. Those that nobody asked for, or that are not what the header names, are
// passed over. Gives the lowest position that has its body now, nullopt for none.
absl::StatusOr<std::optional<uint64_t>> ApplyLateBodies(
    Replica& replica, const google::protobuf::RepeatedPtrField<serverpb::LateBody>& bodies);

}  // namespace qf::client
