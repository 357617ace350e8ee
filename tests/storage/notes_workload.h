// A workload whose store says by itself what it must hold: after commit number n, the rows of n and no
// others. Each commit changes two tables and several rows together, so half a commit shows.
#pragma once

#include <string>

#include "tests/storage/store_fixture.h"

namespace qf::sql {

inline constexpr Statement kStep(
    "INSERT INTO counter (name, value) VALUES ('steps', 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1");
inline constexpr Statement kSteps("SELECT value FROM counter WHERE name = 'steps'");
inline constexpr Statement kAmend("UPDATE note SET body = $2, amount = $1 WHERE position = $1");
inline constexpr Statement kForget("DELETE FROM note WHERE position = $1");
inline constexpr Statement kAllNotes("SELECT position, body FROM note ORDER BY position");

// Body of the note at `position` after `steps` commits: every third is amended by the commit after it, and
// some are long enough for pages of their own.
inline std::string BodyOf(uint64_t position, uint64_t steps) {
  const bool amended = position % 3 == 0 && steps > position;
  return absl::StrCat(position, amended ? " amended" : " new", std::string(position % 5 == 0 ? 9000 : 300, 'x'));
}

// Every seventh note is forgotten two commits later.
inline bool IsForgotten(uint64_t position, uint64_t steps) { return position % 7 == 0 && steps > position + 1; }

// Commit number `step`, from 1.
inline absl::Status DoStep(WriteTxn& tx, uint64_t step) {
  QF_TRY(InsertNote(tx, step, BodyOf(step, step)));
  if (step > 1 && (step - 1) % 3 == 0) QF_TRY(tx.Execute(kAmend, {step - 1, Blob(BodyOf(step - 1, step))}));
  if (step > 2 && (step - 2) % 7 == 0) QF_TRY(tx.Execute(kForget, {step - 2}));
  return tx.Execute(kStep);
}

inline absl::StatusOr<uint64_t> StepsDone(ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto steps, tx.QueryValue<uint64_t>(kSteps));
  return steps.value_or(0);
}

// Empty if the store holds exactly what its own count of steps says; else what is wrong.
inline absl::StatusOr<std::string> Compare(ReadTxn& tx) {
  QF_TRY_ASSIGN(const uint64_t steps, StepsDone(tx));
  std::string wrong;
  uint64_t expected = 1;
  const auto skip_forgotten = [&] {
    while (IsForgotten(expected, steps)) ++expected;
  };
  QF_TRY(tx.Query(kAllNotes, {}, [&](const Row& row) {
    skip_forgotten();
    const auto position = row.Get<uint64_t>(0);
    if (position != expected) absl::StrAppend(&wrong, "note ", position, " where ", expected, " belongs; ");
    if (row.Get<Bytes>(1) != BodyOf(position, steps)) absl::StrAppend(&wrong, "note ", position, " differs; ");
    ++expected;
  }));
  skip_forgotten();
  if (expected != steps + 1) absl::StrAppend(&wrong, "notes end before ", expected, " of ", steps);
  return wrong;
}

// A machine with one store that does the workload, and what it has told the world.
class Machine {
 public:
  explicit Machine(uint64_t seed, Database::Durability durability = Database::Durability::kPower)
      : entropy_(seed), disk_(seed, SystemClock(), entropy_), durability_(durability) {}

  sim::SimDisk& disk() { return disk_; }
  // The last commit that was reported as done.
  uint64_t acknowledged() const { return acknowledged_; }
  Database* database() { return database_.get(); }

  absl::Status Open() {
    Database::Options options;
    options.path = "db";
    options.files = &disk_;
    options.key = KeyOf('k');
    options.wal_bytes = 24 * 4096;  // small, so that folding happens several times
    options.migrations = kNotes;
    options.durability = durability_;
    QF_TRY_ASSIGN(database_, Database::Open(std::move(options)));
    return absl::OkStatus();
  }

  absl::Status DoNextStep() {
    QF_TRY_ASSIGN(const uint64_t done, database_->Read(StepsDone));
    QF_TRY(database_->Write([&](WriteTxn& tx) { return DoStep(tx, done + 1); }));
    acknowledged_ = done + 1;
    return absl::OkStatus();
  }

  // Opens if need be and works until `steps` are done or something fails.
  absl::Status Work(uint64_t steps) {
    if (database_ == nullptr) QF_TRY(Open());
    QF_TRY_ASSIGN(uint64_t done, database_->Read(StepsDone));
    for (; done < steps; ++done) QF_TRY(DoNextStep());
    return absl::OkStatus();
  }

  // The objects go, as with a process; on a stopped disk that changes nothing.
  void Drop() { database_.reset(); }
  void CutAndRestart() {
    disk_.Cut();
    Drop();
    disk_.PowerOn();
  }

 private:
  SeededEntropy entropy_;
  sim::SimDisk disk_;
  const Database::Durability durability_;
  std::unique_ptr<Database> database_;
  uint64_t acknowledged_ = 0;
};

}  // namespace qf::sql
