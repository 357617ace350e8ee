#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "common/base/clock.h"
#include "common/base/loop.h"
#include "common/base/mutex.h"
#include "common/base/worker.h"

namespace qf {
namespace {

class ThreadLoop final : public Loop {
 public:
  ThreadLoop() : thread_([this] { Run(); }) {}
  ~ThreadLoop() override {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    wake_.NotifyAll();
    thread_.join();
  }

  void Post(Task task) override {
    {
      MutexLock lock(mutex_);
      ready_.push_back(std::move(task));
    }
    wake_.NotifyOne();
  }

  TimerId At(uint64_t steady_us, Task task) override {
    TimerId id;
    {
      MutexLock lock(mutex_);
      id = ++last_timer_;
      timers_.emplace(std::make_pair(steady_us, id), std::move(task));
      due_of_[id] = steady_us;
    }
    wake_.NotifyOne();
    return id;
  }

  void Cancel(TimerId timer) override {
    Task dropped;  // destroyed outside the lock: its captures may call back
    MutexLock lock(mutex_);
    const auto due = due_of_.find(timer);
    if (due == due_of_.end()) return;
    const auto found = timers_.find({due->second, timer});
    dropped = std::move(found->second);
    timers_.erase(found);
    due_of_.erase(due);
  }

  bool Here() const override { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void Run() {
    Task task;
    while (Next(&task)) {
      task();
      task = nullptr;
    }
  }

  // The next task that is due; false when the loop has stopped.
  bool Next(Task* task) {
    MutexLock lock(mutex_);
    while (true) {
      const uint64_t now = SystemClock().SteadyUs();
      if (!timers_.empty() && timers_.begin()->first.first <= now && !stopping_) {
        *task = std::move(timers_.begin()->second);
        due_of_.erase(timers_.begin()->first.second);
        timers_.erase(timers_.begin());
        return true;
      }
      if (!ready_.empty()) {
        *task = std::move(ready_.front());
        ready_.pop_front();
        return true;
      }
      if (stopping_) return false;
      if (timers_.empty()) {
        wake_.Wait(mutex_);
      } else {
        wake_.WaitFor(mutex_, timers_.begin()->first.first - now);
      }
    }
  }

  Mutex mutex_;
  CondVar wake_;
  std::deque<Task> ready_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<uint64_t, TimerId>, Task> timers_ ABSL_GUARDED_BY(mutex_);
  std::map<TimerId, uint64_t> due_of_ ABSL_GUARDED_BY(mutex_);
  TimerId last_timer_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

class ThreadWorker final : public Worker {
 public:
  explicit ThreadWorker(Loop& loop) : loop_(loop), own_(NewThreadLoop()) {}
  void Run(Task work, Task then) override {
    own_->Post([this, work = std::move(work), then = std::move(then)]() mutable {
      work();
      loop_.Post(std::move(then));
    });
  }

 private:
  Loop& loop_;
  std::unique_ptr<Loop> own_;
};

class InlineWorker final : public Worker {
 public:
  explicit InlineWorker(Loop& loop) : loop_(loop) {}
  void Run(Task work, Task then) override {
    work();
    loop_.Post(std::move(then));
  }

 private:
  Loop& loop_;
};

}  // namespace

std::unique_ptr<Loop> NewThreadLoop() { return std::make_unique<ThreadLoop>(); }
std::unique_ptr<Worker> NewThreadWorker(Loop& loop) { return std::make_unique<ThreadWorker>(loop); }
std::unique_ptr<Worker> NewInlineWorker(Loop& loop) { return std::make_unique<InlineWorker>(loop); }

}  // namespace qf
