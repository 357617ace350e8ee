// What a device makes of an answer that is true, altered, or a lie. docs/protocol.md, "Receipt" and "Sync" 2–6.
#include "client-core/sync/exchange.h"

#include "client-core/session/office_constants.h"
#include "client-core/sync/acknowledge.h"
#include "client-core/sync/placing.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using serverpb::ExchangeResponse;

class ExchangeTest : public DeskTest {
 protected:
  struct Asked {
    Request request;
    ExchangeResponse answer;
  };
  // What `who` asks now, and what an honest server answers.
  Asked Ask(TestDesk& who) {
    Asked asked;
    auto request = BuildRequest(who.replica(), {});
    EXPECT_OK(request);
    asked.request = *std::move(request);
    asked.answer = log.Exchange(who.key(), asked.request.message);
    return asked;
  }
  static uint64_t CursorOf(TestDesk& who, const std::string& feed) {
    return *who.session().database().Read([&](sql::ReadTxn& tx) { return GetCursor(tx, feed); });
  }
  static uint64_t Waiting(TestDesk& who) {
    return *who.session().database().Read([](sql::ReadTxn& tx) { return CountWaiting(tx); });
  }

  // The altered answer fails with that reason, and nothing of its page was taken; the next true one is taken as ever.
  void ExpectRefused(TestDesk& who, const std::string& feed, Asked asked, Reason reason,
                     const std::function<void(ExchangeResponse&)>& alter) {
    const uint64_t cursor = CursorOf(who, feed);
    ExchangeResponse altered = asked.answer;
    alter(altered);
    ASSERT_NE(altered.SerializeAsString(), asked.answer.SerializeAsString());
    EXPECT_THAT(TakeExchange(who.replica(), asked.request, altered), Fails(reason));
    EXPECT_EQ(CursorOf(who, feed), cursor);
    asked = Ask(who);
    ASSERT_OK(TakeExchange(who.replica(), asked.request, asked.answer));
    EXPECT_GT(CursorOf(who, feed), cursor);
  }
  // The same on the administrator's desk, which reads the whole log.
  void ExpectPageRefused(Reason reason, const std::function<void(serverpb::Page&)>& alter) {
    for (int i = 0; i < 4; ++i) phone_.Enrol(Invite(recordpb::ROLE_INFORMANT));
    for (int i = 0; i < 4; ++i) log.Append(phone_.Seal(recordpb::KIND_REPORT, {}));
    Asked asked = Ask(admin);
    ASSERT_EQ(asked.answer.pages_size(), 1);
    ASSERT_GE(asked.answer.pages(0).entries_size(), 4);
    ExpectRefused(admin, "log", std::move(asked), reason,
                  [&](ExchangeResponse& answer) { alter(*answer.mutable_pages(0)); });
  }

  // Something of the administrator's own to send.
  void FileNotice() {
    NewItem item;
    item.feed = record::Feed::Broadcast();
    item.kind = recordpb::KIND_OFFICE;
    item.is_public = true;
    item.content = contentpb::Content().SerializeAsString();
    EXPECT_OK(admin.session().File(item));
  }

  std::unique_ptr<TestDesk> manager_ = NewManager();
  TestPhone phone_{log, world.entropy};
};

recordpb::Record* RecordIn(serverpb::Page& page, int i) { return page.mutable_entries(i)->mutable_record(); }
void Flip(std::string* bytes) { (*bytes)[bytes->size() / 2] ^= 1; }

TEST_F(ExchangeTest, ASignatureThatIsNotTheAuthors) {
  ExpectPageRefused(Reason::REASON_SIGNATURE,
                    [](serverpb::Page& page) { Flip(RecordIn(page, 1)->mutable_signature()); });
}

TEST_F(ExchangeTest, AHeaderThatWasChanged) {
  ExpectPageRefused(Reason::REASON_SIGNATURE, [](serverpb::Page& page) {
    recordpb::Header header;
    header.ParseFromString(page.entries(1).record().header());
    header.set_sequence(header.sequence() + 1);
    RecordIn(page, 1)->set_header(header.SerializeAsString());
  });
}

