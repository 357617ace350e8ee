#include "client-core/desk/attests.h"

#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class AttestsTest : public DeskTest {
 protected:
  contentpb::Attest ContentOfAttest(const record::Entry& entry) {
    contentpb::Content content;
    EXPECT_TRUE(content.ParseFromString(*sealing::OpenPublicContent(entry.record.body)));
    return content.attest();
  }
  std::vector<record::Entry> AttestsOf(const SigningKey& author) {
    auto all = Find(recordpb::KIND_ATTEST);
    std::erase_if(all, [&](const record::Entry& e) { return e.record.header.author != author; });
    return all;
  }
  // An attest by a supervisor who is certified.
  std::unique_ptr<TestPhone> NewSupervisor() {
    auto phone = std::make_unique<TestPhone>(log, world.entropy);
    phone->Enrol(Invite(recordpb::ROLE_SUPERVISOR));
    admin.Sync();
    return phone;
  }
  void AppendAttest(const TestPhone& phone, const std::string& checkpoint,
                    std::optional<contentpb::StreamSeen> seen = {}, std::optional<uint64_t> clock_at_us = {}) {
    contentpb::Content content;
    content.mutable_attest()->set_checkpoint(checkpoint);
    if (seen.has_value()) *content.mutable_attest()->add_streams() = *seen;
    log.Append(
        log.MakePublic(phone.signer(), record::Feed::Office(), recordpb::KIND_ATTEST, content.SerializeAsString()), 0,
        clock_at_us);
  }
};

TEST_F(AttestsTest, ADeskSaysWhatItHasRead) {
  NewPhone("Li");
  world.clock.Advance(2 * kMicrosPerHour);
  Invite(recordpb::ROLE_INFORMANT);  // news
  const auto attests = AttestsOf(admin.key());
  ASSERT_FALSE(attests.empty());
  const auto attest = ContentOfAttest(attests.back());
  ASSERT_OK_AND_ASSIGN(const auto checkpoint,
                       log::ParseCheckpoint(attest.checkpoint(), log.office().office, log.log_key().public_key()));
  EXPECT_LE(checkpoint.size, attests.back().place.position);
  uint64_t broadcast = 0;
  for (uint64_t i = 0; i < checkpoint.size; ++i) {
    broadcast += record::ParseHeader(log.entries()[i].record().header())->feed.kind == record::FeedKind::kBroadcast;
  }
  EXPECT_EQ(attest.broadcast_entries(), broadcast);
  EXPECT_EQ(attest.reply_entries(), 0u);
  EXPECT_FALSE(attest.outbox_stuck());
  for (const auto& stream : attest.streams()) EXPECT_GT(stream.sequence(), 0u);
  EXPECT_EQ(attests.back().record.header.feed.name(), "broadcast");
}

TEST_F(AttestsTest, AtMostOnceAnHourAndOnlyWhileThereIsNews) {
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  world.clock.Advance(2 * kMicrosPerHour);
  Invite(recordpb::ROLE_INFORMANT);
  duty->Sync();
  admin.Sync();
  const size_t before = Find(recordpb::KIND_ATTEST).size();
  for (int i = 0; i < 5; ++i) {  // much news within the hour
    world.clock.Advance(10 * kMicrosPerMinute);
    Invite(recordpb::ROLE_INFORMANT);
    duty->Sync();
  }
  EXPECT_EQ(Find(recordpb::KIND_ATTEST).size(), before);
  world.clock.Advance(kMicrosPerHour);
  Invite(recordpb::ROLE_INFORMANT);
  duty->Sync();
  admin.Sync();
  const size_t after = Find(recordpb::KIND_ATTEST).size();
  EXPECT_EQ(after, before + 2);
  for (int i = 0; i < 10; ++i) {  // a night without news but attests
    world.clock.Advance(kMicrosPerHour);
    duty->Sync();
    admin.Sync();
  }
  EXPECT_EQ(Find(recordpb::KIND_ATTEST).size(), after);
}

TEST_F(AttestsTest, ALeapOfTheServersClockSilencesNobody) {
  log.clock_ahead_us = 5 * 365 * kMicrosPerDay;
  Invite(recordpb::ROLE_INFORMANT);
  log.clock_ahead_us = 0;
  const size_t before = Find(recordpb::KIND_ATTEST).size();
  world.clock.Advance(2 * kMicrosPerHour);
  Invite(recordpb::ROLE_INFORMANT);
  EXPECT_GT(Find(recordpb::KIND_ATTEST).size(), before);
}

