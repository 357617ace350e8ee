// From a draft to what is filed, as a person does it: through the methods, on a disk that can lose its power.
#include "client-core/field/report.h"

#include <gtest/gtest.h>

#include "client-core/field/content.h"
#include "client-core/field/draft.h"
#include "client-core/store/checkpoint.h"
#include "client-core/store/item.h"
#include "client-core/store/setting.h"
#include "common/sealing/seal.h"
#include "qingfeng/content/v1/content.pb.h"
#include "tests/unit/client-core/api/test_device.h"

namespace qf::client {
namespace {

contentpb::Report Example(const std::string& what = "三桌宴请代表，席间分发礼品 (canary-what)") {
  contentpb::Report report;
  report.set_violation("ban.canvassing.favour");
  report.set_township("宁远堡镇");
  report.set_stage(contentpb::STAGE_NOMINATION);
  report.set_title("宴请代表");
  report.set_what(what);
  report.add_people()->set_name("某候选人");
  return report;
}

absl::StatusOr<clientpb::Draft> NewDraft(TestDevice& device, const contentpb::Report& report) {
  clientpb::CreateDraftRequest request;
  *request.mutable_report() = report;
  QF_TRY_ASSIGN(auto response, device.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", request));
  return response.draft();
}
absl::StatusOr<clientpb::Item> File(TestDevice& device, const std::string& draft_id) {
  clientpb::FileReportRequest request;
  request.set_draft_id(draft_id);
  QF_TRY_ASSIGN(auto response, device.Call<clientpb::FileReportResponse>("FieldService/FileReport", request));
  return response.item();
}
absl::StatusOr<clientpb::ListItemsResponse> Items(TestDevice& device, const clientpb::ListItemsRequest& request = {}) {
  return device.Call<clientpb::ListItemsResponse>("FieldService/ListItems", request);
}
absl::StatusOr<clientpb::ListDraftsResponse> Drafts(TestDevice& device) {
  return device.Call<clientpb::ListDraftsResponse>("FieldService/ListDrafts", clientpb::ListDraftsRequest());
}
absl::StatusOr<clientpb::GetItemResponse> GetItem(TestDevice& device, const std::string& item_id) {
  clientpb::GetItemRequest request;
  request.set_item_id(item_id);
  return device.Call<clientpb::GetItemResponse>("FieldService/GetItem", request);
}
Item Stored(TestDevice& device, const std::string& item_id) {
  return *device.session().database().Read(
      [&](sql::ReadTxn& tx) { return client::GetItem(tx, *ItemId::From(item_id)); });
}

// A phone that can file.
class Settled : public testing::Test {
 protected:
  void SetUp() override { ASSERT_OK(device.Settle(office)); }
  TestDevice device;
  TestOffice office;
};
class DraftTest : public Settled {};
class ReportTest : public Settled {};
class WithdrawTest : public Settled {};
class ItemsTest : public Settled {};
class FullDiskTest : public Settled {};

TEST_F(DraftTest, IsSavedAndComesBack) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, {}));
  device.world.clock.Advance(kMicrosPerMinute);
  clientpb::SaveDraftRequest save;
  save.set_draft_id(draft.draft_id());
  *save.mutable_report() = Example();
  save.set_urgent(true);
  ASSERT_OK_AND_ASSIGN(const auto saved, device.Call<clientpb::SaveDraftResponse>("FieldService/SaveDraft", save));
  EXPECT_EQ(saved.saved_at_us(), device.world.clock.NowUs());
  clientpb::GetDraftRequest get;
  get.set_draft_id(draft.draft_id());
  ASSERT_OK_AND_ASSIGN(const auto read, device.Call<clientpb::GetDraftResponse>("FieldService/GetDraft", get));
  EXPECT_EQ(read.draft().report().SerializeAsString(), Example().SerializeAsString());
  EXPECT_TRUE(read.draft().urgent());
}

TEST_F(DraftTest, TheLastSavedComesFirst) {
  ASSERT_OK_AND_ASSIGN(const auto first, NewDraft(device, Example("first")));
  device.world.clock.Advance(1);
  ASSERT_OK_AND_ASSIGN(const auto second, NewDraft(device, Example("second")));
  ASSERT_OK_AND_ASSIGN(const auto drafts, Drafts(device));
  ASSERT_EQ(drafts.drafts_size(), 2);
  EXPECT_EQ(drafts.drafts(0).draft_id(), second.draft_id());
  clientpb::DiscardDraftRequest discard;
  discard.set_draft_id(second.draft_id());
  ASSERT_OK(device.Call<clientpb::DiscardDraftResponse>("FieldService/DiscardDraft", discard));
  EXPECT_THAT(device.Call<clientpb::DiscardDraftResponse>("FieldService/DiscardDraft", discard),
              Fails(Reason::REASON_NOT_FOUND));
  EXPECT_EQ(Drafts(device)->drafts_size(), 1);
}