TEST_F(ExchangeTest, ABodyThatWasChanged) {
  ExpectPageRefused(Reason::REASON_MALFORMED, [](serverpb::Page& page) {
    for (int i = 0; i < page.entries_size(); ++i) {
      if (!page.entries(i).record().body().empty()) return Flip(RecordIn(page, i)->mutable_body());
    }
  });
}

TEST_F(ExchangeTest, AnEntryThatIsLeftOut) {
  ExpectPageRefused(Reason::REASON_PROOF, [](serverpb::Page& page) { page.mutable_entries()->DeleteSubrange(1, 1); });
}

TEST_F(ExchangeTest, AnEntryThatIsLeftOutAtTheEnd) {
  ExpectPageRefused(Reason::REASON_PROOF, [](serverpb::Page& page) { page.mutable_entries()->RemoveLast(); });
}

TEST_F(ExchangeTest, EntriesInAnotherOrder) {
  ExpectPageRefused(Reason::REASON_PROOF, [](serverpb::Page& page) { page.mutable_entries()->SwapElements(1, 2); });
}

TEST_F(ExchangeTest, ATimeOfArrivalThatWasMoved) {
  ExpectPageRefused(Reason::REASON_FORK, [](serverpb::Page& page) {
    auto* place = page.mutable_entries(1)->mutable_placement();
    place->set_received_at_us(place->received_at_us() + 1);
  });
}

TEST_F(ExchangeTest, AnAcceptedRecordShownAsRefused) {
  ExpectPageRefused(Reason::REASON_FORK, [](serverpb::Page& page) {
    page.mutable_entries(1)->mutable_placement()->set_verdict(static_cast<uint32_t>(Reason::REASON_ROLE));
  });
}

TEST_F(ExchangeTest, APageFromAnotherPlace) {
  ExpectPageRefused(Reason::REASON_PROOF, [](serverpb::Page& page) { page.set_from(page.from() + 1); });
}

TEST_F(ExchangeTest, APageUnderTheCheckpointOfAnotherSize) {
  const std::string older = log.Checkpoint(log.size());
  ExpectPageRefused(Reason::REASON_PROOF, [&](serverpb::Page& page) { page.set_checkpoint(older); });
}

TEST_F(ExchangeTest, ACheckpointThatTheLogKeyDidNotSign) {
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, {}));
  ExpectRefused(admin, "log", Ask(admin), Reason::REASON_PROOF, [](ExchangeResponse& answer) {
    std::string* note = answer.mutable_proofs()->mutable_checkpoint();
    char& symbol = (*note)[note->size() - 6];
    symbol = symbol == 'A' ? 'B' : 'A';  // base64 still
  });
}

TEST_F(ExchangeTest, TwoRootsOfOneTerm) {
  ASSERT_OK(TakeExchange(admin.replica(), Ask(admin).request, Ask(admin).answer));
  log.ForgeRoots();
  Asked asked = Ask(admin);
  EXPECT_THAT(TakeExchange(admin.replica(), asked.request, asked.answer), Fails(Reason::REASON_FORK));
}

TEST_F(ExchangeTest, AShorterLogThanBefore) {
  const Asked before = Ask(admin);
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, {}));
  const Asked after = Ask(admin);
  ASSERT_OK(TakeExchange(admin.replica(), after.request, after.answer));
  EXPECT_THAT(TakeExchange(admin.replica(), before.request, before.answer), Fails(Reason::REASON_FORK));
}

TEST_F(ExchangeTest, APathOfAPhonesFeedThatDoesNotLeadToTheRoot) {
  const auto phone = NewDesk(recordpb::ROLE_INFORMANT, "phone");
  Invite(recordpb::ROLE_INFORMANT);
  for (int i = 0; i < 3; ++i)
    log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, {}));
  ExpectRefused(*phone, "broadcast", Ask(*phone), Reason::REASON_PROOF, [](ExchangeResponse& answer) {
    for (auto& page : *answer.mutable_pages()) {
      if (page.feed() == "broadcast") page.mutable_entries(0)->mutable_placement()->set_clock_at_us(1);
    }
  });
}

// --- acknowledgements

