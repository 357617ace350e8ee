// Bad disks under a store: full, failing, rotten, wrong. The store may refuse; it may not lie.
#include <gmock/gmock.h>

#include "tests/storage/notes_workload.h"

namespace qf::sql {
namespace {

using sim::DiskEvent;
using sim::DiskOperation;

constexpr uint64_t kCommits = 30;

// The store opens, is whole, holds what its count says, and no less than was acknowledged.
void ExpectNothingLost(Machine& machine) {
  if (machine.database() == nullptr) {
    ASSERT_OK(machine.Open());
  }
  ASSERT_OK(machine.database()->Verify());
  ASSERT_OK_AND_ASSIGN(const std::string wrong, machine.database()->Read(Compare));
  EXPECT_EQ(wrong, "");
  ASSERT_OK_AND_ASSIGN(const uint64_t steps, machine.database()->Read(StepsDone));
  EXPECT_GE(steps, machine.acknowledged());
}

// --- Full.

TEST(FullDisk, WorksAgainWhenThereIsSpace) {
  for (uint64_t room = 0; room < 60'000; room += 1'500) {
    Machine machine(room + 1);
    ASSERT_OK(machine.Work(10));
    machine.disk().SetCapacity(machine.disk().UsedBytes() + room);
    absl::Status status;
    while (status.ok()) status = machine.DoNextStep();
    ASSERT_THAT(status, Fails(Reason::REASON_DISK_FULL)) << room;
    EXPECT_OK(machine.database()->Read(Compare));
    machine.disk().SetCapacity(sim::SimDisk::kForever);
    ASSERT_OK(machine.DoNextStep());  // without opening again
    ExpectNothingLost(machine);
    machine.CutAndRestart();
    ExpectNothingLost(machine);
  }
}

TEST(FullDisk, APowerCutWhileFullLosesNothing) {
  for (uint64_t room = 0; room < 60'000; room += 1'500) {
    Machine machine(room + 1);
    ASSERT_OK(machine.Work(10));
    machine.disk().SetCapacity(machine.disk().UsedBytes() + room);
    while (machine.DoNextStep().ok()) continue;
    machine.CutAndRestart();
    machine.disk().SetCapacity(sim::SimDisk::kForever);
    ExpectNothingLost(machine);
  }
}

TEST(FullDisk, NothingIsMadeOfAStoreThatDoesNotFit) {
  Machine machine(1);
  machine.disk().SetCapacity(3 * 4096);
  EXPECT_THAT(machine.Open(), Fails(Reason::REASON_DISK_FULL));
  machine.disk().SetCapacity(sim::SimDisk::kForever);
  ASSERT_OK(machine.Work(3));
  ExpectNothingLost(machine);
}

// --- Failing.

// Each operation of that kind fails once, in a run of its own.
void FailEachOnce(DiskOperation kind, DiskEvent event) {
  uint64_t runs = 0;
  uint64_t failed_runs = 0;
  for (uint64_t at = 0;; ++at, ++runs) {
    Machine machine(at + 1);
    machine.disk().Fail(kind, at, 1);
    const absl::Status worked = machine.Work(kCommits);
    if (!worked.ok()) {
      ++failed_runs;
      // SQLCipher takes one failed read of its salt for a wrong key; then there is no store to work with.
      const Reason other = machine.database() == nullptr ? Reason::REASON_STORE_DAMAGED : Reason::REASON_STORE_CLOSED;
      EXPECT_THAT(worked, testing::AnyOf(Fails(Reason::REASON_DISK_ERROR), Fails(other))) << at;
    }
    machine.Drop();
    if (machine.disk().count(event) == 0) break;
    machine.disk().StopFailing();
    ASSERT_OK(machine.Open()) << at;
    ExpectNothingLost(machine);
    machine.CutAndRestart();
    ExpectNothingLost(machine);
  }
  EXPECT_GT(runs, 10u);
  EXPECT_GT(failed_runs, runs / 2);
}
TEST(FailingDisk, EachWriteOnce) { FailEachOnce(DiskOperation::kWrite, DiskEvent::kWriteError); }
TEST(FailingDisk, EachReadOnce) { FailEachOnce(DiskOperation::kRead, DiskEvent::kReadError); }
TEST(FailingDisk, EachChangeOfNamesOnce) { FailEachOnce(DiskOperation::kName, DiskEvent::kNamingError); }

TEST(FailingDisk, ForEverIsAnErrorAndNoDamage) {
  Machine machine(1);
  ASSERT_OK(machine.Work(5));
  machine.disk().Fail(DiskOperation::kSync, 0, sim::SimDisk::kForever);
  EXPECT_THAT(machine.DoNextStep(), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_THAT(machine.DoNextStep(), Fails(Reason::REASON_STORE_CLOSED));
  EXPECT_THAT(machine.database()->CheckpointIfDue(), Fails(Reason::REASON_STORE_CLOSED));
  EXPECT_THAT(machine.database()->CheckpointFully(), Fails(Reason::REASON_STORE_CLOSED));
  machine.Drop();
  EXPECT_THAT(machine.Open(), Fails(Reason::REASON_DISK_ERROR));
  machine.disk().StopFailing();
  ASSERT_OK(machine.Work(8));
  ExpectNothingLost(machine);
}

// A closure that swallows the disk's error does not get its half committed.
TEST(FailingDisk, ASwallowedErrorCommitsNothing) {
  Machine machine(1);
  ASSERT_OK(machine.Work(20));
  machine.Drop();
  ASSERT_OK(machine.Open());  // with cold caches
  machine.disk().Fail(DiskOperation::kRead, 0, sim::SimDisk::kForever);
  EXPECT_THAT(machine.database()->Write([](WriteTxn& tx) -> absl::Status {
    tx.Execute(kStep).IgnoreError();
    tx.Query(kAllNotes, {}, [](const Row&) {}).IgnoreError();
    return absl::OkStatus();
  }),
              Fails(Reason::REASON_DISK_ERROR));
  machine.disk().StopFailing();
  machine.Drop();
  ExpectNothingLost(machine);
  ASSERT_OK_AND_ASSIGN(const uint64_t steps, machine.database()->Read(StepsDone));
  EXPECT_EQ(steps, 20u);
}

// --- Wrong.

TEST(WrongDisk, ARottenByteIsNeverAnAnswer) {
  uint64_t found = 0;
  for (uint64_t page = 0;; ++page) {
    Machine machine(page + 1);
    ASSERT_OK(machine.Work(kCommits));
    machine.Drop();
    const uint64_t bit = (page * 4096 + 777) * 8 + page % 8;
    if (bit / 8 >= machine.disk().UsedBytes()) break;
    machine.disk().Rot("db", bit);
    const absl::Status opened = machine.Open();
    const auto answer = !opened.ok()    ? absl::StatusOr<std::string>(opened)
                        : page % 2 == 0 ? machine.database()->Read(Compare)
                                        : machine.database()->Write(Compare);
    if (opened.ok()) {
      EXPECT_THAT(machine.database()->BackupTo("copy"), Fails(Reason::REASON_STORE_DAMAGED)) << page;
    }
    if (answer.ok()) {
      EXPECT_EQ(*answer, "");  // it lies in a page that was not asked for
      EXPECT_THAT(machine.database()->Verify(), Fails(Reason::REASON_STORE_DAMAGED)) << page;
    } else {
      EXPECT_THAT(answer, Fails(Reason::REASON_STORE_DAMAGED));
      ++found;
    }
  }
  EXPECT_GT(found, 5u);
}

TEST(WrongDisk, AMisdirectedReadIsNeverAnAnswer) {
  uint64_t refused = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Machine machine(seed);
    ASSERT_OK(machine.Work(kCommits));
    machine.Drop();
    ASSERT_OK(machine.Open());  // with cold caches
    machine.disk().SetFaults({.misdirected_read = 20'000});
    const auto answer = machine.database()->Read(Compare);
    machine.disk().SetFaults({});
    if (answer.ok()) {
      EXPECT_EQ(*answer, "");
    } else {
      EXPECT_THAT(answer, Fails(Reason::REASON_STORE_DAMAGED));
      ++refused;
    }
  }
  EXPECT_GT(refused, 5u);
  EXPECT_LT(refused, 60u);
}

TEST(WrongDisk, AWriteThatLandsElsewhereIsNeverAnAnswer) {
  uint64_t found = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Machine machine(seed);
    ASSERT_OK(machine.Work(10));
    machine.disk().SetFaults({.misdirected_write = 10'000});
    machine.Work(kCommits).IgnoreError();
    machine.Drop();
    machine.disk().SetFaults({});
    if (machine.disk().count(DiskEvent::kMisdirectedWrite) == 0) continue;
    const absl::Status opened = machine.Open();
    const absl::Status verified = opened.ok() ? machine.database()->Verify() : opened;
    if (!verified.ok()) {
      EXPECT_THAT(verified, Fails(Reason::REASON_STORE_DAMAGED));
      ++found;
      continue;
    }
    // What went astray had been written anew, or lay beyond the end of the log, where nobody looks.
    ASSERT_OK_AND_ASSIGN(const std::string wrong, machine.database()->Read(Compare));
    EXPECT_EQ(wrong, "") << seed;
  }
  EXPECT_GT(found, 5u);
}

// --- The simulator's promise.

// A long life on a bad disk, told in one line an event. Bytes differ between two runs (SQLCipher draws its
// nonces elsewhere), what happens does not.
std::string LifeOnABadDisk(uint64_t seed) {
  std::string story;
  Machine machine(seed);
  machine.disk().SetFaults(
      {.read_error = 300, .write_error = 300, .sync_error = 2'000, .name_error = 5'000, .slow = 10'000, .slow_us = 7});
  for (int day = 0; day < 12; ++day) {
    machine.disk().CutAt(20 + (seed * 31 + static_cast<uint64_t>(day) * 17) % 160);
    const absl::Status worked = machine.Work(machine.acknowledged() + 25);
    absl::StrAppend(&story, day, ": ", NameOf(ReasonOf(worked)), " after ", machine.acknowledged(), ", ",
                    machine.disk().changes(), " changes, ", machine.disk().TakeDelayUs(), " us\n");
    machine.CutAndRestart();
  }
  for (size_t i = 0; i < sim::kDiskEvents; ++i) {
    const auto event = static_cast<DiskEvent>(i);
    absl::StrAppend(&story, sim::NameOf(event), " ", machine.disk().count(event), "\n");
  }
  machine.disk().SetFaults({});
  ExpectNothingLost(machine);
  return story;
}

TEST(BadDisk, ALifeIsItsSeed) {
  for (uint64_t seed = 1; seed <= 10; ++seed) EXPECT_EQ(LifeOnABadDisk(seed), LifeOnABadDisk(seed));
  EXPECT_NE(LifeOnABadDisk(1), LifeOnABadDisk(2));
}

}  // namespace
}  // namespace qf::sql
