#include "mobile-bindings/loopback/idle_lock.h"

#include <utility>

namespace qf::loopback {

// Outlives the lock in a timer that is under way.
struct IdleLock::State {
  Clock& clock;
  Loop& loop;
  const uint64_t idle_us;
  absl::AnyInvocable<void()> lock;  // on the loop
  Mutex mutex;
  bool ended ABSL_GUARDED_BY(mutex) = false;
  bool locked ABSL_GUARDED_BY(mutex) = false;
  uint64_t touched_us ABSL_GUARDED_BY(mutex) = 0;       // steady
  uint64_t touched_wall_us ABSL_GUARDED_BY(mutex) = 0;  // goes on while a machine sleeps

  bool Overdue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    return !locked && (clock.SteadyUs() >= touched_us + idle_us || clock.NowUs() >= touched_wall_us + idle_us);
  }
};

IdleLock::IdleLock(Clock& clock, Loop& loop, uint64_t idle_us, absl::AnyInvocable<void()> lock)
    : state_(new State{clock, loop, idle_us, std::move(lock)}) {
  {
    MutexLock held(state_->mutex);
    state_->touched_us = clock.SteadyUs();
    state_->touched_wall_us = clock.NowUs();
  }
  Arm(state_);
}

IdleLock::~IdleLock() {
  MutexLock held(state_->mutex);
  state_->ended = true;
}

bool IdleLock::Touch() {
  bool again;
  bool too_late;
  {
    MutexLock held(state_->mutex);
    too_late = state_->Overdue();
    again = std::exchange(state_->locked, false);
    state_->touched_us = state_->clock.SteadyUs();
    state_->touched_wall_us = state_->clock.NowUs();
  }
  if (again) Arm(state_);
  return too_late;
}

bool IdleLock::IsOverdue() const {
  MutexLock held(state_->mutex);
  return state_->Overdue();
}

void IdleLock::Arm(const std::shared_ptr<State>& state) {
  uint64_t due_us;
  {
    MutexLock held(state->mutex);
    due_us = state->touched_us + state->idle_us;
  }
  state->loop.At(due_us, [state] {
    bool locked;
    {
      MutexLock held(state->mutex);
      if (state->ended) return;
      locked = state->locked = state->clock.SteadyUs() >= state->touched_us + state->idle_us;
    }
    if (locked) return state->lock();
    Arm(state);
  });
}

}  // namespace qf::loopback