TEST_F(AttestsTest, HonestOnesRaiseNoAlarm) {
  const auto supervisor = NewSupervisor();
  const auto manager = NewManager();
  for (int i = 0; i < 5; ++i) {
    world.clock.Advance(kMicrosPerHour);
    contentpb::StreamSeen seen;
    const auto header = Find(recordpb::KIND_ENROL)[0].record.header;
    seen.set_incarnation(header.incarnation.str());
    seen.set_feed("roster");
    seen.set_sequence(1);
    AppendAttest(*supervisor, log.Checkpoint(log.size()), seen);
    Invite(recordpb::ROLE_INFORMANT);
    admin.Sync();
    manager->Sync();
  }
  EXPECT_THAT(EvidenceOf(admin), IsEmpty());
  EXPECT_THAT(EvidenceOf(*manager), IsEmpty());
}

TEST_F(AttestsTest, AnotherRootAtItsSizeIsAFork) {
  const auto supervisor = NewSupervisor();
  log::Checkpoint forged{log.office().office, 1, log.size(), Sha256("another history")};
  AppendAttest(*supervisor, log::FormatCheckpoint(forged, log.log_key()));
  admin.Sync();
  ASSERT_THAT(EvidenceOf(admin), SizeIs(1));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_FORK);
  admin.Reopen();
  admin.Sync();
  EXPECT_THAT(EvidenceOf(admin), SizeIs(1));  // kept once
}

TEST_F(AttestsTest, MoreOfTheLogThanStoodBeforeItIsAFork) {
  const auto supervisor = NewSupervisor();
  log::Checkpoint ahead{log.office().office, 1, log.size() + 5, Sha256("what the others were not shown")};
  AppendAttest(*supervisor, log::FormatCheckpoint(ahead, log.log_key()));
  admin.Sync();
  ASSERT_THAT(EvidenceOf(admin), SizeIs(1));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_FORK);
}

TEST_F(AttestsTest, AnAcknowledgedRecordThatIsNotThereIsWithheld) {
  const auto supervisor = NewSupervisor();
  contentpb::StreamSeen seen;
  seen.set_incarnation(std::string(8, 'i'));
  seen.set_feed("office");
  seen.set_sequence(1);
  AppendAttest(*supervisor, log.Checkpoint(log.size()), seen);
  admin.Sync();
  ASSERT_THAT(EvidenceOf(admin), SizeIs(1));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_FORK);
}

TEST_F(AttestsTest, ACheckpointThatTheLogDidNotSignIsKeptAsSuch) {
  const auto supervisor = NewSupervisor();
  AppendAttest(*supervisor, log::FormatCheckpoint({log.office().office, 1, 1, log.RootAt(1)}, supervisor->signer()));
  AppendAttest(*supervisor, "no note at all");
  admin.Sync();
  ASSERT_THAT(EvidenceOf(admin), SizeIs(2));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_PROOF);
  EXPECT_EQ(EvidenceOf(admin)[1].reason, Reason::REASON_PROOF);
}

TEST_F(AttestsTest, WhatWhoMayNotAttestSaysIsPassedOver) {
  const auto phone = NewPhone("Li");  // an informant
  log::Checkpoint forged{log.office().office, 1, log.size(), Sha256("another history")};
  AppendAttest(*phone, log::FormatCheckpoint(forged, log.log_key()));
  admin.Sync();
  EXPECT_THAT(EvidenceOf(admin), IsEmpty());
}

TEST_F(AttestsTest, AnOfficeDayMayBeTurnedFast) {
  NewItem item;
  item.feed = record::Feed::Broadcast();
  item.kind = recordpb::KIND_OFFICE;
  item.clear.mutable_office()->set_day_us(24 * kMicrosPerMinute);
  ASSERT_OK(admin.session().File(item));
  admin.Sync();
  const size_t before = Find(recordpb::KIND_ATTEST).size();
  for (int i = 0; i < 3; ++i) {
    world.clock.Advance(kMicrosPerMinute + 1);
    Invite(recordpb::ROLE_INFORMANT);
    admin.Sync();
  }
  EXPECT_GE(Find(recordpb::KIND_ATTEST).size(), before + 3);
}

}  // namespace
}  // namespace qf::client
