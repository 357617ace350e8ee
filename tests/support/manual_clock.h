// A clock that stands still until a test turns it.
#pragma once

#include "common/base/clock.h"

namespace qf {

class ManualClock final : public Clock {
 public:
  uint64_t NowUs() const override { return now_us; }
  uint64_t SteadyUs() const override { return steady_us; }
  void Advance(uint64_t us) {
    now_us += us;
    steady_us += us;
  }

  uint64_t now_us = 1'700'000'000 * kMicrosPerSecond;
  uint64_t steady_us = 1;
};

}  // namespace qf
