#include "server/store/head_file.h"

#include <gtest/gtest.h>

#include "tests/simulation/disk/disk.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::server {
namespace {

class HeadFileTest : public ::testing::Test {
 protected:
  std::unique_ptr<HeadFile> Open() {
    auto opened = HeadFile::Open(disk, clock, "head");
    EXPECT_OK(opened);
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  ManualClock clock;
  SeededEntropy entropy{1};
  sim::SimDisk disk{1, clock, entropy};
};

TEST_F(HeadFileTest, GivesBackWhatWasNoted) {
  EXPECT_FALSE(Open()->head().has_value());
  const auto file = Open();
  ASSERT_OK(file->Note({1, 5, 7, true}));
  ASSERT_OK(file->Note({1, 6, 7, false}));
  const auto again = Open();
  ASSERT_TRUE(again->head().has_value());
  EXPECT_EQ(again->head()->term, 1u);
  EXPECT_EQ(again->head()->size, 6u);
  EXPECT_EQ(again->head()->highest_term, 7u);
  EXPECT_FALSE(again->head()->rolled_back);
}

TEST_F(HeadFileTest, SyncsAtFirstThenEachSecondAndWhenACopyWasMade) {
  const auto file = Open();
  ASSERT_OK(file->Note({1, 1, 1, false}));
  const auto syncs = [&](uint64_t size) {
    const uint64_t before = disk.changes();
    EXPECT_OK(file->Note({1, size, 1, false}));
    return disk.changes() - before > 1;
  };
  EXPECT_FALSE(syncs(2));
  EXPECT_FALSE(syncs(3));
  clock.Advance(HeadFile::kSyncUs);
  EXPECT_TRUE(syncs(4));
  EXPECT_FALSE(syncs(5));
  file->SyncNext();
  EXPECT_TRUE(syncs(6));
  EXPECT_FALSE(syncs(7));
  EXPECT_TRUE([&] {
    const auto opened = Open();
    const uint64_t before = disk.changes();
    EXPECT_OK(opened->Note({1, 8, 1, false}));
    return disk.changes() - before > 1;
  }());
}

TEST_F(HeadFileTest, AfterACutItIsSomethingThatWasNotedAndAtLeastWhatWasSynced) {
  for (uint64_t cut = 0; cut < 60; ++cut) {
    SCOPED_TRACE(cut);
    sim::SimDisk fresh(cut, clock, entropy);
    uint64_t synced = 0;
    uint64_t noted = 0;
    {
      auto opened = HeadFile::Open(fresh, clock, "head");
      ASSERT_OK(opened);
      fresh.CutAt(cut);
      for (uint64_t size = 1; size < 40; ++size) {
        if (size % 5 == 0) clock.Advance(HeadFile::kSyncUs);
        const uint64_t before = fresh.changes();
        if (!(*opened)->Note({1, size, 1, false}).ok()) break;
        noted = size;
        if (fresh.changes() - before > 1) synced = size;
      }
    }
    fresh.Cut();
    fresh.PowerOn();
    const auto again = HeadFile::Open(fresh, clock, "head");
    ASSERT_OK(again);
    if (synced == 0) continue;
    ASSERT_TRUE((*again)->head().has_value());
    EXPECT_GE((*again)->head()->size, synced);
    EXPECT_LE((*again)->head()->size, noted + 1);
  }
}

TEST_F(HeadFileTest, DamagedSectorsCountForNothing) {
  {
    const auto file = Open();
    ASSERT_OK(file->Note({1, 1, 1, false}));
    clock.Advance(HeadFile::kSyncUs);
    ASSERT_OK(file->Note({1, 2, 1, false}));
    ASSERT_OK(file->Note({1, 3, 1, false}));
  }
  disk.Rot("head", 20 * 8);  // sector 0
  EXPECT_EQ(Open()->head()->size, 2u);
  disk.Rot("head", 1024 * 8 + 20 * 8);  // sector 2
  EXPECT_EQ(Open()->head()->size, 1u);
  disk.Rot("head", 512 * 8 + 20 * 8);
  EXPECT_FALSE(Open()->head().has_value());
}

}  // namespace
}  // namespace qf::server
