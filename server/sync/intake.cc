#include "server/sync/intake.h"

#include <algorithm>
#include <atomic>
#include <deque>

#include "common/base/logging.h"
#include "common/base/mutex.h"
#include "server/store/log_writer.h"
#include "server/store/trouble.h"
#include "server/sync/rules.h"

namespace qf::server {
namespace {

// Records in one commit: 3.5 times the rate of 100, and about 10 ms (docs/performance.md).
constexpr size_t kBatchRecords = 1000;
constexpr uint64_t kBusyRetryMs = 1000;

struct Waiting {
  Push push;
  Intake::Done done;
  std::vector<Outcome> outcomes;
};

bool HasRestart(const Push& push) {
  return std::any_of(push.offers.begin(), push.offers.end(), [](const Offer& o) { return o.restart.has_value(); });
}

}  // namespace

class Intake::Queue : public std::enable_shared_from_this<Queue> {
 public:
  Queue(LogBook& book, sql::GroupWriter& writer, Clock& clock, IntakeLimits limits, OnNews on_news)
      : book_(book), writer_(writer), limits_(limits), on_news_(std::move(on_news)), log_(book, clock) {}

  bool Busy(size_t records) {
    MutexLock lock(mutex_);
    return queued_ + records > limits_.queued_records;
  }

  bool broken() const { return broken_.load(); }

  void Submit(Push push, Done done) {
    const size_t records = push.offers.size();
    bool begin = false;
    {
      MutexLock lock(mutex_);
      if (queued_ + records <= limits_.queued_records) {
        queue_.push_back({std::move(push), std::move(done), {}});
        queued_ += records;
        begin = !std::exchange(running_, true);
        done = nullptr;
      }
    }
    if (done) return done(AllLater(records, Reason::REASON_BUSY, kBusyRetryMs));
    if (begin) RunBatch();
  }

 private:
  void RunBatch() {
    writer_.Submit(
        1, [self = shared_from_this()](sql::WriteTxn& tx) { return self->Write(tx); },
        [self = shared_from_this()](absl::Status status) { self->Written(std::move(status)); });
  }

  void TakeBatch() {
    MutexLock lock(mutex_);
    size_t records = 0;
    while (!queue_.empty() && records < kBatchRecords) {
      const bool alone = HasRestart(queue_.front().push);
      if (alone && !batch_.empty()) return;
      records += queue_.front().push.offers.size();
      batch_.push_back(std::move(queue_.front()));
      queue_.pop_front();
      if (alone) return;
    }
  }

  // In the transaction.
  absl::Status Write(sql::WriteTxn& tx) {
    TakeBatch();
    begun_ = true;
    QF_TRY(log_.Begin(tx));
    for (Waiting& waiting : batch_) {
      PushRules rules(tx, book_, log_, limits_);
      QF_TRY_ASSIGN(waiting.outcomes, rules.Apply(waiting.push));
    }
    return log_.Finish();
  }

  // After it: durable, or not.
  void Written(absl::Status status) {
    if (!begun_) TakeEverything();  // the writer did not even begin: it is closing, or flooded
    if (status.ok()) {
      const bool grew = log_.appended() > 0;
      status = log_.Commit();
      if (grew) on_news_({log_.touched(), log_.facts_touched()});
    } else if (begun_) {
      const absl::Status withdrawn = log_.Abandon();
      if (!withdrawn.ok()) broken_ = true;
      Log(Level::kError, "commit_failed", {{"reason", ReasonOf(status)}, {"withdrawn", withdrawn.ok()}});
    }
    begun_ = false;
    std::vector<Waiting> batch = std::exchange(batch_, {});
    size_t records = 0;
    for (Waiting& waiting : batch) {
      records += waiting.push.offers.size();
      if (!status.ok()) waiting.outcomes = AllLater(waiting.push.offers.size(), ToldOf(ReasonOf(status)), kBusyRetryMs);
      waiting.done(std::move(waiting.outcomes));
    }
    if (Settle(records)) RunBatch();
  }

  void TakeEverything() {
    MutexLock lock(mutex_);
    std::move(queue_.begin(), queue_.end(), std::back_inserter(batch_));
    queue_.clear();
  }

  // True if more is waiting.
  bool Settle(size_t records) {
    MutexLock lock(mutex_);
    queued_ -= records;
    running_ = !queue_.empty();
    return running_;
  }

  LogBook& book_;
  sql::GroupWriter& writer_;
  const IntakeLimits limits_;
  OnNews on_news_;
  // The writer's.
  LogWriter log_;
  std::vector<Waiting> batch_;
  bool begun_ = false;
  std::atomic<bool> broken_{false};

  Mutex mutex_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_ ABSL_GUARDED_BY(mutex_) = 0;  // records waiting or being written
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
};

Intake::Intake(LogBook& book, sql::GroupWriter& writer, Clock& clock, IntakeLimits limits, OnNews on_news)
    : queue_(std::make_shared<Queue>(book, writer, clock, limits, std::move(on_news))) {}

Intake::~Intake() = default;

bool Intake::Busy(size_t records) const { return queue_->Busy(records); }

bool Intake::Broken() const { return queue_->broken(); }

void Intake::Submit(Push push, Done done) { queue_->Submit(std::move(push), std::move(done)); }

std::vector<Outcome> Intake::AllLater(size_t records, Reason reason, uint64_t retry_after_ms) {
  Outcome later;
  later.fate = serverpb::FATE_LATER;
  later.reason = reason;
  later.retry_after_ms = retry_after_ms;
  return std::vector<Outcome>(records, later);
}

}  // namespace qf::server
