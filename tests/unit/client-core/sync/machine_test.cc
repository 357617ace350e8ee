#include "client-core/sync/machine.h"

#include <gtest/gtest.h>

#include "common/base/clock.h"

namespace qf::client {
namespace {

using Event = SyncEvent::Kind;
using Effect = SyncEffect::Kind;

constexpr SyncTuning kTuning{1 * kMicrosPerSecond, 15 * kMicrosPerMinute, 4, 30 * kMicrosPerSecond};

std::vector<Effect> Kinds(const std::vector<SyncEffect>& effects) {
  std::vector<Effect> kinds;
  for (const SyncEffect& effect : effects) kinds.push_back(effect.kind);
  return kinds;
}

class MachineTest : public testing::Test {
 protected:
  std::vector<SyncEffect> Step(SyncEvent event) {
    std::vector<SyncEffect> effects;
    machine_.Step(event, &effects);
    return effects;
  }
  std::vector<SyncEffect> Want(SyncMode mode) { return Step({.kind = Event::kWanted, .mode = mode}); }

  SyncMachine machine_{kTuning};
};

TEST_F(MachineTest, AsksAgainWhileSomethingIsLeftThenEnds) {
  EXPECT_EQ(Kinds(Want(SyncMode::kUntilSettled)), std::vector{Effect::kStartExchange});
  EXPECT_EQ(Kinds(Step({.kind = Event::kExchanged, .more = true})), std::vector{Effect::kStartExchange});
  const auto end = Step({.kind = Event::kExchanged});
  ASSERT_EQ(Kinds(end), std::vector{Effect::kEnded});
  EXPECT_TRUE(end[0].settled);
  EXPECT_TRUE(machine_.idle());
}

TEST_F(MachineTest, OneExchangeAndNoFileInABackgroundSlot) {
  Want(SyncMode::kOnce);
  const auto end = Step({.kind = Event::kExchanged, .more = true, .files_left = true});
  ASSERT_EQ(Kinds(end), std::vector{Effect::kEnded});
  EXPECT_FALSE(end[0].settled);
}

TEST_F(MachineTest, RecordsDoNotWaitForFiles) {
  Want(SyncMode::kUntilSettled);
  const auto both = Step({.kind = Event::kExchanged, .more = true, .files_left = true});
  EXPECT_EQ(Kinds(both), (std::vector{Effect::kStartUpload, Effect::kStartExchange}));
}

TEST_F(MachineTest, AfterAnUploadTheServerIsAskedWhatIsComplete) {
  Want(SyncMode::kUntilSettled);
  Step({.kind = Event::kExchanged, .files_left = true});
  EXPECT_EQ(Kinds(Step({.kind = Event::kUploaded})), std::vector{Effect::kStartExchange});
}

TEST_F(MachineTest, WatchingWaitsForNewsAndGivesWayToWhatWasFiled) {
  Want(SyncMode::kWatch);
  const auto wait = Step({.kind = Event::kExchanged});
  ASSERT_EQ(Kinds(wait), std::vector{Effect::kStartExchange});
  EXPECT_TRUE(wait[0].wait_for_news);
  const auto now = Step({.kind = Event::kOutbox});
  ASSERT_EQ(Kinds(now), std::vector{Effect::kStartExchange});
  EXPECT_FALSE(now[0].wait_for_news);
}

TEST_F(MachineTest, WatchingHearsNewsWhileAFileGoesOut) {
  Want(SyncMode::kWatch);
  const auto both = Step({.kind = Event::kExchanged, .files_left = true});
  ASSERT_EQ(Kinds(both), (std::vector{Effect::kStartUpload, Effect::kStartExchange}));
  EXPECT_TRUE(both[1].wait_for_news);
  EXPECT_FALSE(both[1].settled);
  // News: asks again, and does not begin the upload a second time.
  EXPECT_EQ(Kinds(Step({.kind = Event::kExchanged, .files_left = true})), std::vector{Effect::kStartExchange});
  const auto complete = Step({.kind = Event::kUploaded});
  ASSERT_EQ(Kinds(complete), std::vector{Effect::kStartExchange});
  EXPECT_FALSE(complete[0].wait_for_news);
  const auto wait = Step({.kind = Event::kExchanged});
  ASSERT_EQ(Kinds(wait), std::vector{Effect::kStartExchange});
  EXPECT_TRUE(wait[0].wait_for_news && wait[0].settled);
}

TEST_F(MachineTest, BacksOffWithJitterAndGivesUpAfterFourFailures) {
  Want(SyncMode::kUntilSettled);
  for (int failure = 1; failure <= 3; ++failure) {
    const auto wait = Step({.kind = Event::kBroken, .reason = Reason::REASON_UNREACHABLE, .random = UINT64_MAX});
    ASSERT_EQ(Kinds(wait), std::vector{Effect::kStartTimer});
    EXPECT_LE(wait[0].delay_us, kTuning.backoff_min_us << (failure - 1));
    EXPECT_EQ(Kinds(Step({.kind = Event::kTimer})), std::vector{Effect::kStartExchange});
  }
  const auto end = Step({.kind = Event::kBroken, .reason = Reason::REASON_UNREACHABLE});
  ASSERT_EQ(Kinds(end), std::vector{Effect::kEnded});
  EXPECT_EQ(end[0].reason, Reason::REASON_UNREACHABLE);
}

// A server that waits for its RESTART answers every Exchange with LATER: a run must end and say so.
TEST_F(MachineTest, AnswersOfNothingButLaterEndARunToo) {
  Want(SyncMode::kUntilSettled);
  const SyncEvent later{.kind = Event::kExchanged, .reason = Reason::REASON_ROLLED_BACK};
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(Kinds(Step(later)), std::vector{Effect::kStartTimer});
    Step({.kind = Event::kTimer});
  }
  const auto end = Step(later);
  ASSERT_EQ(Kinds(end), std::vector{Effect::kEnded});
  EXPECT_EQ(end[0].reason, Reason::REASON_ROLLED_BACK);
}

TEST_F(MachineTest, WaitsAsLongAsTheServerAsksButNotForHours) {
  Want(SyncMode::kUntilSettled);
  const auto wait =
      Step({.kind = Event::kExchanged, .reason = Reason::REASON_BUSY, .retry_after_us = 5 * kMicrosPerSecond});
  ASSERT_EQ(Kinds(wait), std::vector{Effect::kStartTimer});
  EXPECT_GE(wait[0].delay_us, 5 * kMicrosPerSecond);
  Step({.kind = Event::kTimer});
  const auto end = Step({.kind = Event::kExchanged, .reason = Reason::REASON_QUOTA, .retry_after_us = kMicrosPerHour});
  EXPECT_EQ(Kinds(end), std::vector{Effect::kEnded});
}

TEST_F(MachineTest, EvidenceEndsARunAtOnce) {
  Want(SyncMode::kWatch);
  EXPECT_EQ(Kinds(Step({.kind = Event::kBroken, .reason = Reason::REASON_FORK, .fatal = true})),
            std::vector{Effect::kEnded});
}

TEST_F(MachineTest, StoppingCancelsWhatIsUnderWay) {
  Want(SyncMode::kWatch);
  EXPECT_EQ(Kinds(Step({.kind = Event::kStop})), (std::vector{Effect::kCancelAll, Effect::kEnded}));
  EXPECT_TRUE(Step({.kind = Event::kStop}).empty());
}

// Every sequence of up to seven events: while a run lasts, something is under way or a timer is set.
class Walk {
 public:
  size_t states = 0;
  void From(const SyncMachine& machine, int depth) {
    ++states;
    ASSERT_TRUE(machine.idle() || machine.exchanging() || machine.uploading() || machine.timed());
    if (depth == 0) return;
    for (const SyncEvent& event : Possible(machine)) {
      SyncMachine next = machine;
      std::vector<SyncEffect> effects;
      next.Step(event, &effects);
      From(next, depth - 1);
      if (testing::Test::HasFatalFailure()) return;
    }
  }

