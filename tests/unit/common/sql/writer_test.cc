#include "common/sql/writer.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "tests/simulation/disk/disk.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Migration kTables[] = {{1, "CREATE TABLE note (position ROWID_KEY);"}};
constexpr Statement kInsert("INSERT INTO note (position) VALUES ($1)");
constexpr Statement kAll("SELECT position FROM note ORDER BY position");

// A loop that runs when the test says so.
class ManualLoop final : public Loop {
 public:
  void Post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId At(uint64_t, Task) override { return 0; }
  void Cancel(TimerId) override {}
  bool Here() const override { return true; }
  // Runs one task; false if there is none.
  bool RunOne() {
    if (tasks_.empty()) return false;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }
  void RunAll() {
    while (RunOne()) continue;
  }
  size_t waiting() const { return tasks_.size(); }

 private:
  std::deque<Task> tasks_;
};

class GroupWriterTest : public testing::Test {
 protected:
  void SetUp() override {
    Database::Options options;
    options.path = "db";
    options.files = &disk_;
    options.key = entropy_.RandomSecret(32);
    options.migrations = kTables;
    auto opened = Database::Open(std::move(options));
    ASSERT_OK(opened);
    database_ = *std::move(opened);
  }
  void StartOnLoop(GroupWriter::Options options = {}) {
    options.after_commit = [this] { story_.push_back("commit"); };
    writer_ = GroupWriter::OnLoop(*database_, loop_, std::move(options));
  }
  // Inserts `position`, then ends with `result`; tells the story of its answer.
  void Submit(uint64_t position, size_t weight = 1, absl::Status result = absl::OkStatus()) {
    writer_->Submit(
        weight,
        [position, result](WriteTxn& tx) -> absl::Status {
          QF_TRY(tx.Execute(kInsert, {position}));
          return result;
        },
        [this, position](absl::Status status) {
          story_.push_back(absl::StrCat(position, " ", status.ok() ? "ok" : NameOf(ReasonOf(status))));
        });
  }
  std::vector<uint64_t> Stored() {
    auto all = database_->Read(
        [](ReadTxn& tx) { return tx.QueryAll(kAll, {}, [](const Row& row) { return row.Get<uint64_t>(0); }); });
    EXPECT_OK(all);
    return *all;
  }
  std::vector<std::string> TakeStory() { return std::exchange(story_, {}); }

  SeededEntropy entropy_{1};
  sim::SimDisk disk_{1, SystemClock(), entropy_};
  ManualLoop loop_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<GroupWriter> writer_;
  std::vector<std::string> story_;
};

TEST_F(GroupWriterTest, OneCommitForAllThatWait) {
  StartOnLoop();
  const uint64_t changes_before = disk_.changes();
  for (uint64_t i = 1; i <= 3; ++i) Submit(i);
  EXPECT_EQ(loop_.waiting(), 1u);
  EXPECT_THAT(TakeStory(), IsEmpty());  // nobody is answered before the commit
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "1 ok", "2 ok", "3 ok"));
  EXPECT_THAT(Stored(), ElementsAre(1, 2, 3));
  const uint64_t changes_of_three = disk_.changes() - changes_before;
  Submit(4);
  loop_.RunAll();
  EXPECT_LE(changes_of_three, disk_.changes() - changes_before);
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "4 ok"));
}

TEST_F(GroupWriterTest, AnErrorIsItsOwnersOnly) {
  StartOnLoop();
  Submit(1);
  Submit(2, 1, Error(Reason::REASON_GAP, "not the next"));
  Submit(1);  // breaks the key
  Submit(3);
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "1 ok", "2 GAP", "1 INTERNAL", "3 ok"));
  EXPECT_THAT(Stored(), ElementsAre(1, 3));
}

TEST_F(GroupWriterTest, AFailedCommitIsEverybodys) {
  StartOnLoop();
  Submit(1);
  Submit(2, 1, Error(Reason::REASON_GAP, "not the next"));
  disk_.Fail(sim::DiskOperation::kSync, 0, 1);
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("1 DISK_ERROR", "2 DISK_ERROR"));
  Submit(3);
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("3 STORE_CLOSED"));
}

