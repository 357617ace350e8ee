#include "client-core/desk/keys.h"

#include "client-core/desk/revoke.h"
#include "client-core/desk/roster.h"
#include "common/sealing/shares.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class KeysTest : public DeskTest {
 protected:
  std::vector<record::EpochKey> Epochs() { return log.authority().Epochs(recordpb::AUDIENCE_OFFICE); }
  size_t GrantsTo(const TestDesk& desk) {
    size_t count = 0;
    for (const auto& entry : Find(recordpb::KIND_GRANT)) {
      count += entry.record.header.feed == record::Feed::Inbox(desk.key()) && entry.place.verdict == 0 ? 1 : 0;
    }
    return count;
  }
  bool Holds(TestDesk& desk, const SealingKey& key) {
    for (const auto& pair : desk.session().opening_keys()) {
      if (pair.public_key() == key) return true;
    }
    return false;
  }
  void Revoke(const TestDesk& desk, recordpb::RevokeMode mode = recordpb::REVOKE_MODE_DRAIN) {
    clientpb::RevokeDeviceRequest request;
    request.set_device_key(desk.key().str());
    request.set_mode(mode);
    ASSERT_OK(RevokeDevice(admin.session(), request));
    admin.Sync();
    world.clock.Advance(kMicrosPerSecond);
    admin.Sync();
  }
  void SyncAll(std::vector<TestDesk*> desks) {
    for (int i = 0; i < 3; ++i) {
      for (TestDesk* desk : desks) desk->Sync();
    }
  }
};

TEST_F(KeysTest, TheFirstCaseManagerMakesTheFirstKeyOnceItsGrantIsInTheLog) {
  const auto manager = NewManager();
  ASSERT_THAT(Epochs(), SizeIs(1));
  EXPECT_EQ(Epochs()[0].number, 1u);
  EXPECT_TRUE(Holds(*manager, Epochs()[0].public_key));
  // GRANT stands before EPOCH, and names the key.
  const auto grants = Find(recordpb::KIND_GRANT), epochs = Find(recordpb::KIND_EPOCH);
  ASSERT_THAT(grants, SizeIs(1));
  ASSERT_THAT(epochs, SizeIs(1));
  EXPECT_LT(grants[0].place.position, epochs[0].place.position);
  EXPECT_EQ(grants[0].record.header.clear.epoch().public_key(), Epochs()[0].public_key.bytes());
  EXPECT_TRUE(grants[0].record.header.clear.epoch().secret_for_recovery().empty());
  manager->Reopen();
  SyncAll({manager.get(), &admin});
  EXPECT_THAT(Find(recordpb::KIND_EPOCH), SizeIs(1));
  EXPECT_THAT(Find(recordpb::KIND_GRANT), SizeIs(1));
}

TEST_F(KeysTest, NoKeyIsPublishedBeforeItsGrantIsAcknowledged) {
  const auto manager = NewDesk(recordpb::ROLE_CASE_MANAGER, "manager");
  EXPECT_THAT(Find(recordpb::KIND_EPOCH), SizeIs(testing::Le(1)));
  // A second key, step by step: begun, but its GRANT never reaches the log while the desk is off line.
  manager->Sync();
  const size_t before = Epochs().size();
  ASSERT_OK(PublishEpoch(manager->session(), {}));
  world.loop.Run();
  manager->Reopen();
  world.loop.Run();
  const auto waiting =
      *manager->session().database().Read([](sql::ReadTxn& tx) { return ListItems(tx, 0, 100, true); });
  for (const Item& item : waiting) EXPECT_EQ(item.kind, recordpb::KIND_GRANT);
  EXPECT_EQ(Epochs().size(), before);
  manager->Sync();
  EXPECT_EQ(Epochs().size(), before + 1);
}

