// Takes pushes into the log: the rules of docs/protocol.md, "Sync" 3, exactly and in its order, and group commit.
//
// Pushes wait in a queue of the intake's own; the writer takes what is there when the last commit ends, up to
// kBatchRecords, as one transaction, and answers all of them when it is durable. A transaction that fails is answered
// LATER for every record (store/trouble.h): nobody was told anything, and asking again is always right.
//
// A RESTART that takes effect is a batch of its own, because receipts before and after it are of two terms.
//
// Threads: Submit any; answers come on the writer's thread (or loop), in order of submission.
#pragma once

#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/sql/writer.h"
#include "server/store/log_book.h"
#include "server/sync/offer.h"

namespace qf::server {

// What became of one record.
struct Outcome {
  serverpb::Fate fate = serverpb::FATE_UNSPECIFIED;
  Reason reason = Reason::REASON_UNSPECIFIED;  // of LATER and MALFORMED
  uint64_t retry_after_ms = 0;
  std::optional<record::Placement> place;  // of STORED, DUPLICATE, REFUSED, CONFLICT
  std::vector<Digest> missing_blobs;       // of STORED, DUPLICATE
  std::optional<recordpb::Record> held;    // of CONFLICT: what has its sequence, without body
};

// What a batch has added to the log.
struct News {
  std::vector<record::Feed> feeds;  // those that are pulled alone
  bool facts = false;               // authority or term may have changed
};

struct IntakeLimits {
  size_t queued_records = 8192;  // beyond it: LATER(BUSY)
  uint64_t records_per_day = limits::kRecordsPerDay;
  uint64_t bytes_per_day = limits::kBytesPerDay;
};

class Intake {
 public:
  using Done = absl::AnyInvocable<void(std::vector<Outcome>)>;
  using OnNews = absl::AnyInvocable<void(const News&)>;

  // All of them outlive the intake; `writer` is destroyed first. `on_news` is called after each commit that added
  // entries, before its answers, on the writer's thread.
  Intake(LogBook& book, sql::GroupWriter& writer, Clock& clock, IntakeLimits limits, OnNews on_news);
  ~Intake();

  // True if a push of so many records would be turned away now: ask before its signatures are checked.
  bool Busy(size_t records) const;
  // True once a failed batch could not be taken back out of the log in memory.
  bool Broken() const;
  // One Outcome for each offer, in order.
  void Submit(Push push, Done done);
  // Outcomes of a push that is not looked at.
  static std::vector<Outcome> AllLater(size_t records, Reason reason, uint64_t retry_after_ms);

 private:
  class Queue;
  std::shared_ptr<Queue> queue_;
};

}  // namespace qf::server
