#include <chrono>

#include "common/base/clock.h"

namespace qf {
namespace {

class RealClock final : public Clock {
 public:
  uint64_t NowUs() const override { return Micros(std::chrono::system_clock::now().time_since_epoch()); }
  uint64_t SteadyUs() const override { return Micros(std::chrono::steady_clock::now().time_since_epoch()); }

 private:
  template <class Duration>
  static uint64_t Micros(Duration duration) {
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  }
};

}  // namespace

Clock& SystemClock() {
  static RealClock* const clock = new RealClock();
  return *clock;
}

}  // namespace qf
