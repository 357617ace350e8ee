// What a reporter's phone makes of the desks' attests, all of it through exchanges.
#include "client-core/sync/attests.h"

#include "client-core/field/item.h"
#include "client-core/store/setting.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

class HeardTest : public DeskTest {
 protected:
  void File() {
    NewItem report;
    report.feed = record::Feed::Office();
    report.kind = recordpb::KIND_REPORT;
    report.audience = recordpb::AUDIENCE_OFFICE;
    contentpb::Content content;
    content.mutable_report()->set_what("what happened");
    report.content = content.SerializeAsString();
    ASSERT_OK_AND_ASSIGN(const Item item, phone->session().File(report));
    item_ = item.item;
    phone->Sync();
  }
  clientpb::ItemState State() {
    return *phone->session().database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::ItemState> {
      QF_TRY_ASSIGN(const Item item, client::GetItem(tx, item_));
      return StateOf(tx, item);
    });
  }
  clientpb::ItemState Synced() {
    phone->Sync();
    return State();
  }
  // The administrator's desk reads everything, and is free to say so.
  void DeskReads() {
    world.clock.Advance(2 * kMicrosPerHour);
    admin.Sync();
  }
  bool Unheard() {
    return *phone->session().database().Read([&](sql::ReadTxn& tx) { return IsOfficeUnheard(phone->session(), tx); });
  }
  bool UnheardAfter(uint64_t passed_us) {
    world.clock.Advance(passed_us);
    phone->Sync();
    return Unheard();
  }

  // An attest in the log by whoever it is.
  void Attested(const record::Signer& author, record::Feed feed, const std::string& checkpoint) {
    contentpb::Content content;
    content.mutable_attest()->set_checkpoint(checkpoint);
    log.Append(log.MakePublic(author, std::move(feed), recordpb::KIND_ATTEST, content.SerializeAsString()));
  }
  // One by a desk, with a checkpoint that the log's key has signed, which may be a lie.
  void AttestedByDesk(uint64_t size, const Digest& root) {
    Attested(admin.signer(), record::Feed::Broadcast(),
             log::FormatCheckpoint({log.office().office, log.term(), size, root}, log.log_key()));
  }

  std::unique_ptr<TestDesk> manager = NewManager();
  std::unique_ptr<TestDesk> phone = NewDesk(recordpb::ROLE_INFORMANT, "phone");
  ItemId item_;
};

TEST_F(HeardTest, AReportIsDeliveredOnceADeskHasReadBeyondIt) {
  File();
  EXPECT_EQ(State(), clientpb::ITEM_STATE_COMPLETE);
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_COMPLETE);  // the attests that came with enrolment do not cover it
  DeskReads();
  EXPECT_EQ(State(), clientpb::ITEM_STATE_COMPLETE);
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_DELIVERED);
  EXPECT_OK(phone->heard());
  phone->Reopen();
  EXPECT_EQ(State(), clientpb::ITEM_STATE_DELIVERED);
}

TEST_F(HeardTest, AReportThatIsLostWithItsTermIsDeliveredAgainOnlyWhenADeskHasReadItAgain) {
  const uint64_t size = log.size();
  File();
  DeskReads();
  ASSERT_EQ(Synced(), clientpb::ITEM_STATE_DELIVERED);
  log.Restore(size);
  ASSERT_OK(Restart(admin));
  phone->ExchangeOnce();  // adopts the term, and offers nothing yet
  EXPECT_EQ(State(), clientpb::ITEM_STATE_COMPLETE);
  EXPECT_EQ(Synced(),
            clientpb::ITEM_STATE_COMPLETE);  // with it, the old attest came back: of positions that are others
  DeskReads();
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_DELIVERED);
}

