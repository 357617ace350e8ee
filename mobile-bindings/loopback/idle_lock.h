// Locks the store once nobody has used the app for a while: whoever leaves a desk leaves it locked.
//
// Threads: any. Its timer runs on a loop of its own.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "common/base/clock.h"
#include "common/base/loop.h"
#include "common/base/mutex.h"

namespace qf::loopback {

class IdleLock {
 public:
  // Calls `lock` on `loop` once `idle_us` have passed since the last Touch; the next Touch begins anew. `clock` and
  // `loop` outlive it.
  IdleLock(Clock& clock, Loop& loop, uint64_t idle_us, absl::AnyInvocable<void()> lock);
  ~IdleLock();

  // Somebody uses the app. True if that had been too long ago: a machine that slept has let no timer run, and what it
  // is touched for must not pass before the store is locked.
  bool Touch();
  // The same of what nobody asked for: it puts nothing off.
  bool IsOverdue() const;

 private:
  struct State;
  static void Arm(const std::shared_ptr<State>& state);
  const std::shared_ptr<State> state_;
};

}  // namespace qf::loopback
