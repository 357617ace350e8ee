// Long work off the loop, as a seam: Argon2, hashing of files, copies.
#pragma once

#include <memory>

#include "common/base/loop.h"

namespace qf {

class Worker {
 public:
  virtual ~Worker() = default;
  // Runs `work` off the loop, in order with other work, then posts `then` to the loop.
  virtual void Run(Task work, Task then) = 0;
};

// One thread that runs work in order; `loop` outlives it. Destroying it finishes what was given.
std::unique_ptr<Worker> NewThreadWorker(Loop& loop);

// Runs work at once on the caller's thread; `then` is still posted. For the simulator and tests.
std::unique_ptr<Worker> NewInlineWorker(Loop& loop);

}  // namespace qf
