#include <gtest/gtest.h>

#include "client-core/field/draft.h"
#include "tests/unit/client-core/api/test_device.h"

namespace qf::client {
namespace {

constexpr char kEcho[] = "qingfeng.client.v1.EventService/Echo";
constexpr char kEchoStream[] = "qingfeng.client.v1.EventService/EchoStream";
constexpr char kWatch[] = "qingfeng.client.v1.EventService/Watch";

template <class Message>
std::vector<Message> Parsed(const KeepingOutlet& call) {
  std::vector<Message> out;
  for (const std::string& bytes : call.messages()) EXPECT_TRUE(out.emplace_back().ParseFromString(bytes));
  return out;
}

TEST(Echo, GivesBackEveryByteWithoutAStore) {
  TestDevice device;
  clientpb::EchoRequest request;
  request.set_text("换届风气 \xF0\x9F\x8C\xBF");
  request.set_data(std::string("\0\xff\n", 3));
  auto call = StartCall(*device.table, kEcho, request);  // answered on the caller's thread
  ASSERT_OK_AND_ASSIGN(const auto response, ResultOf<clientpb::EchoResponse>(*call));
  EXPECT_EQ(response.text(), request.text());
  EXPECT_EQ(response.data(), request.data());
}

TEST(Echo, FailsAsAsked) {
  TestDevice device;
  clientpb::EchoRequest request;
  request.set_fail(Reason::REASON_DISK_FULL);
  EXPECT_THAT(*StartCall(*device.table, kEcho, request)->status(), Fails(Reason::REASON_DISK_FULL));
}

TEST(EchoStream, GoesAsFastAsItsReceiver) {
  TestDevice device;
  clientpb::EchoStreamRequest request;
  request.set_count(5);
  request.set_text("x");
  auto call = StartCall(*device.table, kEchoStream, request, 2);
  device.world.loop.Run();
  EXPECT_EQ(call->messages().size(), 2u);
  EXPECT_FALSE(call->status().has_value());
  call->Credit(2);
  device.world.loop.Run();
  EXPECT_EQ(call->messages().size(), 4u);
  call->Credit(1);
  device.world.loop.Run();
  EXPECT_OK(*call->status());  // the end needs no credit
  const auto messages = Parsed<clientpb::EchoStreamResponse>(*call);
  ASSERT_EQ(messages.size(), 5u);
  for (uint32_t i = 0; i < 5; ++i) EXPECT_EQ(messages[i].index(), i);
}

TEST(EchoStream, StopsWhenCancelled) {
  TestDevice device;
  clientpb::EchoStreamRequest request;
  request.set_count(1'000'000);
  auto call = StartCall(*device.table, kEchoStream, request, 3);
  device.world.loop.Run();
  call->Cancel();
  device.world.loop.Run();
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_CANCELLED));
  EXPECT_EQ(call->messages().size(), 3u);
}

TEST(EchoStream, MayBeEmptyFailOrBeRefused) {
  TestDevice device;
  clientpb::EchoStreamRequest request;
  auto empty = StartCall(*device.table, kEchoStream, request);
  request.set_count(1);
  request.set_fail(Reason::REASON_BUSY);
  auto failing = StartCall(*device.table, kEchoStream, request);
  request.set_count(1'000'001);
  auto refused = StartCall(*device.table, kEchoStream, request);
  device.world.loop.Run();
  EXPECT_OK(*empty->status());
  EXPECT_THAT(*failing->status(), Fails(Reason::REASON_BUSY));
  EXPECT_EQ(failing->messages().size(), 1u);
  EXPECT_THAT(*refused->status(), Fails(Reason::REASON_TOO_LARGE));
}

TEST(EchoStream, EndsWithTheClient) {
  TestDevice device;
  clientpb::EchoStreamRequest request;
  request.set_count(10);
  auto call = StartCall(*device.table, kEchoStream, request, 1);
  device.world.loop.Run();
  device.End();
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_SHUTDOWN));
  call->Credit(5);  // too late, and harmless
}

TEST(GetVersion, SaysWhatTheCoreCan) {
  TestDevice device;
  auto call = StartCall(*device.table, "qingfeng.client.v1.EventService/GetVersion", clientpb::GetVersionRequest());
  ASSERT_OK_AND_ASSIGN(const auto version, ResultOf<clientpb::GetVersionResponse>(*call));
  EXPECT_EQ(version.version(), "0.1.0");
  EXPECT_EQ(version.protocol_revision(), 1u);
  EXPECT_GT(version.attachment_bytes_max(), 1u << 30);
}

