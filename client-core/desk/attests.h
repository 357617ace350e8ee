// What this desk has seen of the log, told to all; and what the others have seen, compared. docs/protocol.md, "Attest".
#pragma once

#include "client-core/desk/mirror.h"

namespace qf::client {

// Files an ATTEST with the checkpoint of this desk's own tree, if the log has news beyond attests since the last one,
// an hour (of the office's day) has passed, and the last one is not still on its way.
absl::Status Attest(Session& session);

// Compares the attests in [from, to) with this desk's own copy of the log: a checkpoint that it does not begin with, or
// an acknowledged record that it lacks, is kept as evidence of a fork.
absl::Status CompareAttests(Session& session, const std::vector<StoredEntry>& entries);

}  // namespace qf::client
