#include "tools/qingfeng/core.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/base/proto_names.h"
#include "qingfeng/client/v1/event.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tests/support/status_matchers.h"

namespace qf::cli {
namespace {

using clientpb::EchoRequest;
using clientpb::EchoResponse;
using clientpb::EchoStreamRequest;
using clientpb::EchoStreamResponse;

constexpr char kEcho[] = "qingfeng.client.v1.EventService/Echo";
constexpr char kEchoStream[] = "qingfeng.client.v1.EventService/EchoStream";

TEST(MethodOf, IsFoundByTheRequest) {
  EXPECT_EQ(MethodOf(*EchoRequest::descriptor()), kEcho);
  EXPECT_EQ(MethodOf(*clientpb::SyncRequest::descriptor()), "qingfeng.client.v1.FieldService/Sync");
  EXPECT_EQ(MethodOf(*clientpb::OpenRequest::descriptor()), "qingfeng.client.v1.VaultService/Open");
  EXPECT_EQ(MethodOf(*EchoResponse::descriptor()), "");
}

TEST(Core, AUnaryCallFromAnotherThread) {
  rpc::MethodTable table;
  std::thread answering;
  table.Unary<EchoRequest, EchoResponse>(
      kEcho, [&](const rpc::CallInfo&, const EchoRequest& request, rpc::Reply<EchoResponse> reply) {
        answering = std::thread([text = request.text(), reply = std::move(reply)]() mutable {
          EchoResponse response;
          response.set_text(text);
          reply.Finish(response);
        });
      });
  EchoRequest request;
  request.set_text("贿选");
  ASSERT_OK_AND_ASSIGN(const auto response, Core(table).Call<EchoResponse>(request));
  EXPECT_EQ(response.text(), "贿选");
  answering.join();
}

TEST(Core, AnErrorKeepsItsReason) {
  rpc::MethodTable table;
  table.Unary<EchoRequest, EchoResponse>(kEcho,
                                         [](const rpc::CallInfo&, const EchoRequest&, rpc::Reply<EchoResponse> reply) {
                                           reply.Fail(Error(Reason::REASON_BUSY, "busy", 5));
                                         });
  const auto response = Core(table).Call<EchoResponse>(EchoRequest());
  EXPECT_THAT(response, Fails(Reason::REASON_BUSY));
  EXPECT_EQ(RetryAfterMs(response.status()), 5u);
}

TEST(Core, AHandlerThatForgetsItsAnswer) {
  rpc::MethodTable table;
  table.Unary<EchoRequest, EchoResponse>(kEcho,
                                         [](const rpc::CallInfo&, const EchoRequest&, rpc::Reply<EchoResponse>) {});
  EXPECT_THAT(Core(table).Call<EchoResponse>(EchoRequest()), Fails(Reason::REASON_LOST_ANSWER));
}

TEST(Core, AMethodThatIsNotThere) {
  const rpc::MethodTable table;
  EXPECT_THAT(Core(table).Call<EchoResponse>(EchoRequest()), Fails(Reason::REASON_METHOD));
}

// A stream that sends only while more is wanted, from a thread of its own, as a real handler does.
struct Producer {
  std::atomic<uint64_t> sent{0};
  std::atomic<uint64_t> most_ahead{0};
  std::atomic<uint64_t> taken{0};
  std::atomic<bool> cancelled{false};

  void Serve(rpc::MethodTable* table) {
    table->Stream<EchoStreamRequest, EchoStreamResponse>(
        kEchoStream,
        [this](const rpc::CallInfo&, const EchoStreamRequest& request, rpc::Writer<EchoStreamResponse> writer) {
          thread = std::thread([this, count = request.count(), writer = std::move(writer)]() mutable {
            while (sent < count && !writer.Cancelled()) {
              if (!writer.WantsMore()) {
                std::this_thread::yield();
                continue;
              }
              EchoStreamResponse response;
              response.set_index(static_cast<uint32_t>(sent++));
              writer.Send(response);
              most_ahead = std::max<uint64_t>(most_ahead, sent - taken);
            }
            cancelled = writer.Cancelled();
            writer.Finish(cancelled ? Error(Reason::REASON_CANCELLED, "cancelled") : absl::OkStatus());
          });
        });
  }
  std::thread thread;
};

TEST(Core, AStreamInOrderAndNeverFarAhead) {
  rpc::MethodTable table;
  Producer producer;
  producer.Serve(&table);
  EchoStreamRequest request;
  request.set_count(1000);
  EXPECT_OK(Core(table).Stream<EchoStreamResponse>(request, [&](EchoStreamResponse response) {
    EXPECT_EQ(response.index(), producer.taken.load());
    ++producer.taken;
    return absl::OkStatus();
  }));
  producer.thread.join();
  EXPECT_EQ(producer.taken.load(), 1000u);
  EXPECT_LE(producer.most_ahead.load(), 6u);
}

TEST(Core, AReaderThatFailsCancelsTheCall) {
  rpc::MethodTable table;
  Producer producer;
  producer.Serve(&table);
  EchoStreamRequest request;
  request.set_count(1'000'000'000);
  const auto full = [](EchoStreamResponse) { return Error(Reason::REASON_DISK_FULL, "full"); };
  EXPECT_THAT(Core(table).Stream<EchoStreamResponse>(request, full), Fails(Reason::REASON_DISK_FULL));
  producer.thread.join();
  EXPECT_TRUE(producer.cancelled);
}

TEST(Core, ACancelWakesAHandlerThatWaits) {
  rpc::MethodTable table;
  std::thread thread;
  table.Stream<EchoStreamRequest, EchoStreamResponse>(
      kEchoStream, [&](const rpc::CallInfo&, const EchoStreamRequest&, rpc::Writer<EchoStreamResponse> writer) {
        auto held = std::make_shared<rpc::Writer<EchoStreamResponse>>(std::move(writer));
        held->OnWakeUp([held] {
          if (held->Cancelled()) held->Finish(Error(Reason::REASON_CANCELLED, "cancelled"));
        });
        held->Send(EchoStreamResponse());
      });
  const auto stop = [](EchoStreamResponse) { return Error(Reason::REASON_STATE, "enough"); };
  EXPECT_THAT(Core(table).Stream<EchoStreamResponse>(EchoStreamRequest(), stop), Fails(Reason::REASON_STATE));
}

}  // namespace
}  // namespace qf::cli
