// Group commit: many callers, one transaction, one sync.
//
//   auto writer = GroupWriter::OnThread(*database, {.after_commit = [&] { feeds.Wake(); }});
//   writer->Submit(pack.size(), [pack](WriteTxn& tx) { return Append(tx, pack); },
//                  [reply = std::move(reply)](absl::Status status) mutable { reply.Finish(status); });
//
// The writer takes what is queued when the last commit ends (no timer: under load batches form by themselves), runs
// each closure in a savepoint, commits once, then answers everybody:
//   closure gave an error  → its changes are undone, its `done` gets that error, the others are not touched
//   commit failed          → every `done` of the batch gets the commit's error: nobody was told otherwise
// `done` OK means durable, as in Database::Write. Answers come in order of submission.
//
// Not for: slow work. A closure holds up everyone: no crypto, no parsing, no I/O, at most a few milliseconds.
// Nor for reads: use Database::Read beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "common/base/loop.h"
#include "common/sql/database.h"

namespace qf::sql {

class GroupWriter {
 public:
  using Work = absl::AnyInvocable<absl::Status(WriteTxn&)>;
  using Done = absl::AnyInvocable<void(absl::Status)>;

  struct Options {
    size_t queue = 1024;         // closures that wait; one more is answered RESOURCE_EXHAUSTED(BUSY)
    size_t batch = 256;          // closures in one commit
    size_t batch_weight = 1000;  // records in one commit: 3.5 times the rate of 100, and about 10 ms
    // Runs after each successful commit, before its answers: publish the new end of the log here.
    absl::AnyInvocable<void()> after_commit;
  };

  // Runs on a thread of its own. `database` outlives it.
  static std::unique_ptr<GroupWriter> OnThread(Database& database, Options options);
  // Runs on `loop`, one batch a task, so that a simulator drives it. Submit and destroy it on that loop.
  static std::unique_ptr<GroupWriter> OnLoop(Database& database, Loop& loop, Options options);

  // Ends the batch at work; what still waits is answered UNAVAILABLE(SHUTDOWN).
  virtual ~GroupWriter() = default;

  // Queues `work`, which stands for `weight` records (at least 1 counts). `done` is called exactly once: on the
  // writer's thread or loop, or at once on this one if the queue is full (RESOURCE_EXHAUSTED(BUSY), retry after
  // 100 ms). Any thread, from inside a `done` too.
  virtual void Submit(size_t weight, Work work, Done done) = 0;
};

}  // namespace qf::sql
