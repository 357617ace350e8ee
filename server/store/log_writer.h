// The writer's side of the log: puts entries into an open transaction and into the book, or takes both back.
//
//   writer.Begin(tx);  stream = writer.Find(header) …  writer.Append(…) …  writer.Finish();    in the transaction
//   committed: writer.Commit()      failed: writer.Abandon()                                    after it
//
// For: sync/intake. Not for: deciding what is appended. Threads: the writer's alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/base/clock.h"
#include "common/record/entry.h"
#include "server/store/log_book.h"
#include "server/store/streams.h"

namespace qf::server {

// A record that is to be appended.
struct NewEntry {
  const record::Record& record;
  uint32_t verdict = 0;                 // refused: without body
  std::optional<uint64_t> clock_at_us;  // of a proved prior; else when it is received
  bool begins_term = false;             // a RESTART that takes effect
};

// What an append gave.
struct Appended {
  record::Placement place;
  bool blobs_missing = false;
};

class LogWriter {
 public:
  // Streams kept in memory; beyond it all are forgotten and read again as they come.
  static constexpr size_t kCachedStreams = 20'000;

  LogWriter(LogBook& book, Clock& clock) : book_(book), clock_(clock) {}

  // A batch begins in `tx`, which outlives it. DATA_LOSS(STORE_DAMAGED) if store and book disagree.
  absl::Status Begin(sql::WriteTxn& tx);
  // What the log holds of the stream of `header`, this batch included. Valid until the next Find or Append.
  absl::StatusOr<const Stream*> Find(const record::Header& header);
  // When the next entry would be received: now, but strictly after the entry before.
  uint64_t NextReceivedUs() const;
  // What the log holds of an author in one of the fixed feeds, this batch included.
  absl::StatusOr<AuthorTotal> Total(const SigningKey& author, FeedId feed);
  // Appends the next of its stream (checked).
  absl::StatusOr<Appended> Append(const NewEntry& entry);
  // Writes streams and tiles: the last step of the transaction.
  absl::Status Finish();

  // The transaction is durable. Errors are those of the head file.
  absl::Status Commit();
  // The transaction has failed.
  absl::Status Abandon();

  // Feeds that are pulled alone and got entries in this batch, without doubles; and whether authority or term may
  // have changed.
  const std::vector<record::Feed>& touched() const { return touched_; }
  bool facts_touched() const { return facts_touched_; }
  size_t appended() const { return appended_; }

 private:
  struct Cached {
    Stream stream;
    bool changed = false;  // in this batch, and not saved yet
  };

  absl::StatusOr<std::optional<FeedId>> FeedOf(const record::Feed& feed);
  absl::StatusOr<Cached*> StreamOf(const record::Header& header, FeedId feed);
  absl::Status BeginTerm(uint64_t term);
  absl::Status SaveStreams();
  absl::Status NoteMissing(const record::Record& record, uint64_t position, bool* blobs_missing);
  void Touch(const record::Header& header);

  LogBook& book_;
  Clock& clock_;
  sql::WriteTxn* tx_ = nullptr;
  uint64_t received_at_us_ = 0;  // of the last entry
  absl::flat_hash_map<StreamKey, Cached> streams_;
  absl::flat_hash_map<std::string, FeedId> feeds_;  // those with a key
  std::vector<StreamKey> changed_;
  std::vector<record::Feed> touched_;
  bool facts_touched_ = false;
  size_t appended_ = 0;
  const Stream none_;
};

}  // namespace qf::server