TEST_F(GroupWriterTest, AFullDiskIsEverybodysAndPasses) {
  StartOnLoop();
  disk_.SetCapacity(disk_.UsedBytes());
  Submit(1);
  Submit(2);
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("1 DISK_FULL", "2 DISK_FULL"));
  disk_.SetCapacity(sim::SimDisk::kForever);
  Submit(3);
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "3 ok"));
  EXPECT_THAT(Stored(), ElementsAre(3));
}

TEST_F(GroupWriterTest, ABatchIsBoundedInClosuresAndRecords) {
  StartOnLoop({.batch = 3, .batch_weight = 10});
  for (uint64_t i = 1; i <= 4; ++i) Submit(i);
  loop_.RunOne();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "1 ok", "2 ok", "3 ok"));
  Submit(5, 8);
  Submit(6, 2);
  loop_.RunOne();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "4 ok", "5 ok"));  // 6 would make 11 records
  Submit(7, 99);
  loop_.RunOne();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "6 ok"));
  loop_.RunOne();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "7 ok"));  // one alone always goes
  EXPECT_EQ(loop_.waiting(), 0u);
}

TEST_F(GroupWriterTest, AFullQueueIsBusyAtOnce) {
  StartOnLoop({.queue = 2});
  for (uint64_t i = 1; i <= 3; ++i) Submit(i);
  EXPECT_THAT(TakeStory(), ElementsAre("3 BUSY"));
  loop_.RunAll();
  EXPECT_THAT(TakeStory(), ElementsAre("commit", "1 ok", "2 ok"));
  writer_->Submit(1, [](WriteTxn&) { return absl::OkStatus(); }, [](absl::Status status) { EXPECT_OK(status); });
  loop_.RunAll();
}

TEST_F(GroupWriterTest, ADoneMaySubmit) {
  StartOnLoop();
  writer_->Submit(
      1, [](WriteTxn& tx) { return tx.Execute(kInsert, {1}); },
      [this](absl::Status status) {
        EXPECT_OK(status);
        Submit(2);
      });
  loop_.RunAll();
  EXPECT_THAT(Stored(), ElementsAre(1, 2));
}

TEST_F(GroupWriterTest, WhatWaitsAtTheEndIsToldSo) {
  StartOnLoop();
  Submit(1);
  writer_.reset();
  EXPECT_THAT(TakeStory(), ElementsAre("1 SHUTDOWN"));
  loop_.RunAll();  // the task that it had posted finds nothing
  EXPECT_THAT(TakeStory(), IsEmpty());
  EXPECT_THAT(Stored(), IsEmpty());
}

// Waits until it was told `count` times.
class Tally {
 public:
  void Tell() {
    std::lock_guard<std::mutex> lock(mutex_);
    ++told_;
    changed_.notify_all();
  }
  void WaitFor(int count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return told_ >= count; });
  }
  int told() {
    std::lock_guard<std::mutex> lock(mutex_);
    return told_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int told_ = 0;
};

TEST_F(GroupWriterTest, OnAThreadOfItsOwn) {
  constexpr int kCount = 500;
  Tally commits;
  Tally answers;
  {
    auto writer = GroupWriter::OnThread(*database_, {.after_commit = [&] { commits.Tell(); }});
    for (uint64_t i = 0; i < kCount; ++i) {
      writer->Submit(
          1, [i](WriteTxn& tx) { return tx.Execute(kInsert, {i}); },
          [&](absl::Status status) {
            EXPECT_OK(status);
            answers.Tell();
          });
    }
    answers.WaitFor(kCount);
  }
  EXPECT_EQ(Stored().size(), static_cast<size_t>(kCount));
  EXPECT_LE(commits.told(), kCount);
}

TEST_F(GroupWriterTest, AThreadEndsWithEverybodyAnswered) {
  constexpr int kCount = 300;
  Tally answers;
  Tally stored;
  {
    auto writer = GroupWriter::OnThread(*database_, {.batch = 7});
    for (uint64_t i = 0; i < kCount; ++i) {
      writer->Submit(
          1, [i](WriteTxn& tx) { return tx.Execute(kInsert, {i}); },
          [&](absl::Status status) {
            answers.Tell();
            if (status.ok()) {
              stored.Tell();
            } else {
              EXPECT_THAT(status, Fails(Reason::REASON_SHUTDOWN));
            }
          });
    }
  }
  EXPECT_EQ(answers.told(), kCount);
  EXPECT_EQ(Stored().size(), static_cast<size_t>(stored.told()));  // OK and stored are one
}

}  // namespace
}  // namespace qf::sql
