// The event loop, as a seam. All state of a client (and of a simulated server) lives on one loop and needs no lock.
//
// Threads: Post, At and Cancel may be called from any thread. Tasks run one at a time, in order of posting.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"

namespace qf {

using Task = absl::AnyInvocable<void()>;
using TimerId = uint64_t;  // 0 is never a timer

class Loop {
 public:
  virtual ~Loop() = default;
  // Runs `task` on the loop, after everything posted before it.
  virtual void Post(Task task) = 0;
  // Runs `task` on the loop once Clock::SteadyUs() has reached `steady_us`.
  virtual TimerId At(uint64_t steady_us, Task task) = 0;
  // The task of `timer` will not run, if it has not begun. Cancelling twice, or a spent timer, does nothing.
  virtual void Cancel(TimerId timer) = 0;
  // True on the loop's own thread.
  virtual bool Here() const = 0;
};

// A loop on a thread of its own. Destroying it runs what is posted, drops timers, and joins.
std::unique_ptr<Loop> NewThreadLoop();

}  // namespace qf
