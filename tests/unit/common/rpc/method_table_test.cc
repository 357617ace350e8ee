#include "common/rpc/method_table.h"

#include <google/protobuf/wrappers.pb.h>

#include <optional>

#include "tests/support/status_matchers.h"

namespace qf::rpc {
namespace {

using google::protobuf::BytesValue;
using google::protobuf::StringValue;

// What a carrier saw of a call.
class SeenOutlet final : public Outlet {
 public:
  void Send(std::string message) override {
    EXPECT_FALSE(end.has_value()) << "a message after the end";
    messages.push_back(std::move(message));
  }
  void Finish(absl::Status status) override {
    EXPECT_FALSE(end.has_value()) << "a second end";
    end = std::move(status);
  }
  bool WantsMore() const override { return messages.size() < window; }
  bool Cancelled() const override { return cancelled; }
  void OnWakeUp(absl::AnyInvocable<void()> wake) override { wake_up = std::move(wake); }

  std::vector<std::string> messages;
  std::optional<absl::Status> end;
  size_t window = 2;
  bool cancelled = false;
  absl::AnyInvocable<void()> wake_up;
};

StringValue Text(const std::string& text) {
  StringValue out;
  out.set_value(text);
  return out;
}

std::shared_ptr<SeenOutlet> Call(const MethodTable& table, const std::string& method, const std::string& request) {
  auto outlet = std::make_shared<SeenOutlet>();
  CallInfo info;
  info.method = method;
  table.Call(info, request, outlet);
  return outlet;
}

TEST(MethodTable, AUnaryCallAnswersOnceAndEnds) {
  MethodTable table;
  table.Unary<StringValue, StringValue>("t.S/Echo",
                                        [](const CallInfo& info, const StringValue& in, Reply<StringValue> reply) {
                                          EXPECT_EQ(info.method, "t.S/Echo");
                                          reply.Finish(in);
                                        });
  const auto seen = Call(table, "t.S/Echo", Text("hello").SerializeAsString());
  EXPECT_EQ(seen->messages, std::vector<std::string>{Text("hello").SerializeAsString()});
  EXPECT_OK(seen->end.value());
}

TEST(MethodTable, AnErrorHasNoMessage) {
  MethodTable table;
  table.Unary<StringValue, StringValue>("t.S/Fail", [](const CallInfo&, const StringValue&, Reply<StringValue> reply) {
    reply.Finish(absl::StatusOr<StringValue>(Error(Reason::REASON_ROLE, "not you")));
  });
  const auto seen = Call(table, "t.S/Fail", "");
  EXPECT_TRUE(seen->messages.empty());
  EXPECT_THAT(seen->end.value(), Fails(Reason::REASON_ROLE));
}

TEST(MethodTable, WhatIsNotThereWhatIsTooLargeAndWhatCannotBeRead) {
  MethodTable table;
  bool reached = false;
  table.Unary<StringValue, StringValue>(
      "t.S/Small", [&](const CallInfo&, const StringValue&, Reply<StringValue>) { reached = true; }, 10);
  EXPECT_THAT(Call(table, "t.S/None", "")->end.value(), Fails(Reason::REASON_METHOD));
  EXPECT_THAT(Call(table, "/t.S/Small", "")->end.value(), Fails(Reason::REASON_METHOD));
  EXPECT_THAT(Call(table, "t.S/Small", std::string(11, 'x'))->end.value(), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(Call(table, "t.S/Small", "\xff")->end.value(), Fails(Reason::REASON_FRAME));
  EXPECT_FALSE(reached);
}

TEST(MethodTable, WhatCannotBeReadIsNotLogged) {
  MethodTable table;
  table.Unary<StringValue, StringValue>(
      "t.S/Echo", [](const CallInfo&, const StringValue& in, Reply<StringValue> reply) { reply.Finish(in); });
  testing::internal::CaptureStderr();
  const auto seen = Call(table, "t.S/Echo", "\x0a\x02\xff\xfe");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(*seen->end, Fails(Reason::REASON_FRAME));
}

TEST(MethodTable, AReplyThatIsDroppedIsALostAnswer) {
  MethodTable table;
  table.Unary<StringValue, StringValue>("t.S/Drop", [](const CallInfo&, const StringValue&, Reply<StringValue>) {});
  table.Stream<StringValue, StringValue>(
      "t.S/DropStream", [](const CallInfo&, const StringValue& in, Writer<StringValue> writer) { writer.Send(in); });
  EXPECT_THAT(Call(table, "t.S/Drop", "")->end.value(), Fails(Reason::REASON_LOST_ANSWER));
  const auto seen = Call(table, "t.S/DropStream", "");
  EXPECT_EQ(seen->messages.size(), 1u);
  EXPECT_THAT(seen->end.value(), Fails(Reason::REASON_LOST_ANSWER));
}

TEST(MethodTable, NothingIsSentAfterTheEndAndTheFirstEndCounts) {
  MethodTable table;
  table.Stream<StringValue, StringValue>("t.S/Eager",
                                         [](const CallInfo&, const StringValue& in, Writer<StringValue> writer) {
                                           writer.Send(in);
                                           writer.Finish(absl::OkStatus());
                                           writer.Send(in);
                                           writer.Finish(Error(Reason::REASON_INTERNAL, "too late"));
                                         });
  const auto seen = Call(table, "t.S/Eager", "");  // the outlet itself checks that nothing follows the end
  EXPECT_EQ(seen->messages.size(), 1u);
  EXPECT_OK(seen->end.value());
}

TEST(MethodTable, AHandlerMayAnswerLater) {
  MethodTable table;
  std::optional<Reply<StringValue>> kept;
  table.Unary<StringValue, StringValue>(
      "t.S/Later", [&](const CallInfo&, const StringValue&, Reply<StringValue> reply) { kept = std::move(reply); });
  const auto seen = Call(table, "t.S/Later", "");
  EXPECT_FALSE(seen->end.has_value());
  EXPECT_FALSE(kept->Cancelled());
  seen->cancelled = true;
  EXPECT_TRUE(kept->Cancelled());
  kept->Finish(Text("at last"));
  EXPECT_OK(seen->end.value());
}

TEST(MethodTable, TheEndTakesTheWakeUpAway) {
  MethodTable table;
  std::optional<Writer<StringValue>> kept;
  table.Stream<StringValue, StringValue>(
      "t.S/Wait", [&](const CallInfo&, const StringValue&, Writer<StringValue> writer) { kept = std::move(writer); });
  const auto seen = Call(table, "t.S/Wait", "");
  int woken = 0;
  kept->OnWakeUp([&] { ++woken; });
  kept->Send(Text("1"));
  EXPECT_TRUE(kept->WantsMore());
  kept->Send(Text("2"));
  EXPECT_FALSE(kept->WantsMore());
  seen->wake_up();
  EXPECT_EQ(woken, 1);
  kept->Finish(absl::OkStatus());
  EXPECT_EQ(seen->wake_up, nullptr);
}

TEST(MethodTable, TellsWhatItHas) {
  MethodTable table;
  table.Unary<StringValue, BytesValue>("t.S/B", [](const CallInfo&, const StringValue&, Reply<BytesValue>) {}, 77);
  table.Stream<BytesValue, StringValue>("t.S/A", [](const CallInfo&, const BytesValue&, Writer<StringValue>) {});
  EXPECT_EQ(table.Names(), (std::vector<std::string>{"t.S/A", "t.S/B"}));
  const MethodTable::Method* unary = table.Find("t.S/B");
  ASSERT_NE(unary, nullptr);
  EXPECT_FALSE(unary->streams);
  EXPECT_EQ(unary->request_bytes_max, 77u);
  EXPECT_EQ(unary->request->GetDescriptor(), StringValue::descriptor());
  EXPECT_EQ(unary->response->GetDescriptor(), BytesValue::descriptor());
  EXPECT_TRUE(table.Find("t.S/A")->streams);
  EXPECT_EQ(table.Find("t.S/A")->request_bytes_max, limits::kMessageBytes);
  EXPECT_EQ(table.Find("t.S/C"), nullptr);
}

TEST(MethodTableDeathTest, OneNameTwiceIsABug) {
  MethodTable table;
  const auto add = [&] {
    table.Unary<StringValue, StringValue>("t.S/A", [](const CallInfo&, const StringValue&, Reply<StringValue>) {});
  };
  add();
  EXPECT_DEATH(add(), "added");
}

}  // namespace
}  // namespace qf::rpc