TEST_F(DraftTest, OneThatIsNotThereIsNotSaved) {
  clientpb::SaveDraftRequest save;
  save.set_draft_id(std::string(16, 'x'));
  EXPECT_THAT(device.Call<clientpb::SaveDraftResponse>("FieldService/SaveDraft", save),
              Fails(Reason::REASON_NOT_FOUND));
  save.set_draft_id("short");
  EXPECT_THAT(device.Call<clientpb::SaveDraftResponse>("FieldService/SaveDraft", save), Fails(Reason::REASON_LENGTH));
}

TEST_F(DraftTest, IsBounded) {
  EXPECT_THAT(NewDraft(device, Example(std::string(kAnswersBytesMax, 'x'))), Fails(Reason::REASON_TOO_LARGE));
}

TEST_F(DraftTest, IsNoItemYet) {
  const uint64_t waiting = *device.session().database().Read([](sql::ReadTxn& tx) { return CountWaiting(tx); });
  clientpb::ListItemsRequest outbox;
  outbox.set_outbox_only(true);
  const int listed = Items(device)->items_size(), in_outbox = Items(device, outbox)->items_size();
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  EXPECT_EQ(Items(device)->items_size(), listed);
  EXPECT_EQ(Items(device, outbox)->items_size(), in_outbox);
  EXPECT_THAT(GetItem(device, draft.draft_id()), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_EQ(*device.session().database().Read([](sql::ReadTxn& tx) { return CountWaiting(tx); }), waiting);

  ASSERT_OK(File(device, draft.draft_id()));
  EXPECT_EQ(Items(device)->items_size(), listed + 1);
  EXPECT_EQ(Items(device, outbox)->items_size(), in_outbox + 1);
  EXPECT_EQ(*device.session().database().Read([](sql::ReadTxn& tx) { return CountWaiting(tx); }), waiting + 1);
}

TEST_F(ReportTest, IsFiledWithoutANetwork) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK_AND_ASSIGN(const auto item, File(device, draft.draft_id()));
  EXPECT_EQ(item.item_id(), draft.draft_id());
  EXPECT_EQ(item.kind(), "report");
  EXPECT_EQ(item.state(), clientpb::ITEM_STATE_FILED);
  EXPECT_EQ(item.title(), "宴请代表");
  EXPECT_EQ(item.filed_at_us(), device.world.clock.NowUs());
  EXPECT_EQ(Drafts(device)->drafts_size(), 0);
}

TEST_F(ReportTest, TheOfficeOpensItAndNobodyElse) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK_AND_ASSIGN(const auto filed, File(device, draft.draft_id()));
  const Item item = Stored(device, filed.item_id());
  EXPECT_EQ(item.feed, record::Feed::Office());
  const sealing::SealContext context{office.id(), "office", item.author, recordpb::KIND_REPORT, item.item, ""};
  std::vector<sealing::SealingKeyPair> desk, other;
  desk.push_back(office.epoch().Copy());
  other.push_back(device.session().sealing_keys().Copy());
  ASSERT_OK_AND_ASSIGN(const std::string bytes, sealing::OpenContent(context, item.body, desk));
  EXPECT_THAT(sealing::OpenContent(context, item.body, other), Fails(Reason::REASON_NOT_GRANTED));
  contentpb::Content content;
  ASSERT_TRUE(content.ParseFromString(bytes));
  EXPECT_EQ(content.report().what(), Example().what());
  EXPECT_EQ(content.report().channel(), contentpb::CHANNEL_FIELD);
  EXPECT_EQ(content.report().filed_at_us(), device.world.clock.NowUs());
  EXPECT_EQ(content.report().client_version(), "qingfeng/0.1.0");
}

TEST_F(ReportTest, NothingOfItIsOnTheDiskInTheClear) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK(File(device, draft.draft_id()));
  ASSERT_OK(device.session().database().CheckpointFully());
  EXPECT_TRUE(device.disk.Scan("canary-what").empty());
  EXPECT_TRUE(device.disk.Scan("某候选人").empty());
}