TEST_F(HeardTest, APlaceOfAnOlderTermIsNotCoveredByWhatTheDesksReadInThisOne) {
  const uint64_t size = log.size();
  File();
  log.Restore(size);
  ASSERT_OK(Restart(admin));
  DeskReads();
  while (log.size() < size + 10)
    log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, {}));
  phone->ExchangeOnce();
  ASSERT_OK(phone->session().database().Write(
      [&](sql::WriteTxn& tx) { return PutNumber(tx, Setting::kDeskAttestSize, log.size()); }));
  EXPECT_EQ(State(), clientpb::ITEM_STATE_COMPLETE);
}

TEST_F(HeardTest, ADeskThatWasShownAnotherLogDeliversNothing) {
  File();
  Digest other = log.RootAt(log.size());
  std::string bytes = other.str();
  bytes[0] ^= 1;
  AttestedByDesk(log.size(), *Digest::From(bytes));
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_COMPLETE);
  EXPECT_THAT(phone->heard(), Fails(Reason::REASON_FORK));
}

TEST_F(HeardTest, AnAttestOfMoreThanStoodBeforeItDeliversNothing) {
  File();
  while (log.size() < 40) log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, {}));
  const uint64_t ahead = log.size() + 1;
  AttestedByDesk(ahead, log.RootAt(1));
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_COMPLETE);
  EXPECT_OK(phone->heard());
}

TEST_F(HeardTest, OnlyADeskDelivers) {
  File();
  Attested(phone->signer(), record::Feed::Broadcast(), log.Checkpoint(log.size()));
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_COMPLETE);
  AttestedByDesk(log.size(), log.RootAt(log.size()));
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_DELIVERED);
}

TEST_F(HeardTest, AnAttestThatOnlyItsAuthorSignedDeliversNothing) {
  File();
  Attested(
      admin.signer(), record::Feed::Broadcast(),
      log::FormatCheckpoint({log.office().office, log.term(), log.size(), log.RootAt(log.size())}, admin.signer()));
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_COMPLETE);
}

TEST_F(HeardTest, ADeskKnowsItByItsOwnTree) {
  phone = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  File();
  DeskReads();
  EXPECT_EQ(Synced(), clientpb::ITEM_STATE_DELIVERED);
}

TEST_F(HeardTest, AnOfficeIsUnheardAfterSevenDaysWithoutAnAttest) {
  phone->Sync();
  EXPECT_FALSE(UnheardAfter(6 * kMicrosPerDay));
  EXPECT_TRUE(UnheardAfter(2 * kMicrosPerDay));
  Invite(recordpb::ROLE_INFORMANT);
  DeskReads();
  EXPECT_TRUE(Unheard());
  EXPECT_FALSE(UnheardAfter(0));
  phone->Reopen();
  EXPECT_FALSE(Unheard());
}

TEST_F(HeardTest, WhoWasAwayAskedNobody) {
  phone->Sync();
  world.clock.Advance(30 * kMicrosPerDay);
  EXPECT_FALSE(Unheard());
}

TEST_F(HeardTest, AnOldAttestThatIsGivenLateIsNoNews) {
  const uint64_t size = log.size();
  Invite(recordpb::ROLE_INFORMANT);
  DeskReads();
  phone->Sync();
  ASSERT_TRUE(UnheardAfter(8 * kMicrosPerDay));
  log.Restore(size);
  ASSERT_OK(Restart(admin));
  phone->Sync();  // brings the attest back itself
  EXPECT_TRUE(Unheard());
}

TEST_F(HeardTest, BeforeAnyAttestItIsTheOfficesKeyThatWasHeard) {
  ASSERT_OK(
      phone->session().database().Write([&](sql::WriteTxn& tx) { return PutNumber(tx, Setting::kDeskHeardUs, 0); }));
  EXPECT_FALSE(Unheard());
  world.clock.Advance(8 * kMicrosPerDay);
  ASSERT_OK(phone->session().database().Write(
      [&](sql::WriteTxn& tx) { return PutNumber(tx, Setting::kLastExchangeUs, world.clock.NowUs()); }));
  EXPECT_TRUE(Unheard());
}

}  // namespace
}  // namespace qf::client
