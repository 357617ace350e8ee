// Exchanges that wait for news: what wakes them, what ends them. docs/protocol.md, "Sync".
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

using serverpb::ExchangeResponse;

class WaitingTest : public ::testing::Test {
 protected:
  static constexpr char kExchange[] = "qingfeng.server.v1.SyncService/Exchange";

  // Starts an Exchange of `who` that waits and has read everything.
  std::shared_ptr<KeepingOutlet> Wait(const Member& who, const std::string& feed, uint64_t wait_ms = 20'000) {
    auto outlet = office.Start(&who, kExchange,
                               office.Hello(who, {.cursors = {{feed, office.book().View().size}}, .wait_ms = wait_ms}));
    office.world.loop.Run();
    return outlet;
  }
  record::Record Message(const Member& to) {
    return office.Make(desk, {record::Feed::Inbox(to.key()), recordpb::KIND_MESSAGE, {}, "news"});
  }
  std::string InboxOf(const Member& who) { return record::Feed::Inbox(who.key()).name(); }

  Office office;
  Member desk = office.NewDevice(recordpb::ROLE_DUTY_OFFICER);
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
};

TEST_F(WaitingTest, NewsOfAFeedThatWasAskedForEndsTheWait) {
  const auto call = Wait(phone, InboxOf(phone));
  EXPECT_FALSE(call->status().has_value());
  Member other = office.NewDevice(recordpb::ROLE_INFORMANT);  // facts wake it, and it waits on
  office.Store(desk, {Message(other)});
  EXPECT_FALSE(call->status().has_value());
  office.Store(desk, {Message(phone)});
  ASSERT_TRUE(call->status().has_value());
  ASSERT_OK_AND_ASSIGN(const auto answer, ResultOf<ExchangeResponse>(*call));
  ASSERT_EQ(answer.pages_size(), 1);
  EXPECT_EQ(answer.pages(0).entries(0).record().body(), "news");
}

TEST_F(WaitingTest, WhoHasSomethingToHearIsAnsweredAtOnce) {
  office.Store(desk, {Message(phone)});
  const auto call =
      office.Start(&phone, kExchange, office.Hello(phone, {.cursors = {{InboxOf(phone), 0}}, .wait_ms = 20'000}));
  office.world.loop.Run();
  EXPECT_TRUE(call->status().has_value());
}

TEST_F(WaitingTest, ADeskHearsOfEveryEntry) {
  const auto call = Wait(desk, "log");
  office.Store(phone, {office.Report(phone)});
  ASSERT_TRUE(call->status().has_value());
  ASSERT_OK_AND_ASSIGN(const auto answer, ResultOf<ExchangeResponse>(*call));
  EXPECT_EQ(answer.pages(0).entries_size(), 1);
}

TEST_F(WaitingTest, TheWaitEndsAfterItsTimeAndNeverLaterThanTwentyFiveSeconds) {
  const auto call = Wait(phone, InboxOf(phone), 5'000);
  office.world.loop.Advance(4'999'000);
  EXPECT_FALSE(call->status().has_value());
  office.world.loop.Advance(1'000);
  ASSERT_TRUE(call->status().has_value());
  ASSERT_OK_AND_ASSIGN(const auto answer, ResultOf<ExchangeResponse>(*call));
  EXPECT_EQ(answer.welcome().term(), 1u);
  const auto longer = Wait(phone, InboxOf(phone), 3'600'000);
  office.world.loop.Advance(25 * kMicrosPerSecond);
  EXPECT_TRUE(longer->status().has_value());
}

TEST_F(WaitingTest, ANewerExchangeOfTheDeviceEndsTheOlder) {
  const auto first = Wait(phone, InboxOf(phone));
  const auto of_desk = Wait(desk, "log");
  const auto second = Wait(phone, InboxOf(phone));
  ASSERT_TRUE(first->status().has_value());
  EXPECT_THAT(*first->status(), Fails(Reason::REASON_SUPERSEDED));
  EXPECT_FALSE(second->status().has_value());
  EXPECT_FALSE(of_desk->status().has_value());
  office.Store(phone, {office.Report(phone)});  // a push is a newer Exchange too
  EXPECT_THAT(*second->status(), Fails(Reason::REASON_SUPERSEDED));
}

TEST_F(WaitingTest, ARevokeEndsTheWaitOfItsDevice) {
  const auto call = Wait(phone, InboxOf(phone));
  office.Store(office.admin, {office.Revoke(phone, recordpb::REVOKE_MODE_DRAIN)});
  ASSERT_TRUE(call->status().has_value());
  ASSERT_OK_AND_ASSIGN(const auto answer, ResultOf<ExchangeResponse>(*call));
  EXPECT_TRUE(answer.welcome().has_revoke());
  EXPECT_EQ(answer.pages_size(), 0);
}

TEST_F(WaitingTest, ACallerThatGoesLeavesNothingBehind) {
  const auto call = Wait(phone, InboxOf(phone));
  call->Cancel();
  office.world.loop.Run();
  ASSERT_TRUE(call->status().has_value());
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_CANCELLED));
  office.Store(desk, {Message(phone)});
}

TEST_F(WaitingTest, ADiskThatErrsSaysThatNoWritesAreTaken) {
  ASSERT_OK(office.Start());  // what it has read before is forgotten
  office.disk().Fail(sim::DiskOperation::kRead, 0, sim::SimDisk::kForever);
  const auto call = Wait(phone, InboxOf(phone));
  ASSERT_TRUE(call->status().has_value());
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_NOT_LEADER));
}

TEST_F(WaitingTest, AStrangerDoesNotWait) {
  Member stranger = office.NewMember();
  const auto call = Wait(stranger, "broadcast");
  EXPECT_TRUE(call->status().has_value());
}

TEST_F(WaitingTest, AServerThatGoesAnswers) {
  const auto call = Wait(phone, InboxOf(phone));
  office.Stop();
  ASSERT_TRUE(call->status().has_value());
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_SHUTDOWN));
  office.world.loop.Run();
}

}  // namespace
}  // namespace qf::server
