#include "common/sealing/sodium_support.h"

#include <sodium.h>

#include "common/base/check.h"

namespace qf::sealing {

void SodiumReady() {
  static const bool ready = sodium_init() >= 0;
  QF_CHECK(ready);
}

}  // namespace qf::sealing