TEST_F(ReportTest, MustNameABreachAndSayWhatHappened) {
  auto unknown = Example(), silent = Example(), nobody = Example(), blank = Example(), crowd = Example();
  unknown.set_violation("ban.littering");
  silent.set_what(" \n\u3000");
  nobody.add_people()->set_unit("某单位");
  blank.add_people()->set_name("\u3000");
  for (int i = 0; i < 60; ++i) crowd.add_people()->set_name("x");
  for (const auto& report : {contentpb::Report(), unknown, silent, nobody, blank, crowd}) {
    ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, report));
    EXPECT_THAT(File(device, draft.draft_id()), Fails(Reason::REASON_FORM));
  }
  EXPECT_EQ(Drafts(device)->drafts_size(), 6);
}

TEST(NewPhone, WaitsForTheFirstKeyOfTheOffice) {
  TestDevice device;
  TestOffice office;
  ASSERT_OK(device.Open());
  ASSERT_OK(device.Enrol(office.NewInvitation()));
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  EXPECT_THAT(File(device, draft.draft_id()), Fails(Reason::REASON_NO_EPOCH));
  EXPECT_EQ(Drafts(device)->drafts_size(), 1);
  ASSERT_OK(device.Read(office.Beginning()));
  EXPECT_OK(File(device, draft.draft_id()));
}

TEST_F(ReportTest, IsFiledOnce) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK(File(device, draft.draft_id()));
  EXPECT_THAT(File(device, draft.draft_id()), Fails(Reason::REASON_NOT_FOUND));
}

TEST_F(ReportTest, WakesSyncAndTheScreen) {
  int woken = 0;
  device.session().OnOutbox([&] { ++woken; });
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  EXPECT_EQ(woken, 0);
  ASSERT_OK(File(device, draft.draft_id()));
  EXPECT_EQ(woken, 1);
  device.session().OnOutbox(nullptr);
}

TEST_F(WithdrawTest, MakesADraftAgain) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK_AND_ASSIGN(const auto item, File(device, draft.draft_id()));
  clientpb::WithdrawItemRequest request;
  request.set_item_id(item.item_id());
  ASSERT_OK_AND_ASSIGN(const auto back,
                       device.Call<clientpb::WithdrawItemResponse>("FieldService/WithdrawItem", request));
  EXPECT_EQ(back.draft().draft_id(), item.item_id());
  EXPECT_EQ(back.draft().report().what(), Example().what());
  EXPECT_THAT(GetItem(device, item.item_id()), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_OK(File(device, draft.draft_id()));
}

TEST_F(WithdrawTest, IsTooLateOnceItIsPlaced) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK_AND_ASSIGN(const auto filed, File(device, draft.draft_id()));
  Item item = Stored(device, filed.item_id());
  item.state = ItemState::kPlaced;
  item.incarnation = office.entropy().Random<Incarnation>();
  item.sequence = 1;
  ASSERT_OK(device.session().database().Write([&](sql::WriteTxn& tx) { return UpdateItem(tx, item); }));
  clientpb::WithdrawItemRequest request;
  request.set_item_id(filed.item_id());
  EXPECT_THAT(device.Call<clientpb::WithdrawItemResponse>("FieldService/WithdrawItem", request),
              Fails(Reason::REASON_STATE));
  EXPECT_EQ(Drafts(device)->drafts_size(), 0);
  EXPECT_EQ(GetItem(device, filed.item_id())->item().state(), clientpb::ITEM_STATE_PLACED);
}

TEST_F(ItemsTest, AreListedNewestFirstPageByPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example(absl::StrCat("report ", i))));
    ASSERT_OK_AND_ASSIGN(const auto item, File(device, draft.draft_id()));
    ids.push_back(item.item_id());
  }
  clientpb::ListItemsRequest request;
  request.set_page_size(4);
  ASSERT_OK_AND_ASSIGN(const auto first, Items(device, request));
  ASSERT_EQ(first.items_size(), 4);
  EXPECT_TRUE(first.more());
  EXPECT_EQ(first.items(0).item_id(), ids[4]);
  request.set_after_item_id(first.items(3).item_id());
  ASSERT_OK_AND_ASSIGN(const auto second, Items(device, request));
  ASSERT_EQ(second.items_size(), 2);  // the first report, and the enrolment
  EXPECT_FALSE(second.more());
  EXPECT_EQ(second.items(0).item_id(), ids[0]);
  EXPECT_EQ(second.items(1).kind(), "enrol");
}

TEST_F(ItemsTest, AreFoundByTheirText) {
  for (const char* what : {"茶楼宴请", "Banquet at the TEA house", "发短信拉票"}) {
    ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example(what)));
    ASSERT_OK(File(device, draft.draft_id()));
  }
  const auto found = [&](const std::string& text) {
    clientpb::ListItemsRequest request;
    request.set_search(text);
    return Items(device, request)->items_size();
  };
  EXPECT_EQ(found("茶楼"), 1);
  EXPECT_EQ(found("tea HOUSE"), 1);
  EXPECT_EQ(found("某候选人"), 3);
  EXPECT_EQ(found("没有这回事"), 0);
}