 private:
  static std::vector<SyncEvent> Possible(const SyncMachine& machine) {
    std::vector<SyncEvent> events = {{.kind = Event::kOutbox},
                                     {.kind = Event::kWanted, .mode = SyncMode::kUntilSettled}};
    if (machine.idle()) events.push_back({.kind = Event::kWanted, .mode = SyncMode::kWatch});
    if (machine.exchanging()) {
      events.push_back({.kind = Event::kExchanged});
      events.push_back({.kind = Event::kExchanged, .more = true, .files_left = true});
      events.push_back({.kind = Event::kExchanged, .reason = Reason::REASON_BUSY});
      events.push_back({.kind = Event::kBroken, .reason = Reason::REASON_UNREACHABLE});
    }
    if (machine.uploading()) {
      events.push_back({.kind = Event::kUploaded});
      events.push_back({.kind = Event::kUploadBroken, .reason = Reason::REASON_UNREACHABLE});
    }
    if (machine.timed()) events.push_back({.kind = Event::kTimer});
    return events;
  }
};

TEST(MachineWalk, NoStateWithoutAWayOn) {
  Walk walk;
  walk.From(SyncMachine(kTuning), 7);
  EXPECT_GT(walk.states, 10'000u);
}

}  // namespace
}  // namespace qf::client