TEST_F(KeysTest, TheRecoveryKitOpensEveryKey) {
  const auto manager = NewManager();
  const auto& shares = log.office().recovery_shares;
  const Secret kit =
      *sealing::Combine(*sealing::ParseShare(shares[0].bytes()), *sealing::ParseShare(shares[2].bytes()));
  const auto keys = *sealing::DeriveKitKeys(kit.bytes());
  const auto epoch = Find(recordpb::KIND_EPOCH)[0].record.header;
  const sealing::SealContext context{
      epoch.office, epoch.feed.name(), epoch.author, static_cast<uint64_t>(epoch.kind), epoch.item, ""};
  std::vector<sealing::SealingKeyPair> pairs;
  pairs.push_back(keys.sealing.Copy());
  ASSERT_OK_AND_ASSIGN(const std::string bytes,
                       sealing::OpenContent(context, epoch.clear.epoch().secret_for_recovery(), pairs));
  contentpb::Content content;
  ASSERT_TRUE(content.ParseFromString(bytes));
  EXPECT_EQ(sealing::SealingKeyPair::FromSecret(content.grant().secret_key())->public_key(), Epochs()[0].public_key);
}

TEST_F(KeysTest, ANewDeskIsGrantedEveryKeyOnceItsFingerprintWasCompared) {
  const auto manager = NewManager();
  ASSERT_OK(PublishEpoch(manager->session(), {}));
  manager->Sync();
  ASSERT_THAT(Epochs(), SizeIs(2));
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  SyncAll({manager.get(), duty.get()});
  EXPECT_EQ(GrantsTo(*duty), 0u);  // certified is not enough

  clientpb::GrantKeysRequest wrong;
  wrong.set_device_key(duty->key().str());
  wrong.set_fingerprint("00000 00000 00000 00000 00000");
  EXPECT_THAT(GrantKeys(manager->session(), wrong), Fails(Reason::REASON_FINGERPRINT));
  EXPECT_THAT(Grant(admin, *duty), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Grant(*manager, admin), Fails(Reason::REASON_NOT_FOUND));  // of no audience

  ASSERT_OK_AND_ASSIGN(const auto granted, Grant(*manager, *duty));
  EXPECT_EQ(granted.granted(), 2u);
  manager->Sync();
  duty->Sync();
  for (const auto& epoch : Epochs()) EXPECT_TRUE(Holds(*duty, epoch.public_key));
  ASSERT_OK_AND_ASSIGN(const auto again, Grant(*manager, *duty));
  EXPECT_EQ(again.granted(), 0u);
  duty->Reopen();
  for (const auto& epoch : Epochs()) EXPECT_TRUE(Holds(*duty, epoch.public_key));
}

TEST_F(KeysTest, LaterKeysGoToEveryConfirmedDeskAndToNoOther) {
  const auto manager = NewManager();
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  const auto stranger = NewDesk(recordpb::ROLE_INVESTIGATOR, "stranger");
  manager->Sync();
  ASSERT_OK(Grant(*manager, *duty));
  SyncAll({manager.get(), duty.get()});
  ASSERT_OK(PublishEpoch(manager->session(), {}));
  SyncAll({manager.get(), duty.get(), stranger.get()});
  ASSERT_THAT(Epochs(), SizeIs(2));
  EXPECT_TRUE(Holds(*duty, Epochs()[1].public_key));
  EXPECT_EQ(GrantsTo(*stranger), 0u);
  EXPECT_FALSE(Holds(*stranger, Epochs()[1].public_key));
  EXPECT_THAT(EvidenceOf(*stranger), IsEmpty());  // a new desk waits, it does not alarm
}

TEST_F(KeysTest, AfterADeskWasRevokedANewKeyFollowsThatItDoesNotGet) {
  const auto manager = NewManager();
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty"), other = NewDesk(recordpb::ROLE_INVESTIGATOR, "other");
  manager->Sync();
  ASSERT_OK(Grant(*manager, *duty));
  ASSERT_OK(Grant(*manager, *other));
  SyncAll({manager.get(), duty.get(), other.get()});
  world.clock.Advance(2 * kMicrosPerHour);
  Revoke(*duty);
  SyncAll({manager.get(), other.get()});
  ASSERT_THAT(Epochs(), SizeIs(2));
  EXPECT_EQ(Epochs()[1].number, 2u);
  EXPECT_EQ(GrantsTo(*duty), 1u);
  EXPECT_TRUE(Holds(*other, Epochs()[1].public_key));
  world.clock.Advance(2 * kMicrosPerHour);
  SyncAll({manager.get(), &admin, other.get()});
  EXPECT_THAT(Epochs(), SizeIs(2));  // and no third
}