TEST(Watch, BeginsWithTheSessionAndTellsOfChanges) {
  TestDevice device;
  TestOffice office;
  auto call = StartCall(*device.table, kWatch, clientpb::WatchRequest());
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(device.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", clientpb::CreateDraftRequest()));
  const auto events = Parsed<clientpb::WatchResponse>(*call);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].session().state(), clientpb::SESSION_STATE_UNSPECIFIED);
  EXPECT_EQ(events[1].session().state(), clientpb::SESSION_STATE_EMPTY);
  EXPECT_EQ(events[2].session().state(), clientpb::SESSION_STATE_PROVISIONAL);
  EXPECT_TRUE(events[3].changes().drafts());
  EXPECT_FALSE(events[3].changes().items());
}

// A screen hears of the session by Watch alone, so a try that failed is told there, and an open store to whoever missed
// it.
TEST(Watch, TellsTheSessionAfterEachTryOfAPin) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  ASSERT_OK(device.Call<clientpb::LockResponse>("VaultService/Lock", clientpb::LockRequest()));
  auto call = StartCall(*device.table, kWatch, clientpb::WatchRequest());
  for (int i = 0; i < 3; ++i) EXPECT_THAT(device.Unlock("605937"), Fails(Reason::REASON_PIN_WRONG));
  ASSERT_EQ(call->messages().size(), 4u);
  EXPECT_GT(Parsed<clientpb::WatchResponse>(*call).back().session().next_try_at_us(), 0u);
  device.world.clock.Advance(kMicrosPerMinute);
  EXPECT_OK(device.Unlock());
  EXPECT_OK(device.Unlock());
  ASSERT_EQ(call->messages().size(), 6u);
  EXPECT_EQ(Parsed<clientpb::WatchResponse>(*call).back().session().state(), clientpb::SESSION_STATE_PROVISIONAL);
}

TEST(Watch, ASlowScreenGetsOneHintForManyChanges) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  auto call = StartCall(*device.table, kWatch, clientpb::WatchRequest(), 1);
  device.world.loop.Run();
  for (int i = 0; i < 10; ++i) {
    ASSERT_OK(device.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", clientpb::CreateDraftRequest()));
  }
  clientpb::WatchResponse items;
  items.mutable_changes()->set_items(true);
  device.session().Tell(items);
  EXPECT_EQ(call->messages().size(), 1u);
  call->Credit(10);
  device.world.loop.Run();
  const auto events = Parsed<clientpb::WatchResponse>(*call);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_TRUE(events[1].changes().drafts());
  EXPECT_TRUE(events[1].changes().items());
}

TEST(Watch, KeepsTheNewestOfEachKind) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Settle(office));
  auto call = StartCall(*device.table, kWatch, clientpb::WatchRequest(), 1);
  device.world.loop.Run();
  for (uint32_t left = 3; left > 0; --left) {
    clientpb::WatchResponse progress;
    progress.mutable_sync()->set_records_left(left);
    device.session().Tell(progress);
  }
  for (const Reason reason : {Reason::REASON_FORK, Reason::REASON_PROOF, Reason::REASON_FORK}) {
    clientpb::WatchResponse attention;
    attention.mutable_attention()->set_reason(reason);
    device.session().Tell(attention);
  }
  call->Credit(10);
  device.world.loop.Run();
  const auto events = Parsed<clientpb::WatchResponse>(*call);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[1].attention().reason(), Reason::REASON_PROOF);
  EXPECT_EQ(events[2].attention().reason(), Reason::REASON_FORK);
  EXPECT_EQ(events[3].sync().records_left(), 1u);
}

TEST(Watch, GoesWhenCancelled) {
  TestDevice device;
  auto call = StartCall(*device.table, kWatch, clientpb::WatchRequest());
  device.world.loop.Run();
  call->Cancel();
  device.world.loop.Run();
  EXPECT_THAT(*call->status(), Fails(Reason::REASON_CANCELLED));
  ASSERT_OK(device.Open());  // tells nobody
}

}  // namespace
}  // namespace qf::client
