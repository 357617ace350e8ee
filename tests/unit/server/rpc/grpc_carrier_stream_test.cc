// Streams: order, back-pressure, cancels, and ends with and without messages.
#include "server/rpc/grpc_carrier.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_office.h"
#include "tests/unit/server/rpc/raw_stream.h"

namespace qf::server {
namespace {

constexpr size_t kMessages = 10'000;
constexpr size_t kSizeBytes = 10'000;
// Of the reader: the carrier's window, HTTP/2's on both sides of it, and as much again.
constexpr size_t kAheadMax = 2 * (GrpcCarrier::kWindowBytes + 2 * kStreamWindowBytes) / kSizeBytes;

class CarrierStream : public testing::Test {
 protected:
  std::unique_ptr<RawStream> Open(const std::string& method, const std::string& request) {
    auto stream = std::make_unique<RawStream>(channel_, method);
    EXPECT_TRUE(stream->Write(request));
    stream->WritesDone();
    return stream;
  }
  TestOffice office_;
  std::shared_ptr<grpc::Channel> channel_ = RawChannel(office_.target(), office_.authority().certificate_der);
};

TEST_F(CarrierStream, TenThousandMessagesToASlowReaderInBoundedMemory) {
  const auto stream = Open("test.Test/Count", TextBytes(absl::StrCat(kMessages, " ", kSizeBytes)));
  ASSERT_TRUE(stream->Read().has_value());
  // 100 MB wait behind a reader that does not read: no more than the windows of carrier, HTTP/2 and TCP is made.
  EXPECT_FALSE(Eventually([&] { return office_.service().counted() > kAheadMax; }, 500'000));
  EXPECT_FALSE(office_.service().count_ended());
  for (size_t i = 1; i < kMessages; ++i) {
    const auto message = stream->Read();
    ASSERT_TRUE(message.has_value()) << i;
    const std::string text = TextOf(*message);
    ASSERT_EQ(text.size(), kSizeBytes);
    ASSERT_EQ(std::stoul(text), i);
    ASSERT_LT(office_.service().counted() - i, kAheadMax);
  }
  EXPECT_FALSE(stream->Read().has_value());
  EXPECT_OK(stream->Finish());
  EXPECT_TRUE(office_.service().count_ended());
}

TEST_F(CarrierStream, ManySmallMessagesArriveInOrder) {
  const auto stream = Open("test.Test/Count", TextBytes(absl::StrCat(kMessages, " 0")));
  for (size_t i = 0; i < kMessages; ++i) {
    const auto message = stream->Read();
    ASSERT_TRUE(message.has_value());
    ASSERT_EQ(TextOf(*message), absl::StrCat(i));
  }
  EXPECT_FALSE(stream->Read().has_value());
  EXPECT_OK(stream->Finish());
}

TEST_F(CarrierStream, AStreamOfNothing) {
  const auto stream = Open("test.Test/Count", TextBytes("0 0"));
  EXPECT_FALSE(stream->Read().has_value());
  EXPECT_OK(stream->Finish());
}

TEST_F(CarrierStream, MessagesBeforeAnErrorArrive) {
  const auto stream = Open("test.Test/TwoThenFail", "");
  EXPECT_EQ(TextOf(stream->Read().value()), "one");
  EXPECT_EQ(TextOf(stream->Read().value()), "two");
  EXPECT_FALSE(stream->Read().has_value());
  EXPECT_THAT(stream->Finish(), Fails(Reason::REASON_SUPERSEDED));
}

TEST_F(CarrierStream, AHandlerThatFloodsIsEnded) {
  const auto stream = Open("test.Test/Flood", TextBytes("1000"));  // 100 MB, never asking whether there is room
  ASSERT_TRUE(Eventually([&] { return office_.service().flooded() == 1'000; }));
  size_t messages = 0;
  while (stream->Read().has_value()) ++messages;
  EXPECT_LT(messages, 400u);
  EXPECT_THAT(stream->Finish(), Fails(Reason::REASON_INTERNAL));
}

TEST_F(CarrierStream, ACancelEndsTheStreamAndItsHandler) {
  const auto stream = Open("test.Test/Count", TextBytes(absl::StrCat(kMessages, " ", kSizeBytes)));
  ASSERT_TRUE(stream->Read().has_value());
  stream->Cancel();
  while (stream->Read().has_value()) {
  }
  EXPECT_EQ(stream->Finish().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(Eventually([&] { return office_.service().count_ended() && office_.carrier().calls() == 0; }));
  EXPECT_LT(office_.service().counted(), kMessages);
}

TEST_F(CarrierStream, ShutdownEndsAStreamThatNobodyReads) {
  const auto stream = Open("test.Test/Count", TextBytes(absl::StrCat(kMessages, " ", kSizeBytes)));
  ASSERT_TRUE(stream->Read().has_value());
  office_.carrier().Shutdown(100'000);
  EXPECT_TRUE(office_.service().count_ended());
  while (stream->Read().has_value()) {
  }
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(CarrierStream, ACallWithoutARequestIsAFrameError) {
  RawStream stream(channel_, "test.Test/Echo");
  stream.WritesDone();
  EXPECT_FALSE(stream.Read().has_value());
  EXPECT_THAT(stream.Finish(), Fails(Reason::REASON_FRAME));
}

TEST_F(CarrierStream, ARequestAboveTheBoundIsNotTaken) {
  RawStream stream(channel_, "test.Test/Echo");
  stream.Write(std::string(limits::kMessageBytes + 1, 'x'));
  EXPECT_FALSE(stream.Read().has_value());
  EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Eventually([&] { return office_.carrier().calls() == 0; }));
}

}  // namespace
}  // namespace qf::server