TEST_F(KeysTest, AKeyThatWasBegunBeforeTheRevocationIsNotPublished) {
  const auto manager = NewManager();
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  manager->Sync();
  ASSERT_OK(Grant(*manager, *duty));
  SyncAll({manager.get(), duty.get()});
  world.clock.Advance(2 * kMicrosPerHour);
  ASSERT_OK(PublishEpoch(manager->session(), {}));
  manager->ExchangeOnce();  // the GRANTs are in the log, and acknowledged …
  Revoke(*duty);            // … and one of their readers goes
  const auto begun = Find(recordpb::KIND_GRANT).back().record.header.clear.epoch().public_key();
  world.clock.Advance(2 * kMicrosPerHour);
  SyncAll({manager.get(), &admin});
  EXPECT_FALSE(Epochs().empty());
  EXPECT_NE(Epochs().back().public_key.bytes(), begun);
  for (const auto& grant : Find(recordpb::KIND_GRANT)) {
    if (grant.record.header.clear.epoch().public_key() != Epochs().back().public_key.bytes()) continue;
    EXPECT_FALSE(grant.record.header.feed == record::Feed::Inbox(duty->key()));
  }
}

TEST_F(KeysTest, AKeyIsAtMostAWeekOld) {
  const auto manager = NewManager();
  const uint64_t first_us = Epochs()[0].clock_at_us;
  for (int day = 0; day < 30; ++day) {
    world.clock.Advance(kMicrosPerDay);
    SyncAll({manager.get()});
    ASSERT_LE(world.clock.NowUs(), Epochs().back().clock_at_us + 7 * kMicrosPerDay) << day;
  }
  EXPECT_GT(first_us, 0u);
  EXPECT_LE(Epochs().size(), 6u);  // and not much younger
  EXPECT_GE(Epochs().size(), 5u);
}

TEST_F(KeysTest, TwoCaseManagersTakeTurnsAndOneIsEnough) {
  const auto manager = NewManager();
  const auto second = NewDesk(recordpb::ROLE_CASE_MANAGER, "second");
  SyncAll({manager.get(), second.get()});
  EXPECT_THAT(Epochs(), SizeIs(1));  // the second waits to be granted
  ASSERT_OK(Grant(*manager, *second));
  SyncAll({manager.get(), second.get()});
  for (int day = 0; day < 15; ++day) {
    world.clock.Advance(kMicrosPerDay);
    SyncAll({second.get(), manager.get()});
  }
  EXPECT_THAT(Epochs(), SizeIs(3));
  // The first goes on leave; the other keeps the schedule.
  for (int day = 0; day < 15; ++day) {
    world.clock.Advance(kMicrosPerDay);
    second->Sync();
    ASSERT_LE(world.clock.NowUs(), Epochs().back().clock_at_us + 7 * kMicrosPerDay) << day;
  }
}

TEST_F(KeysTest, ADeskThatWasNotGrantedAPublishedKeyAlarms) {
  const auto manager = NewManager();
  const auto second = NewDesk(recordpb::ROLE_CASE_MANAGER, "second");
  manager->Sync();
  ASSERT_OK(Grant(*manager, *second));
  SyncAll({manager.get(), second.get()});
  // A case manager gone astray publishes a key for itself alone.
  record::Signer astray = record::Signer::Generate(world.entropy);
  recordpb::ClearPart certificate;
  certificate.mutable_certificate()->mutable_device()->set_signing_key(astray.public_key().str());
  certificate.mutable_certificate()->mutable_device()->set_sealing_key(std::string(32, 's'));
  certificate.mutable_certificate()->set_role(recordpb::ROLE_CASE_MANAGER);
  certificate.mutable_certificate()->set_to_us(INT64_MAX);
  NewItem item;
  item.feed = record::Feed::Broadcast();
  item.kind = recordpb::KIND_CERTIFICATE;
  item.clear = certificate;
  ASSERT_OK(admin.session().File(item));
  admin.Sync();
  recordpb::ClearPart epoch;
  epoch.mutable_epoch()->set_audience(recordpb::AUDIENCE_OFFICE);
  epoch.mutable_epoch()->set_number(7);
  const auto pair = sealing::SealingKeyPair::Generate(world.entropy);
  epoch.mutable_epoch()->set_public_key(pair.public_key().str());
  log.Append(log.Make(astray, record::Feed::Broadcast(), recordpb::KIND_EPOCH, epoch));
  second->Sync();
  EXPECT_THAT(EvidenceOf(*second), IsEmpty());  // its GRANT may be on the way
  world.clock.Advance(2 * kMicrosPerHour);
  second->Sync();
  world.clock.Advance(2 * kMicrosPerHour);
  second->Sync();
  ASSERT_THAT(EvidenceOf(*second), SizeIs(1));
  EXPECT_EQ(EvidenceOf(*second)[0].reason, Reason::REASON_NOT_GRANTED);

  // Granted after all: whoever made it was cut off in between.
  ASSERT_OK(second->session().database().Write(
      [&](sql::WriteTxn& tx) { return second->session().KeepEpochSecret(tx, recordpb::AUDIENCE_OFFICE, 7, pair); }));
  Invite(recordpb::ROLE_INFORMANT);  // news
  second->Sync();
  EXPECT_THAT(EvidenceOf(*second), IsEmpty());
}

