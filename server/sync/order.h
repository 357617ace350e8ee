// The rule that makes every stream 1 … n: docs/protocol.md, "Sync" 3. A room of its own, so that the simulator can show
// what happens without it.
#pragma once

#include <cstdint>

namespace qf::server {

// True if a record of this sequence may be looked at: it is held or the next of its stream, and nothing of the stream
// was left out before it in this push (`stopped`). Else it is LATER(GAP).
bool InOrder(uint64_t sequence, uint64_t held, bool stopped);

}  // namespace qf::server
