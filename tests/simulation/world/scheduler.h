// The time of a simulated world: one heap of instants for all machines, one thread, nothing happens by itself.
//
//   Scheduler scheduler;
//   NodeLoop phone(scheduler);
//   phone.Post([] { … });
//   scheduler.RunFor(kMicrosPerHour);
//
// A machine that is killed loses its tasks: they are destroyed, not run. Order is (instant, order of asking), so a
// world is a function of its seed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/functional/function_ref.h"
#include "common/base/clock.h"
#include "common/base/loop.h"

namespace qf::sim {

class NodeLoop;

class Scheduler {
 public:
  uint64_t now_us() const { return now_us_; }

  // Runs the next task; false if there is none before `until_us`.
  bool Step(uint64_t until_us);
  // Runs everything that is due in the next `span_us`, and lets that much time pass.
  void RunFor(uint64_t span_us);
  // Runs until `done`, for at most `span_us`; gives what `done` said last.
  bool RunUntil(absl::FunctionRef<bool()> done, uint64_t span_us);

 private:
  friend class NodeLoop;
  friend class OnNode;
  struct Event {
    NodeLoop* node;
    Task task;
  };
  using Key = std::pair<uint64_t, uint64_t>;  // (instant, order)

  uint64_t now_us_ = 0;
  uint64_t last_order_ = 0;
  std::map<Key, Event> events_;
  NodeLoop* current_ = nullptr;
};

// The loop of one machine.
class NodeLoop final : public Loop {
 public:
  explicit NodeLoop(Scheduler& scheduler) : scheduler_(scheduler) {}
  ~NodeLoop() override { Kill(); }

  void Post(Task task) override { At(scheduler_.now_us_, std::move(task)); }
  TimerId At(uint64_t steady_us, Task task) override;
  void Cancel(TimerId timer) override;
  bool Here() const override { return scheduler_.current_ == this; }

  // The machine's process ends: nothing that it asked for will run.
  void Kill();

 private:
  friend class Scheduler;
  friend class OnNode;
  Scheduler& scheduler_;
  std::map<TimerId, Scheduler::Key> timers_;
};

// While it lives, the code around it runs on that machine: for making and destroying what belongs to it.
class OnNode {
 public:
  explicit OnNode(NodeLoop& loop) : scheduler_(loop.scheduler_), before_(scheduler_.current_) {
    scheduler_.current_ = &loop;
  }
  ~OnNode() { scheduler_.current_ = before_; }

 private:
  Scheduler& scheduler_;
  NodeLoop* before_;
};

// The clock of one machine: may be wrong by any amount, and be set.
class NodeClock final : public Clock {
 public:
  // 2026-03-01, so that days and terms look like those of a round.
  static constexpr uint64_t kBeginUs = 1'772'323'200ull * kMicrosPerSecond;

  explicit NodeClock(const Scheduler& scheduler) : scheduler_(scheduler) {}
  uint64_t NowUs() const override {
    return static_cast<uint64_t>(static_cast<int64_t>(kBeginUs + scheduler_.now_us()) + wrong_by_us_);
  }
  uint64_t SteadyUs() const override { return scheduler_.now_us(); }
  void SetWrongBy(int64_t us) { wrong_by_us_ = us; }

 private:
  const Scheduler& scheduler_;
  int64_t wrong_by_us_ = 0;
};

}  // namespace qf::sim