class AcknowledgementTest : public ExchangeTest {
 protected:
  AcknowledgementTest() {
    FileNotice();
    asked_ = Ask(admin);
    EXPECT_EQ(asked_.answer.acknowledgements_size(), 1);
  }
  // Still waiting after the altered answer, acknowledged with a receipt after the true one.
  void ExpectNotBelieved(Reason reason, const std::function<void(serverpb::Acknowledgement&)>& alter) {
    ExchangeResponse altered = asked_.answer;
    alter(*altered.mutable_acknowledgements(0));
    EXPECT_THAT(TakeExchange(admin.replica(), asked_.request, altered), Fails(reason));
    EXPECT_EQ(Waiting(admin), 1u);
    asked_ = Ask(admin);
    ASSERT_OK(TakeExchange(admin.replica(), asked_.request, asked_.answer));
    EXPECT_EQ(Waiting(admin), 0u);
    ASSERT_EQ(asked_.request.push.size(), 1u);
    const RecordId id = asked_.request.push[0].record.id;
    const auto receipt = admin.session().database().Read([&](sql::ReadTxn& tx) { return FindReceipt(tx, id); });
    ASSERT_OK(receipt);
    EXPECT_TRUE(receipt->has_value());
  }

  Asked asked_;
};

TEST_F(AcknowledgementTest, WithoutItsPath) {
  ExpectNotBelieved(Reason::REASON_PROOF, [](serverpb::Acknowledgement& said) { said.clear_path(); });
}

TEST_F(AcknowledgementTest, OfAnotherPosition) {
  ExpectNotBelieved(Reason::REASON_PROOF, [](serverpb::Acknowledgement& said) {
    said.mutable_placement()->set_position(said.placement().position() - 1);
  });
}

TEST_F(AcknowledgementTest, OfAnotherTime) {
  ExpectNotBelieved(Reason::REASON_PROOF, [](serverpb::Acknowledgement& said) {
    said.mutable_placement()->set_received_at_us(said.placement().received_at_us() + 1);
  });
}

TEST_F(AcknowledgementTest, RefusedWithoutARefusalInTheLog) {
  ExpectNotBelieved(Reason::REASON_PROOF,
                    [](serverpb::Acknowledgement& said) { said.set_fate(serverpb::FATE_REFUSED); });
}

TEST_F(AcknowledgementTest, OfAFateThatNobodyKnows) {
  ExpectNotBelieved(Reason::REASON_PROTOCOL,
                    [](serverpb::Acknowledgement& said) { said.set_fate(static_cast<serverpb::Fate>(99)); });
}

TEST_F(AcknowledgementTest, AConflictWithARecordOfAnotherPlace) {
  ExpectNotBelieved(Reason::REASON_PROOF, [this](serverpb::Acknowledgement& said) {
    said.set_fate(serverpb::FATE_CONFLICT);
    *said.mutable_held() = log.entries()[0].record();
  });
}

TEST_F(AcknowledgementTest, OneAnswerTooFew) {
  ExchangeResponse altered = asked_.answer;
  altered.clear_acknowledgements();
  EXPECT_THAT(TakeExchange(admin.replica(), asked_.request, altered), Fails(Reason::REASON_PROTOCOL));
  EXPECT_EQ(Waiting(admin), 1u);
}