TEST_F(ItemsTest, SayHowFarTheyAre) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  ASSERT_OK_AND_ASSIGN(const auto filed, File(device, draft.draft_id()));
  Item item = Stored(device, filed.item_id());
  item.record_id = office.entropy().Random<RecordId>();
  const auto set = [&](ItemState state, uint32_t files_left, uint64_t heard_size) {
    item.state = state;
    item.files_left = files_left;
    EXPECT_OK(device.session().database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      QF_TRY(UpdateItem(tx, item));
      QF_TRY(PutReceipt(tx, {item.record_id, {.position = 7, .received_at_us = 5}, "", 0}));
      return PutNumber(tx, Setting::kDeskAttestSize, heard_size);
    }));
    return GetItem(device, filed.item_id())->item();
  };
  EXPECT_EQ(set(ItemState::kAcknowledged, 1, 100).state(), clientpb::ITEM_STATE_PROVEN);
  EXPECT_EQ(set(ItemState::kAcknowledged, 0, 7).state(), clientpb::ITEM_STATE_COMPLETE);
  EXPECT_EQ(set(ItemState::kAcknowledged, 0, 8).state(), clientpb::ITEM_STATE_DELIVERED);
  EXPECT_EQ(set(ItemState::kRefused, 0, 8).state(), clientpb::ITEM_STATE_REFUSED);
  EXPECT_EQ(set(ItemState::kDamaged, 0, 8).state(), clientpb::ITEM_STATE_DAMAGED);
  EXPECT_EQ(set(ItemState::kAcknowledged, 0, 8).position(), 7u);
}

// --- Every crash point.

TEST(Crash, AFiledReportIsThereAndADraftIsNotLost) {
  int cuts = 0, filed_count = 0;
  for (uint64_t cut = 0;; ++cut) {
    TestDevice device(cut + 1);
    TestOffice office;
    ASSERT_OK(device.Settle(office));
    ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
    device.disk.CutAt(cut);
    const bool confirmed = File(device, draft.draft_id()).ok();
    const bool was_cut = device.disk.stopped();
    device.PowerCycle();
    ASSERT_OK(device.Open());
    ASSERT_OK(device.Unlock());
    const bool is_filed = GetItem(device, draft.draft_id()).ok();
    const bool is_draft = Drafts(device)->drafts_size() == 1;
    ASSERT_NE(is_filed, is_draft) << "both or neither";
    ASSERT_TRUE(is_filed || !confirmed) << "a confirmed report is gone";
    filed_count += is_filed;
    ASSERT_TRUE(!is_filed || GetItem(device, draft.draft_id())->report().what() == Example().what());
    if (!was_cut) break;
    ++cuts;
  }
  EXPECT_GT(cuts, 1);
  EXPECT_GT(filed_count, 0);
}

TEST(Crash, WhatASavedDraftSaysIsOldOrNew) {
  for (uint64_t cut = 0;; ++cut) {
    TestDevice device(cut + 1);
    TestOffice office;
    ASSERT_OK(device.Settle(office));
    ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example("old")));
    device.disk.CutAt(cut);
    clientpb::SaveDraftRequest save;
    save.set_draft_id(draft.draft_id());
    *save.mutable_report() = Example("new");
    const bool confirmed = device.Call<clientpb::SaveDraftResponse>("FieldService/SaveDraft", save).ok();
    const bool was_cut = device.disk.stopped();
    device.PowerCycle();
    ASSERT_OK(device.Open());
    ASSERT_OK(device.Unlock());
    ASSERT_OK_AND_ASSIGN(const auto drafts, Drafts(device));
    ASSERT_EQ(drafts.drafts_size(), 1);
    const std::string what = drafts.drafts(0).report().what();
    ASSERT_TRUE(what == "new" || (what == "old" && !confirmed)) << what;
    if (!was_cut) break;
  }
}

TEST_F(FullDiskTest, NothingConfirmedIsLostAndItWorksAgain) {
  ASSERT_OK_AND_ASSIGN(const auto draft, NewDraft(device, Example()));
  device.disk.SetCapacity(device.disk.UsedBytes());
  EXPECT_THAT(File(device, draft.draft_id()), Fails(Reason::REASON_DISK_FULL));
  device.disk.SetCapacity(sim::SimDisk::kForever);
  EXPECT_EQ(Drafts(device)->drafts_size(), 1);
  EXPECT_OK(File(device, draft.draft_id()));
}

}  // namespace
}  // namespace qf::client
