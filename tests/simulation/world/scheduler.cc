#include "tests/simulation/world/scheduler.h"

#include <vector>

namespace qf::sim {

bool Scheduler::Step(uint64_t until_us) {
  if (events_.empty() || events_.begin()->first.first > until_us) return false;
  const Key key = events_.begin()->first;
  Event event = std::move(events_.begin()->second);
  events_.erase(events_.begin());
  if (key.first > now_us_) now_us_ = key.first;
  event.node->timers_.erase(key.second);
  OnNode here(*event.node);
  event.task();
  event.task = nullptr;  // what it held goes while we are still on its machine
  return true;
}

void Scheduler::RunFor(uint64_t span_us) {
  const uint64_t until_us = now_us_ + span_us;
  while (Step(until_us)) {
  }
  now_us_ = until_us;
}

bool Scheduler::RunUntil(absl::FunctionRef<bool()> done, uint64_t span_us) {
  const uint64_t until_us = now_us_ + span_us;
  while (!done()) {
    if (!Step(until_us)) {
      now_us_ = until_us;
      return done();
    }
  }
  return true;
}

TimerId NodeLoop::At(uint64_t steady_us, Task task) {
  const TimerId timer = ++scheduler_.last_order_;
  const Scheduler::Key key{std::max(steady_us, scheduler_.now_us_), timer};
  scheduler_.events_.emplace(key, Scheduler::Event{this, std::move(task)});
  timers_[timer] = key;
  return timer;
}

void NodeLoop::Cancel(TimerId timer) {
  const auto found = timers_.find(timer);
  if (found == timers_.end()) return;
  const auto event = scheduler_.events_.find(found->second);
  Task dropped = std::move(event->second.task);  // destroyed last: it may call back
  scheduler_.events_.erase(event);
  timers_.erase(found);
}

void NodeLoop::Kill() {
  OnNode here(*this);
  while (!timers_.empty()) Cancel(timers_.begin()->first);
}

}  // namespace qf::sim
