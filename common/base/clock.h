// Time, as a seam: the simulator turns it by hand.
#pragma once

#include <cstdint>

namespace qf {

constexpr uint64_t kMicrosPerSecond = 1'000'000;
constexpr uint64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr uint64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr uint64_t kMicrosPerDay = 24 * kMicrosPerHour;

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock in microseconds since 1970 UTC. May jump, may be wrong by years: never decides authority.
  virtual uint64_t NowUs() const = 0;
  // Microseconds since some start; never goes back. For timers and backoff.
  virtual uint64_t SteadyUs() const = 0;
};

// The machine's clocks.
Clock& SystemClock();

}  // namespace qf
