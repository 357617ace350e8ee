#include "client-core/field/message.h"

#include <gtest/gtest.h>

#include "client-core/field/receipt.h"
#include "client-core/store/checkpoint.h"
#include "common/base/sha256.h"
#include "common/log/checkpoint.h"
#include "common/log/format.h"
#include "common/log/leaf.h"
#include "common/log/tlog_proof.h"
#include "common/sealing/seal.h"
#include "qingfeng/content/v1/content.pb.h"
#include "tests/unit/client-core/api/test_device.h"

namespace qf::client {
namespace {

// A device that has filed one report.
struct Reporter {
  Reporter() {
    EXPECT_OK(device.Settle(office));
    clientpb::CreateDraftRequest create;
    create.mutable_report()->set_violation("ban.posts.buy");
    create.mutable_report()->set_what("送礼");
    clientpb::FileReportRequest file;
    file.set_draft_id(
        device.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", create)->draft().draft_id());
    report_id = device.Call<clientpb::FileReportResponse>("FieldService/FileReport", file)->item().item_id();
  }
  absl::StatusOr<std::string> Say(const std::string& text) {
    clientpb::SendMessageRequest request;
    request.set_item_id(report_id);
    request.set_text(text);
    QF_TRY_ASSIGN(auto response, device.Call<clientpb::SendMessageResponse>("FieldService/SendMessage", request));
    return response.message_item_id();
  }
  clientpb::ListMessagesResponse Messages(bool mark_read = false) {
    clientpb::ListMessagesRequest request;
    request.set_item_id(report_id);
    request.set_mark_read(mark_read);
    return *device.Call<clientpb::ListMessagesResponse>("FieldService/ListMessages", request);
  }
  clientpb::Item Report() {
    clientpb::GetItemRequest request;
    request.set_item_id(report_id);
    return device.Call<clientpb::GetItemResponse>("FieldService/GetItem", request)->item();
  }
  // An answer of the office, as it comes into the inbox.
  record::Entry Answer(const std::string& text, const ItemId& item, const record::Signer* author = nullptr) {
    author = author == nullptr ? &office.desk() : author;
    const SigningKey device_key = device.session().device();
    const record::Feed feed = record::Feed::Inbox(device_key);
    contentpb::Content content;
    content.mutable_message()->set_report_author(device_key.str());
    content.mutable_message()->set_report_item_id(report_id);
    content.mutable_message()->set_text(text);
    const sealing::SealContext context{office.id(), feed.name(), author->public_key(), recordpb::KIND_MESSAGE,
                                       item,        ""};
    const std::vector<SealingKey> readers = {device.session().sealing_keys().public_key(), office.epoch().public_key()};
    const std::string body = *sealing::SealContent(office.entropy(), context, content.SerializeAsString(), readers, {});
    return office.Placed(*author, recordpb::KIND_MESSAGE, feed, {}, item, body);
  }

  TestDevice device;
  TestOffice office;
  std::string report_id;
};

TEST(Messages, OwnOnesAreFiledAndShown) {
  Reporter reporter;
  ASSERT_OK_AND_ASSIGN(const std::string id, reporter.Say("补充：周三晚"));
  const auto messages = reporter.Messages();
  ASSERT_EQ(messages.messages_size(), 1);
  EXPECT_EQ(messages.messages(0).item_id(), id);
  EXPECT_TRUE(messages.messages(0).own());
  EXPECT_EQ(messages.messages(0).message().text(), "补充：周三晚");
  EXPECT_EQ(messages.messages(0).state(), clientpb::ITEM_STATE_FILED);
  EXPECT_EQ(messages.messages(0).received_at_us(), 0u);
  EXPECT_FALSE(messages.messages(0).unread());
  EXPECT_EQ(reporter.Report().messages(), 1u);
}

TEST(Messages, AnswersAreShownAndStayUnreadUntilTheyAreRead) {
  Reporter reporter;
  ASSERT_OK(reporter.Say("补充"));
  ASSERT_OK(reporter.device.Read({reporter.Answer("收到，请说明地点", reporter.office.entropy().Random<ItemId>())}));
  EXPECT_EQ(reporter.Report().messages(), 2u);
  EXPECT_EQ(reporter.Report().unread(), 1u);
  const auto messages = reporter.Messages();
  ASSERT_EQ(messages.messages_size(), 2);
  EXPECT_FALSE(messages.messages(0).own());  // in the log already; the own one is not
  EXPECT_EQ(messages.messages(0).message().text(), "收到，请说明地点");
  EXPECT_TRUE(messages.messages(0).author_counts());
  EXPECT_TRUE(messages.messages(0).unread());
  EXPECT_GT(messages.messages(0).received_at_us(), 0u);
  reporter.Messages(true);
  EXPECT_EQ(reporter.Report().unread(), 0u);
  EXPECT_FALSE(reporter.Messages().messages(0).unread());
}

TEST(Messages, OneThatWasPlacedTwiceIsShownOnce) {
  Reporter reporter;
  const ItemId item = reporter.office.entropy().Random<ItemId>();
  ASSERT_OK(reporter.device.Read({reporter.Answer("一次", item), reporter.Answer("一次", item)}));
  EXPECT_EQ(reporter.Messages().messages_size(), 1);
  EXPECT_EQ(reporter.Messages().messages_size(), 1);
}

TEST(Messages, AStrangersAreShownAsSuch) {
  Reporter reporter;
  const record::Signer stranger = record::Signer::Generate(reporter.office.entropy());
  ASSERT_OK(
      reporter.device.Read({reporter.Answer("我是办公室", reporter.office.entropy().Random<ItemId>(), &stranger)}));
  const auto messages = reporter.Messages();
  ASSERT_EQ(messages.messages_size(), 1);
  EXPECT_FALSE(messages.messages(0).author_counts());
}

TEST(Messages, WhatDoesNotOpenHarmsNothing) {
  Reporter reporter;
  record::Entry broken = reporter.Answer("x", reporter.office.entropy().Random<ItemId>());
  const record::Feed feed = broken.record.header.feed;
  ASSERT_OK(reporter.device.Read(
      {reporter.office.Placed(reporter.office.desk(), recordpb::KIND_MESSAGE, feed, {}, {}, "\x01 nonsense"),
       reporter.office.Placed(reporter.office.desk(), recordpb::KIND_MESSAGE, feed, {})}));
  EXPECT_EQ(reporter.Messages().messages_size(), 0);
}

TEST(Messages, AreAboutAReportOfThisDevice) {
  Reporter reporter;
  clientpb::SendMessageRequest request;
  request.set_item_id(std::string(16, 'x'));
  request.set_text("x");
  EXPECT_THAT(reporter.device.Call<clientpb::SendMessageResponse>("FieldService/SendMessage", request),
              Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(reporter.Say(" \u3000\n"), Fails(Reason::REASON_FORM));
  EXPECT_THAT(reporter.Say(std::string(limits::kMessageTextBytes + 1, 'x')), Fails(Reason::REASON_TOO_LARGE));
  ASSERT_OK_AND_ASSIGN(const std::string message, reporter.Say("x"));
  request.set_item_id(message);
  EXPECT_THAT(reporter.device.Call<clientpb::SendMessageResponse>("FieldService/SendMessage", request),
              Fails(Reason::REASON_NOT_FOUND));
}

TEST(Receipt, IsATlogProofThatAStrangerCanCheck) {
  Reporter reporter;
  Session& session = reporter.device.session();
  clientpb::GetReceiptRequest request;
  request.set_item_id(reporter.report_id);
  EXPECT_THAT(reporter.device.Call<clientpb::GetReceiptResponse>("FieldService/GetReceipt", request),
              Fails(Reason::REASON_STATE));

  // The log has taken it as its only leaf.
  const record::Signer& log_key = reporter.office.log_key();
  Item item =
      *session.database().Read([&](sql::ReadTxn& tx) { return GetItem(tx, *ItemId::From(reporter.report_id)); });
  item.state = ItemState::kAcknowledged;
  record::Header header;
  header.office = reporter.office.id();
  header.feed = item.feed;
  header.incarnation = reporter.office.entropy().Random<Incarnation>();
  header.sequence = 1;
  header.kind = item.kind;
  header.item = item.item;
  const record::Record record = record::MakeRecord(header, item.body, session.signer());
  item.record_id = record.id;
  item.signature = record.signature;
  item.header_bytes = record.header_bytes;
  const record::Placement place{0, 11, 10, 0};
  const log::Leaf leaf{0, 11, 10, 0, item.record_id, Sha256(item.signature)};
  const Digest leaf_hash = log::LeafHash(log::LeafData(leaf));
  const log::Checkpoint checkpoint{reporter.office.id(), 1, 1, leaf_hash};
  const std::string note = log::FormatCheckpoint(checkpoint, log_key);
  ASSERT_OK(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(UpdateItem(tx, item));
    QF_TRY_ASSIGN(const uint64_t id, KeepCheckpoint(tx, {checkpoint, note}));
    return PutReceipt(tx, {item.record_id, place, "", id});
  }));
  ASSERT_OK_AND_ASSIGN(const auto receipt_row,
                       session.database().Read([&](sql::ReadTxn& tx) { return FindReceipt(tx, item.record_id); }));
  ASSERT_OK_AND_ASSIGN(const auto receipt,
                       reporter.device.Call<clientpb::GetReceiptResponse>("FieldService/GetReceipt", request));
  EXPECT_OK(log::VerifyTlogProof(receipt.tlog_proof(), leaf_hash, reporter.office.id(), log_key.public_key()));
  EXPECT_EQ(receipt.receipt().checkpoint(), note);
  EXPECT_EQ(receipt.header().signature(), item.signature);
  EXPECT_FALSE(receipt.delivered());

  // What does not verify is no receipt: a path that leads elsewhere, another signature.
  const auto shown = [&](const std::function<void(Item&, StoredReceipt&)>& change) {
    Item other = item;
    StoredReceipt stored = *receipt_row;
    change(other, stored);
    EXPECT_OK(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      QF_TRY(UpdateItem(tx, other));
      return PutReceipt(tx, stored);
    }));
    return reporter.device.Call<clientpb::GetReceiptResponse>("FieldService/GetReceipt", request);
  };
  EXPECT_THAT(shown([](Item&, StoredReceipt& r) { ++r.place.clock_at_us; }), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(shown([](Item& i, StoredReceipt&) { i.signature[0] ^= 1; }), Fails(Reason::REASON_SIGNATURE));
}

}  // namespace
}  // namespace qf::client