TEST_F(AcknowledgementTest, LaterKeepsItInTheOutboxAndSaysWhy) {
  ExchangeResponse altered = asked_.answer;
  auto* said = altered.mutable_acknowledgements(0);
  said->Clear();
  said->set_fate(serverpb::FATE_LATER);
  said->set_reason(Reason::REASON_QUOTA);
  said->set_retry_after_ms(60'000);
  ASSERT_OK_AND_ASSIGN(const auto result, TakeExchange(admin.replica(), asked_.request, altered));
  EXPECT_EQ(result.reason, Reason::REASON_QUOTA);
  EXPECT_EQ(result.retry_after_ms, 60'000u);
  EXPECT_EQ(Waiting(admin), 1u);
}

// docs/adr/0009.
TEST_F(ExchangeTest, BehindAHoleWhatWasAcknowledgedIsPlacedAnewOnceTheRefillHasEnded) {
  FileNotice();
  FileNotice();
  admin.Sync();
  const auto notices = [&] {
    auto items = *admin.session().database().Read(
        [](sql::ReadTxn& tx) { return ItemsInState(tx, ItemState::kAcknowledged, 100); });
    items.erase(
        std::remove_if(items.begin(), items.end(), [](const Item& item) { return item.kind != recordpb::KIND_OFFICE; }),
        items.end());
    return items;
  };
  std::vector<Pushed> push;
  for (const Item& item : notices()) push.push_back({*RecordOf(item), true});
  ASSERT_EQ(push.size(), 2u);
  const auto told = [&](Reason first, Reason second, Refill refill) {
    google::protobuf::RepeatedPtrField<serverpb::Acknowledgement> answers;
    for (const Reason reason : {first, second}) {
      answers.Add()->set_fate(serverpb::FATE_LATER);
      answers.rbegin()->set_reason(reason);
    }
    EXPECT_OK(TakeAcknowledgements(admin.replica(), push, answers, nullptr, refill));
    return notices().size();
  };
  EXPECT_EQ(told(Reason::REASON_GAP, Reason::REASON_GAP, Refill::kGoesOn), 2u);     // a desk may bring it yet
  EXPECT_EQ(told(Reason::REASON_BUSY, Reason::REASON_GAP, Refill::kHasEnded), 2u);  // what is before it comes later
  EXPECT_EQ(told(Reason::REASON_GAP, Reason::REASON_GAP, Refill::kHasEnded), 0u);
  admin.Sync();
  const auto anew = notices();
  ASSERT_EQ(anew.size(), 2u);
  for (const Item& item : anew) EXPECT_NE(item.record_id, push[0].record.id);
}

TEST_F(ExchangeTest, MalformedThreeTimesIsVoidedAndTheContentStays) {
  FileNotice();
  for (int time = 0; time < 3; ++time) {
    ASSERT_OK_AND_ASSIGN(const auto request, BuildRequest(admin.replica(), {}));
    ASSERT_EQ(request.push.size(), 1u) << time;
    EXPECT_EQ(request.push[0].record.header.kind, recordpb::KIND_OFFICE) << time;
    auto without = request.message;
    without.clear_push();
    ExchangeResponse answer = log.Exchange(admin.key(), without);
    answer.add_acknowledgements()->set_fate(serverpb::FATE_MALFORMED);
    ASSERT_OK(TakeExchange(admin.replica(), request, answer));
  }
  ASSERT_OK_AND_ASSIGN(const auto request, BuildRequest(admin.replica(), {}));
  ASSERT_EQ(request.push.size(), 1u);
  EXPECT_EQ(request.push[0].record.header.kind, recordpb::KIND_VOID);
}

// On a network that answers nothing, a screen said "waiting to be sent" of what was on its way.
TEST_F(ExchangeTest, WhoeverWatchesHearsThatSomethingIsOnItsWay) {
  FileNotice();
  std::vector<clientpb::WatchResponse> heard;
  admin.session().OnChange([&](const clientpb::WatchResponse& event) { heard.push_back(event); });
  ASSERT_OK(BuildRequest(admin.replica(), {}));
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_TRUE(heard[0].changes().items());
  admin.session().OnChange(nullptr);
}

// --- terms

// Nobody signs for the server's clock.
TEST_F(ExchangeTest, AServersClockThatLeapsEndsCertificatesOnlyUntilItIsRightAgain) {
  manager_->Sync();
  ASSERT_EQ(manager_->session().Standing().role, recordpb::ROLE_CASE_MANAGER);
  log.clock_ahead_us = 5 * 365 * kMicrosPerDay;
  manager_->ExchangeOnce();
  EXPECT_EQ(manager_->session().Standing().role, recordpb::ROLE_UNSPECIFIED);
  manager_->Reopen();  // what it said last still stands
  EXPECT_EQ(manager_->session().Standing().role, recordpb::ROLE_UNSPECIFIED);
  log.clock_ahead_us = 0;
  manager_->ExchangeOnce();
  EXPECT_EQ(manager_->session().Standing().role, recordpb::ROLE_CASE_MANAGER);
  manager_->Reopen();
  EXPECT_EQ(manager_->session().Standing().role, recordpb::ROLE_CASE_MANAGER);
}

TEST_F(ExchangeTest, AServersClockThatIsBehindTakesNoInstantOfTheLogBack) {
  manager_->Sync();
  const uint64_t last_us = log.Append(phone_.Seal(recordpb::KIND_REPORT, {})).received_at_us;
  Asked asked = Ask(*manager_);
  asked.answer.mutable_welcome()->set_server_time_us(1);
  ASSERT_OK(TakeExchange(manager_->replica(), asked.request, asked.answer));
  EXPECT_EQ(manager_->session().LogNowUs(), last_us);
  manager_->Reopen();
  EXPECT_EQ(manager_->session().LogNowUs(), last_us);
}

TEST_F(ExchangeTest, AnOlderTermIsAServerThatWasPutBack) {
  Asked asked = Ask(admin);
  asked.answer.mutable_welcome()->set_term(log.term() - 1);
  const uint64_t cursor = CursorOf(admin, "log");
  ASSERT_OK_AND_ASSIGN(const auto result, TakeExchange(admin.replica(), asked.request, asked.answer));
  EXPECT_EQ(result.reason, Reason::REASON_ROLLED_BACK);
  EXPECT_EQ(CursorOf(admin, "log"), cursor);
}

TEST_F(ExchangeTest, ANewerTermIsAdoptedBeforeAnythingElse) {
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, {}));
  Asked asked = Ask(admin);
  asked.answer.mutable_welcome()->set_term(log.term() + 1);
  const uint64_t cursor = CursorOf(admin, "log");
  ASSERT_OK_AND_ASSIGN(const auto result, TakeExchange(admin.replica(), asked.request, asked.answer));
  EXPECT_TRUE(result.newer_term);
  EXPECT_EQ(CursorOf(admin, "log"), cursor);
}