TEST_F(KeysTest, AGrantByWhoMayNotOrOfAnotherKeyIsNotTaken) {
  const auto manager = NewManager();
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  const auto pair = sealing::SealingKeyPair::Generate(world.entropy);
  const auto grant = [&](TestDesk& from, const SealingKey& named) {
    contentpb::Content content;
    content.mutable_grant()->set_audience(recordpb::AUDIENCE_OFFICE);
    content.mutable_grant()->set_number(9);
    content.mutable_grant()->set_secret_key(std::string(pair.secret_key().bytes()));
    NewItem item;
    item.feed = record::Feed::Inbox(duty->key());
    item.kind = recordpb::KIND_GRANT;
    item.content = content.SerializeAsString();
    item.readers = {*SealingKey::From(duty->PublicKeys().sealing_key())};
    item.clear.mutable_epoch()->set_audience(recordpb::AUDIENCE_OFFICE);
    item.clear.mutable_epoch()->set_number(9);
    item.clear.mutable_epoch()->set_public_key(named.str());
    ASSERT_OK(from.session().File(item));
    from.Sync();
    duty->Sync();
  };
  grant(admin, pair.public_key());  // refused by the log, too
  EXPECT_FALSE(Holds(*duty, pair.public_key()));
  grant(*manager, *SealingKey::From(std::string(32, 'o')));  // names another key than it holds
  EXPECT_FALSE(Holds(*duty, pair.public_key()));
  grant(*manager, pair.public_key());
  EXPECT_TRUE(Holds(*duty, pair.public_key()));
}

TEST_F(KeysTest, OnlyTheMakersOfAnAudiencePublish) {
  const auto manager = NewManager();
  clientpb::PublishEpochRequest oversight;
  oversight.set_audience(recordpb::AUDIENCE_OVERSIGHT);
  EXPECT_THAT(PublishEpoch(manager->session(), oversight), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(PublishEpoch(admin.session(), {}), Fails(Reason::REASON_ROLE));
  ASSERT_OK_AND_ASSIGN(const auto first, PublishEpoch(manager->session(), {}));
  ASSERT_OK_AND_ASSIGN(const auto again, PublishEpoch(manager->session(), {}));
  EXPECT_EQ(first.number(), 2u);
  EXPECT_EQ(again.number(), 2u);  // the one under way
  manager->Sync();
  EXPECT_EQ(Epochs().back().number, 2u);
}

TEST_F(KeysTest, HasAllKeysSaysWhoHasBeenGranted) {
  const auto manager = NewManager();
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  manager->Sync();
  Roster roster = *ReadRoster(manager->session());
  EXPECT_TRUE(HasAllKeys(manager->session(), roster, manager->key(), recordpb::ROLE_CASE_MANAGER));
  EXPECT_FALSE(HasAllKeys(manager->session(), roster, duty->key(), recordpb::ROLE_DUTY_OFFICER));
  ASSERT_OK(Grant(*manager, *duty));
  manager->Sync();
  roster = *ReadRoster(manager->session());
  EXPECT_TRUE(HasAllKeys(manager->session(), roster, duty->key(), recordpb::ROLE_DUTY_OFFICER));
}

}  // namespace
}  // namespace qf::client
