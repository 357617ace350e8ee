#include "server/sync/order.h"

namespace qf::server {

bool InOrder(uint64_t sequence, uint64_t held, bool stopped) { return !stopped && sequence <= held + 1; }

}  // namespace qf::server