TEST_F(ExchangeTest, CutOffBetweenANewTermAndItsFirstPageADeviceStillFiles) {
  const auto phone = NewDesk(recordpb::ROLE_INFORMANT, "phone");
  NewItem report;
  report.kind = recordpb::KIND_REPORT;
  report.feed = record::Feed::Office();
  report.audience = recordpb::AUDIENCE_OFFICE;
  report.content = contentpb::Content().SerializeAsString();
  ASSERT_OK(phone->session().File(report));
  phone->Sync();

  log.Restore(1);  // nothing but GENESIS is left
  ASSERT_OK(Restart(admin));
  phone->ExchangeOnce();  // adopts the term, and reads nothing yet
  EXPECT_FALSE(phone->session().authority().NewestEpoch(recordpb::AUDIENCE_OFFICE).has_value());
  EXPECT_OK(phone->session().File(report));
  phone->Reopen();
  EXPECT_OK(phone->session().File(report));
}

// Whoever changed one constant in between would have set all others back.
TEST_F(ExchangeTest, CutOffThereADeviceKnowsWhatTheOfficeSaidOfItself) {
  const auto phone = NewDesk(recordpb::ROLE_INFORMANT, "phone");
  NewItem office;
  office.kind = recordpb::KIND_OFFICE;
  office.feed = record::Feed::Broadcast();
  office.clear.mutable_office()->set_time_zone("Asia/Urumqi");
  ASSERT_OK(admin.session().File(office));
  admin.Sync();
  phone->Sync();

  log.Restore(1);
  ASSERT_OK(Restart(admin));
  phone->ExchangeOnce();
  EXPECT_EQ(OfficeConstants(phone->session())->time_zone(), "Asia/Urumqi");
  phone->Reopen();
  EXPECT_EQ(OfficeConstants(phone->session())->time_zone(), "Asia/Urumqi");
  admin.Sync();
  phone->Sync();
  EXPECT_EQ(OfficeConstants(phone->session())->time_zone(), "Asia/Urumqi");
}

TEST_F(ExchangeTest, LateBodiesThatNobodyNamedArePassedOver) {
  Asked asked = Ask(admin);
  auto* late = asked.answer.add_late_bodies();
  late->set_record_id("short");
  late = asked.answer.add_late_bodies();
  late->set_record_id(std::string(32, 'r'));
  late->set_body("body");
  EXPECT_OK(TakeExchange(admin.replica(), asked.request, asked.answer));
}

}  // namespace
}  // namespace qf::client
