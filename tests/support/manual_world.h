// A device's world in one thread, turned by the test: time stands still, tasks run when the test says so.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "common/base/world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_entropy.h"

namespace qf {

class ManualLoop final : public Loop {
 public:
  explicit ManualLoop(ManualClock& clock) : clock_(clock) {}
  void Post(Task task) override { ready_.push_back(std::move(task)); }
  TimerId At(uint64_t steady_us, Task task) override {
    timers_.emplace(std::make_pair(steady_us, ++last_timer_), std::move(task));
    return last_timer_;
  }
  void Cancel(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
  }
  bool Here() const override { return true; }

  // Runs what is posted and due until there is nothing; time does not pass.
  void Run() {
    while (true) {
      while (!timers_.empty() && timers_.begin()->first.first <= clock_.SteadyUs()) {
        Post(std::move(timers_.begin()->second));
        timers_.erase(timers_.begin());
      }
      if (ready_.empty()) return;
      Task task = std::move(ready_.front());
      ready_.pop_front();
      task();
    }
  }
  // Lets `us` pass, and runs.
  void Advance(uint64_t us) {
    clock_.Advance(us);
    Run();
  }

 private:
  ManualClock& clock_;
  std::deque<Task> ready_;
  std::map<std::pair<uint64_t, TimerId>, Task> timers_;
  TimerId last_timer_ = 0;
};

struct ManualWorld {
  explicit ManualWorld(Files& files, uint64_t seed = 1) : entropy(seed), world{clock, loop, *worker, entropy, files} {}
  ManualClock clock;
  ManualLoop loop{clock};
  std::unique_ptr<Worker> worker = NewInlineWorker(loop);
  SeededEntropy entropy;
  World world;
};

}  // namespace qf
