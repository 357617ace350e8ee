// server/sync/order.cc, with streams that can be taken as they come.
#define InOrder InOrderAsItIs
#include "server/sync/order.cc"
#undef InOrder

#include "tests/simulation/controls/controls.h"

namespace qf::server {

bool InOrder(uint64_t sequence, uint64_t held, bool stopped) {
  return sim::InUse(sim::Control::kInOrderOff) || InOrderAsItIs(sequence, held, stopped);
}

}  // namespace qf::server
