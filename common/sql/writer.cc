#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/mutex.h"
#include "common/sql/writer.h"

namespace qf::sql {
namespace {

constexpr uint64_t kBusyRetryMs = 100;

struct Job {
  size_t weight;
  GroupWriter::Work work;
  GroupWriter::Done done;
  absl::Status status;
};

// The queue and who empties it. Shared by the writer and the tasks that it posted: a task may outlive the writer.
class Drain : public std::enable_shared_from_this<Drain> {
 public:
  Drain(Database& database, Loop& loop, GroupWriter::Options options)
      : database_(database), loop_(loop), options_(std::move(options)) {}

  void Submit(Job job) {
    absl::Status refused;
    {
      MutexLock lock(mutex_);
      if (stopping_) {
        refused = Error(Reason::REASON_SHUTDOWN, "the store is closing");
      } else if (queue_.size() >= options_.queue) {
        refused = Error(Reason::REASON_BUSY, "too many writes are waiting", kBusyRetryMs);
      } else {
        queue_.push_back(std::move(job));
        PostOnce();
      }
    }
    if (!refused.ok()) job.done(refused);
  }

  // From now on nothing is begun; what waits is answered by Abandon.
  void Stop() {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  void Abandon() {
    std::deque<Job> left;
    {
      MutexLock lock(mutex_);
      left.swap(queue_);
    }
    for (Job& job : left) job.done(Error(Reason::REASON_SHUTDOWN, "the store is closing"));
  }

 private:
  void PostOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (posted_) return;
    posted_ = true;
    loop_.Post([self = shared_from_this()] { self->RunOneBatch(); });
  }

  std::vector<Job> TakeBatch() {
    MutexLock lock(mutex_);
    std::vector<Job> batch;
    if (stopping_) return batch;
    size_t weight = 0;
    while (!queue_.empty() && batch.size() < options_.batch) {
      weight += queue_.front().weight;
      if (!batch.empty() && weight > options_.batch_weight) break;
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return batch;
  }

  void RunOneBatch() {
    std::vector<Job> batch = TakeBatch();
    if (!batch.empty()) Commit(batch);
    MutexLock lock(mutex_);
    posted_ = false;
    if (!queue_.empty() && !stopping_) PostOnce();
  }

  void Commit(std::vector<Job>& batch) {
    const absl::Status committed = database_.Write([&batch](WriteTxn& tx) {
      for (Job& job : batch) job.status = tx.Attempt([&] { return job.work(tx); });
      return absl::OkStatus();
    });
    if (committed.ok() && options_.after_commit) options_.after_commit();
    for (Job& job : batch) {
      job.work = nullptr;  // what it captured goes before its answer
      job.done(committed.ok() ? job.status : committed);
    }
    // After the answers, so that nobody waits for it. An error is the next commit's too.
    database_.CheckpointIfDue().IgnoreError();
  }

  Database& database_;
  Loop& loop_;
  GroupWriter::Options options_;
  Mutex mutex_;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  bool posted_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

class LoopWriter final : public GroupWriter {
 public:
  LoopWriter(Database& database, Loop& loop, Options options)
      : drain_(std::make_shared<Drain>(database, loop, std::move(options))) {}
  LoopWriter(Database& database, std::unique_ptr<Loop> own, Options options)
      : own_(std::move(own)), drain_(std::make_shared<Drain>(database, *own_, std::move(options))) {}
  ~LoopWriter() override {
    drain_->Stop();
    own_.reset();  // joins: the batch at work ends and answers
    drain_->Abandon();
  }

  void Submit(size_t weight, Work work, Done done) override {
    drain_->Submit({std::max<size_t>(weight, 1), std::move(work), std::move(done), absl::OkStatus()});
  }

 private:
  std::unique_ptr<Loop> own_;  // null if the loop is the caller's
  std::shared_ptr<Drain> drain_;
};

}  // namespace

std::unique_ptr<GroupWriter> GroupWriter::OnThread(Database& database, Options options) {
  return std::make_unique<LoopWriter>(database, NewThreadLoop(), std::move(options));
}

std::unique_ptr<GroupWriter> GroupWriter::OnLoop(Database& database, Loop& loop, Options options) {
  return std::make_unique<LoopWriter>(database, loop, std::move(options));
}

}  // namespace qf::sql
