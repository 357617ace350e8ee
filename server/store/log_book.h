// The log as it stands in memory: its tree, the fold of authority, the term and its key. docs/protocol.md, "Log",
// "Authority" and "Restore".
//
// Two sides. Anyone asks (View, StandingOf, Checkpoint, Proofs …) from any thread and sees what is committed, but for
// authority, which may run ahead by the batch that is being committed. The writer alone (log_writer.h) adds leaves
// while its transaction is open, then publishes them when they are durable, or withdraws them.
//
// ROLLED_BACK: the database is older than what was acknowledged (head_file.h), or a Hello has shown a checkpoint
// that this log does not hold. Nothing is taken and no checkpoint is signed until an administrator's RESTART.
//
// Locks: one mutex, held for microseconds; paths that need tiles which are not cached read the store under it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/mutex.h"
#include "common/log/path_table.h"
#include "common/log/tree.h"
#include "common/record/authority.h"
#include "common/record/ceremony.h"
#include "common/sql/database.h"
#include "server/store/head_file.h"
#include "server/store/tiles.h"

namespace qf::server {

// What an answer starts from; every part of it is of one moment.
struct LogView {
  uint64_t term = 0;
  uint64_t size = 0;          // entries that are durable
  uint64_t safe_size = 0;     // below it a verified backup holds records and blobs
  uint64_t highest_term = 0;  // ever seen
  bool rolled_back = false;
  bool refilling = false;
};

// True for the kinds from which authority or term follow.
bool IsFact(recordpb::Kind kind);

class LogBook {
 public:
  // Reads a store that `install` has made an office's; FAILED_PRECONDITION(NOT_ENROLLED) if it has not.
  // All three outlive the book.
  static absl::StatusOr<std::unique_ptr<LogBook>> Open(Files& files, Clock& clock, sql::Database& database,
                                                       std::string head_path);

  const OfficeId& office() const { return office_; }
  const recordpb::Record& genesis() const { return genesis_; }

  // ---- any thread

  LogView View() const;
  // The moment that authority is asked about: the clock's, but always after the last entry, so that a REVOKE counts as
  // soon as it stands in the log, and though the clock may have been set back.
  uint64_t NowUs() const;
  record::Standing StandingOf(const SigningKey& key, uint64_t at_us) const;
  bool MayPull(const SigningKey& device, const record::Feed& feed, uint64_t now_us) const;
  // Key that signs or signed checkpoints of `term`; nullopt if the log does not know that term.
  std::optional<SigningKey> LogKeyOf(uint64_t term) const;
  // Every RESTART that the log holds, in order.
  std::shared_ptr<const std::vector<recordpb::Record>> restarts() const;

  // The signed checkpoint of the first `size` ≤ view.size leaves. UNAVAILABLE(TERM) if the term of `view` has ended,
  // UNAVAILABLE(ROLLED_BACK).
  absl::StatusOr<std::string> Checkpoint(const LogView& view, uint64_t size);
  absl::StatusOr<Digest> RootAt(uint64_t size);
  // Runs `fn(log::Tree&)`, which gives a Status or StatusOr, while nobody else uses the tree.
  template <class Fn>
  auto WithTree(Fn&& fn) {
    MutexLock lock(mutex_);
    return fn(*tree_);
  }

  // Somebody has shown a checkpoint that this log does not hold. Remembered durably.
  absl::Status MarkRolledBack(uint64_t seen_term);
  // Public half of the key that the next RESTART must name, if it was made already.
  std::optional<SigningKey> next_log_key() const;
  void SetNextLogKey(record::Signer key);
  // A verified backup holds the first `size` leaves.
  void SetSafe(uint64_t size);
  // A copy of the database was or will be made: the next commit syncs the head file.
  void ExpectCopy();

  // ---- the writer only; between Open/Publish/Withdraw and the next of these a batch is open

  // The server's gate (record::Authority::Judge).
  record::Verdict Judge(const record::Header& header, uint64_t at_us) const;
  // The next leaf; with `begins_term` it is a RESTART that takes effect.
  absl::Status Add(const record::Record& record, const record::Placement& place, bool begins_term);
  std::vector<log::TileRow> TakeTiles();
  uint64_t next_position() const;
  // The batch is durable: what was added is the log now. Errors are those of the head file.
  absl::Status Publish();
  // The batch has failed: what was added is forgotten.
  absl::Status Withdraw();

 private:
  // What a RESTART that takes effect changes.
  struct Term {
    uint64_t number = 0;
    std::shared_ptr<const record::Signer> log_key;
    uint64_t began_us = 0;  // received_at of its RESTART; 0 in the first
    bool refilled = false;  // a REFILLED counts
  };
  struct Fact {
    record::Header header;
    RecordId id;
    record::Placement place;
  };

  LogBook(Clock& clock, sql::Database& database) : clock_(clock), tiles_(database) {}
  absl::Status Load(sql::Database& database);
  absl::Status LoadIdentity(sql::ReadTxn& tx);
  absl::Status LoadFacts(sql::ReadTxn& tx);
  absl::Status LoadTree(sql::Database& database);
  absl::Status CompareWithHead();
  void TakeNotice(const Fact& fact) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LookForRefilled() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Head HeadNow() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock& clock_;
  StoredTiles tiles_;
  OfficeId office_;
  recordpb::Record genesis_;
  SigningKey first_log_key_;

  mutable Mutex mutex_;
  std::unique_ptr<log::Tree> tree_ ABSL_PT_GUARDED_BY(mutex_);
  std::unique_ptr<record::Authority> authority_ ABSL_PT_GUARDED_BY(mutex_);
  Term term_ ABSL_GUARDED_BY(mutex_);
  std::optional<Term> next_term_ ABSL_GUARDED_BY(mutex_);  // of the open batch
  uint64_t size_ ABSL_GUARDED_BY(mutex_) = 0;              // published
  uint64_t received_at_us_ ABSL_GUARDED_BY(mutex_) = 0;    // of the last entry, of the open batch too
  uint64_t safe_size_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t highest_term_ ABSL_GUARDED_BY(mutex_) = 0;
  bool rolled_back_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const record::Signer> next_log_key_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<recordpb::Record>> restarts_ ABSL_GUARDED_BY(mutex_);
  std::vector<recordpb::Record> new_restarts_ ABSL_GUARDED_BY(mutex_);  // of the open batch
  std::vector<Fact> refilled_ ABSL_GUARDED_BY(mutex_);                  // every REFILLED, until one counts
  std::string newest_checkpoint_ ABSL_GUARDED_BY(mutex_);               // of size_, once asked for

  Mutex head_mutex_;
  std::unique_ptr<HeadFile> head_file_ ABSL_GUARDED_BY(head_mutex_);
};

}  // namespace qf::server
