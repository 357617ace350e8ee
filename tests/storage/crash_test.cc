// Power cuts at every single change that a store makes to its disk, and what must be left afterwards:
//   nothing acknowledged is lost, nothing half done is there, the store opens, and its structure is whole.
// The controls show that the same test finds the losses of a lesser durability.
#include <gmock/gmock.h>

#include "tests/storage/notes_workload.h"

namespace qf::sql {
namespace {

using sim::DiskEvent;

constexpr uint64_t kCommits = 44;

struct Damage {
  uint64_t lost = 0;    // crash points after which an acknowledged commit was missing
  uint64_t broken = 0;  // crash points after which the store did not open, or was not whole
  uint64_t points = 0;
};

// Opens after a crash and looks; adds to `damage`. Gives the steps found.
uint64_t Inspect(Machine& machine, Damage& damage) {
  const absl::Status opened = machine.Open();
  if (!opened.ok() || !machine.database()->Verify().ok()) {
    ++damage.broken;
    return 0;
  }
  const auto wrong = machine.database()->Read(Compare);
  if (!wrong.ok() || !wrong->empty()) ++damage.broken;
  const auto steps = machine.database()->Read(StepsDone);
  if (steps.value_or(0) < machine.acknowledged()) ++damage.lost;
  return steps.value_or(0);
}

using Seen = std::array<uint64_t, sim::kDiskEvents>;

// One run for each change of the whole workload, creation and closing included: the power goes during that
// change. `then` does what follows the restart. A `stride` above 1 leaves points out.
template <class Then>
Damage CutEverywhere(Database::Durability durability, uint64_t stride, Seen* seen, Then then) {
  Damage damage;
  for (uint64_t at = 0;; at += stride) {
    Machine machine(at + 1, durability);
    machine.disk().CutAt(at);
    const absl::Status worked = machine.Work(kCommits);
    machine.Drop();
    if (!machine.disk().stopped()) break;  // the whole workload passed before the cut
    EXPECT_TRUE(worked.ok() || ReasonOf(worked) == Reason::REASON_DISK_ERROR) << worked;
    ++damage.points;
    machine.disk().PowerOn();
    then(machine, at, damage);
    for (size_t i = 0; i < sim::kDiskEvents; ++i) (*seen)[i] += machine.disk().count(static_cast<DiskEvent>(i));
  }
  return damage;
}

TEST(Crash, EveryPointLosesNothingAcknowledged) {
  Seen seen{};
  const Damage damage =
      CutEverywhere(Database::Durability::kPower, 1, &seen, [](Machine& machine, uint64_t, Damage& d) {
        Inspect(machine, d);
        ASSERT_OK(machine.Work(kCommits + 3));  // life goes on
        const auto wrong = machine.database()->Read(Compare);
        ASSERT_OK(wrong);
        EXPECT_EQ(*wrong, "");
      });
  EXPECT_EQ(damage.lost, 0u);
  EXPECT_EQ(damage.broken, 0u);
  EXPECT_GT(damage.points, 300u);
  for (const DiskEvent event :
       {DiskEvent::kCutDuringWrite, DiskEvent::kCutDuringSync, DiskEvent::kCutDuringNaming, DiskEvent::kSectorKept,
        DiskEvent::kSectorLost, DiskEvent::kSectorTorn, DiskEvent::kNameKept, DiskEvent::kNameLost}) {
    EXPECT_GT(seen[static_cast<size_t>(event)], 0u) << NameOf(event);
  }
}

// The power goes again while the store recovers from the first cut, at another change each time.
TEST(Crash, ASecondCutDuringRecoveryLosesNothing) {
  constexpr uint64_t kRecoveryChanges = 14;
  Seen seen{};
  uint64_t cut_in_recovery = 0;
  const Damage damage =
      CutEverywhere(Database::Durability::kPower, 1, &seen, [&](Machine& machine, uint64_t at, Damage& d) {
        machine.disk().CutAt(at % kRecoveryChanges);
        machine.Open().IgnoreError();
        machine.Drop();
        cut_in_recovery += machine.disk().stopped() ? 1 : 0;
        machine.CutAndRestart();
        Inspect(machine, d);
      });
  EXPECT_EQ(damage.lost, 0u);
  EXPECT_EQ(damage.broken, 0u);
  EXPECT_GT(cut_in_recovery, damage.points / 3);
}

// The process dies and the system lives: what Open shows afterwards survives a power cut at once, although
// the commit that was under way had not been synced. (A server signs what it sees.)
TEST(Crash, WhatOpenShowsIsDurable) {
  Damage damage;
  uint64_t shown_but_unacknowledged = 0;
  for (uint64_t at = 0;; ++at) {
    Machine machine(at + 1);
    machine.disk().CutAt(at);
    machine.Work(kCommits).IgnoreError();
    machine.Drop();
    if (!machine.disk().stopped()) break;
    machine.disk().RestartProcess();
    ASSERT_OK(machine.Open());  // and nothing more: to verify would be to fold the log
    ASSERT_OK_AND_ASSIGN(const uint64_t shown, machine.database()->Read(StepsDone));
    shown_but_unacknowledged += shown > machine.acknowledged() ? 1 : 0;
    machine.CutAndRestart();
    EXPECT_GE(Inspect(machine, damage), shown) << at;
  }
  EXPECT_EQ(damage.lost, 0u);
  EXPECT_EQ(damage.broken, 0u);
  EXPECT_GT(shown_but_unacknowledged, 0u);  // else this test looks at nothing
}

// A sync fails, the store takes no more writes, is opened again on the same system (which believes those
// bytes written) and works on; then the power goes.
TEST(Crash, AFailedSyncLosesNothing) {
  Damage damage;
  uint64_t closed = 0;
  for (uint64_t at = 0;; ++at) {
    Machine machine(at + 1);
    machine.disk().Fail(sim::DiskOperation::kSync, at, 1);
    const absl::Status worked = machine.Work(kCommits);
    if (machine.disk().count(DiskEvent::kSyncError) == 0) break;
    machine.disk().StopFailing();
    if (!worked.ok() && machine.database() != nullptr) {
      EXPECT_THAT(worked, Fails(Reason::REASON_DISK_ERROR));
      EXPECT_THAT(machine.database()->Write([](WriteTxn& tx) { return tx.Execute(kStep); }),
                  Fails(Reason::REASON_STORE_CLOSED));
      EXPECT_OK(machine.database()->Read(Compare));  // what is committed can still be read
      ++closed;
    }
    machine.Drop();
    ASSERT_OK(machine.Work(machine.acknowledged() + 2));  // few, so that the log is not folded meanwhile
    machine.CutAndRestart();
    Inspect(machine, damage);
  }
  EXPECT_EQ(damage.lost, 0u);
  EXPECT_EQ(damage.broken, 0u);
  EXPECT_GT(closed, kCommits - 1);
}

// The power goes at each change that a backup makes: the store is whole, and a copy that was reported is
// there.
TEST(Crash, ABackupIsWholeOrAbsent) {
  constexpr int kFinishedRuns = 16;  // of which chance would lose some names, were they not synced
  Damage damage;
  uint64_t at = 0;
  for (int finished_runs = 0; finished_runs < kFinishedRuns; ++at) {
    Machine machine(at + 1);
    ASSERT_OK(machine.Work(20));
    machine.disk().CutAt(at);
    const absl::Status copied = machine.database()->BackupTo("copy");
    const bool finished = !machine.disk().stopped();
    finished_runs += finished ? 1 : 0;
    ASSERT_EQ(copied.ok(), finished);
    machine.CutAndRestart();
    ASSERT_EQ(Inspect(machine, damage), 20u);
    machine.Drop();
    ASSERT_OK_AND_ASSIGN(const bool exists, machine.disk().Exists("copy"));
    EXPECT_TRUE(exists || !finished) << at;
    if (!exists) continue;
    ASSERT_OK(machine.disk().Rename("copy", "db"));
    ASSERT_EQ(Inspect(machine, damage), 20u);
  }
  EXPECT_EQ(damage.lost + damage.broken, 0u);
}

// --- Controls: the tests above can fail.

TEST(CrashControl, NormalDurabilityLosesAcknowledgedCommits) {
  Seen seen{};
  const Damage damage = CutEverywhere(Database::Durability::kLosesCommitsAtPowerCut, 3, &seen,
                                      [](Machine& machine, uint64_t, Damage& d) { Inspect(machine, d); });
  EXPECT_GT(damage.lost, damage.points / 4);
  EXPECT_EQ(damage.broken, 0u);
  RecordProperty("points", static_cast<int>(damage.points));
  RecordProperty("lost", static_cast<int>(damage.lost));
}

TEST(CrashControl, NoDurabilityDestroysStores) {
  Seen seen{};
  const Damage damage = CutEverywhere(Database::Durability::kDestroysStoreAtPowerCut, 3, &seen,
                                      [](Machine& machine, uint64_t, Damage& d) { Inspect(machine, d); });
  EXPECT_GT(damage.broken, damage.points / 10);
}

}  // namespace
}  // namespace qf::sql
