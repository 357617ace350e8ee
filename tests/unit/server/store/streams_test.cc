#include "server/store/streams.h"

#include <gtest/gtest.h>

#include "server/store/entries.h"
#include "server/store/layout.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::server {
namespace {

TEST(SpineTest, HoldsThePositionsOfTheChainOfItsLastSequence) {
  std::vector<uint64_t> spine;
  std::vector<uint64_t> position_of = {0};
  for (uint64_t sequence = 1; sequence <= 1000; ++sequence) {
    const uint64_t position = sequence * 7;
    const Links links = Extend(spine, sequence, position);
    position_of.push_back(position);
    EXPECT_EQ(links.previous.value_or(0), position_of[sequence - 1]);
    EXPECT_EQ(links.jump.value_or(0), position_of[JumpTarget(sequence)]);
    std::vector<uint64_t> chain;
    for (uint64_t at = sequence; at > 0; at = JumpTarget(at)) chain.push_back(position_of[at]);
    EXPECT_EQ(spine, chain);
  }
}

class StreamsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(disk.MakeDir("d"));
    ASSERT_OK_AND_ASSIGN(database, OpenDatabase(disk, clock, "d", Secret(std::string(32, 'k')), 1 << 20));
  }
  ManualClock clock;
  SeededEntropy entropy{1};
  sim::SimDisk disk{1, clock, entropy};
  std::unique_ptr<sql::Database> database;
};

TEST_F(StreamsTest, FindsEveryEntryOfEveryStreamByItsSequence) {
  constexpr uint64_t kStreams = 3;
  constexpr uint64_t kEach = 300;
  std::vector<StreamKey> keys;
  for (uint64_t s = 0; s < kStreams; ++s)
    keys.push_back({entropy.Random<SigningKey>(), entropy.Random<Incarnation>(), 1});
  std::vector<Stream> streams(kStreams);
  std::vector<std::vector<uint64_t>> positions(kStreams);
  ASSERT_OK(database->Write([&](sql::WriteTxn& tx) -> absl::Status {
    uint64_t position = 0;
    for (uint64_t i = 0; i < kEach; ++i) {
      for (uint64_t s = 0; s < kStreams; ++s, ++position) {
        const Links links = Extend(streams[s].spine, ++streams[s].sequence, position);
        streams[s].last = entropy.Random<RecordId>();
        QF_TRY(InsertEntry(tx, {{position, position + 1, position + 1, 0}, "h", "s", "b"},
                           {1, false, streams[s].sequence, links}));
        positions[s].push_back(position);
      }
    }
    for (uint64_t s = 0; s < kStreams; ++s) QF_TRY(SaveStream(tx, keys[s], streams[s]));
    return absl::OkStatus();
  }));
  ASSERT_OK(database->Read([&](sql::ReadTxn& tx) -> absl::Status {
    for (uint64_t s = 0; s < kStreams; ++s) {
      QF_TRY_ASSIGN(const Stream stream, FindStream(tx, keys[s]));
      EXPECT_EQ(stream.sequence, kEach);
      EXPECT_EQ(stream.last, streams[s].last);
      EXPECT_EQ(stream.spine, streams[s].spine);
      for (uint64_t sequence = 1; sequence <= kEach; ++sequence) {
        QF_TRY_ASSIGN(const uint64_t position, PositionOf(tx, stream, sequence));
        EXPECT_EQ(position, positions[s][sequence - 1]);
      }
    }
    QF_TRY_ASSIGN(const Stream none, FindStream(tx, {entropy.Random<SigningKey>(), Incarnation(), 1}));
    EXPECT_EQ(none.sequence, 0u);
    QF_TRY_ASSIGN(const AuthorTotal total, TotalOf(tx, keys[0].author, 1));
    EXPECT_EQ(total.records, kEach);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace qf::server
