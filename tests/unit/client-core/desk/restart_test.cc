#include "client-core/desk/restart.h"

#include "client-core/desk/arrivals.h"
#include "client-core/desk/certify.h"
#include "client-core/desk/log_methods.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class RestartTest : public DeskTest {
 protected:
  std::vector<std::string> Titles(TestDesk& desk) {
    std::vector<std::string> out;
    const auto response = ListArrivals(desk.desk(), {});
    EXPECT_OK(response);
    for (const auto& arrival : response->arrivals()) out.push_back(arrival.report().title());
    return out;
  }
  clientpb::VerifyLogResponse Verify(TestDesk& desk) {
    absl::StatusOr<clientpb::VerifyLogResponse> out;
    VerifyLog(desk.desk(), {},
              [&](absl::StatusOr<clientpb::VerifyLogResponse> response) { out = std::move(response); });
    world.loop.Run();
    EXPECT_OK(out);
    return *out;
  }
};

TEST_F(RestartTest, ARestoredServerGoesOnInANewTermAndIsRefilled) {
  const auto manager = NewManager();
  const auto phone = NewPhone("Li");
  contentpb::Report report;
  report.set_title("before");
  log.Append(phone->Report(report));
  manager->Sync();
  const uint64_t kept = log.size();
  report.set_title("after the backup");
  log.Append(phone->Report(report));
  world.clock.Advance(2 * kMicrosPerHour);
  manager->Sync();
  admin.Sync();
  const uint64_t full = log.size();
  const auto before = Titles(*manager);
  ASSERT_THAT(before, SizeIs(2));

  log.Restore(kept);
  ASSERT_OK_AND_ASSIGN(const auto response, Restart(admin));
  EXPECT_EQ(response.kept_size(), kept);
  EXPECT_TRUE(response.kept_root_verified());
  EXPECT_GE(response.term(), 1u << 16);
  EXPECT_EQ(log.term(), response.term());
  const auto restart = Find(recordpb::KIND_RESTART)[0];
  EXPECT_EQ(restart.place.position, kept);
  EXPECT_EQ(restart.record.header.sequence, 1u);
  EXPECT_EQ(restart.record.header.clear.restart().cause(), "restored");
  EXPECT_EQ(restart.record.header.clear.restart().chain_size(), 1);

  for (TestDesk* desk : {&admin, manager.get(), &admin, manager.get()}) desk->Sync();
  EXPECT_GE(log.size(), full);
  EXPECT_EQ(Titles(*manager), before);  // the register was made again, with what the devices gave back
  EXPECT_EQ(ListArrivals(manager->desk(), {})->total(), 2u);
  EXPECT_THAT(EvidenceOf(*manager), IsEmpty());
  EXPECT_THAT(EvidenceOf(admin), IsEmpty());
  for (TestDesk* desk : {&admin, manager.get()}) {
    const auto verified = Verify(*desk);
    EXPECT_TRUE(verified.verified()) << verified.problem();
    EXPECT_EQ(verified.term(), response.term());
  }

  ASSERT_OK(EndRefill(admin.session(), {}));
  ASSERT_OK(EndRefill(admin.session(), {}));
  admin.Sync();
  ASSERT_THAT(Find(recordpb::KIND_REFILLED), SizeIs(1));
  EXPECT_EQ(Find(recordpb::KIND_REFILLED)[0].record.header.clear.refilled().term(), response.term());
}

// Found by seed 3 of the simulator: a server restored again before its administrator had synced got a term below one
// that a phone had met.
TEST_F(RestartTest, ATermThatWasSignedIsSeenAtOnce) {
  const auto highest = [&] {
    return *admin.session().database().Read([](sql::ReadTxn& tx) { return GetNumber(tx, Setting::kHighestTerm); });
  };
  log.Restore(log.size());
  ASSERT_OK_AND_ASSIGN(const auto first, Restart(admin));
  EXPECT_EQ(highest(), first.term());
  admin.Sync();
  EXPECT_EQ(highest(), first.term());
}

TEST_F(RestartTest, TwiceAndFromNothing) {
  const auto manager = NewManager();
  const auto phone = NewPhone("Li");
  contentpb::Report report;
  report.set_title("report");
  log.Append(phone->Report(report));
  for (TestDesk* desk : {manager.get(), &admin}) desk->Sync();
  log.Restore(log.size() - 2);
  ASSERT_OK(Restart(admin));
  for (TestDesk* desk : {&admin, manager.get(), &admin, manager.get()}) desk->Sync();
  log.Restore(0);
  ASSERT_OK_AND_ASSIGN(const auto response, Restart(admin, "everything was lost"));
  EXPECT_EQ(response.kept_size(), 0u);
  for (int i = 0; i < 3; ++i) {
    for (TestDesk* desk : {&admin, manager.get()}) desk->Sync();
  }
  EXPECT_THAT(Titles(*manager), testing::ElementsAre("report"));
  const auto verified = Verify(*manager);
  EXPECT_TRUE(verified.verified()) << verified.problem();
}

// An administrator can append a RESTART that gives somebody else's term another log key. A device that has been away
// meets both, and takes neither the key nor the server for a liar.
TEST_F(RestartTest, OfTwoForOneTermTheFirstCounts) {
  const auto manager = NewManager();
  manager->Sync();
  log.Restore(log.size());
  ASSERT_OK(Restart(admin));
  recordpb::ClearPart clear = Find(recordpb::KIND_RESTART)[0].record.header.clear;
  clear.mutable_restart()->set_log_key(record::Signer::Generate(world.entropy).public_key().str());
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_RESTART, clear));
  for (int i = 0; i < 2; ++i) manager->Sync();
  EXPECT_THAT(EvidenceOf(*manager), IsEmpty());
  EXPECT_EQ(manager->replica().term(), log.term());
  const auto verified = Verify(*manager);
  EXPECT_TRUE(verified.verified()) << verified.problem();
}

// An administrator who once put the server right may leave like anybody else.
TEST_F(RestartTest, OneByAnAdministratorWhoWasRevokedLaterStandsWhereItWasLived) {
  const auto second = NewAdministrator("second", {0, 1});
  const auto manager = NewManager();
  for (TestDesk* desk : {second.get(), manager.get()}) desk->Sync();
  log.Restore(log.size());
  ASSERT_OK(Restart(*second));
  for (TestDesk* desk : {&admin, manager.get(), &admin, manager.get()}) desk->Sync();
  recordpb::ClearPart clear;
  clear.mutable_revoke()->set_device(second->key().str());
  clear.mutable_revoke()->set_mode(recordpb::REVOKE_MODE_DRAIN);
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_REVOKE, clear));
  world.clock.Advance(kMicrosPerHour);
  for (TestDesk* desk : {&admin, manager.get()}) desk->Sync();
  ASSERT_TRUE(manager->session().authority().StandingOf(second->key(), manager->session().LogNowUs()).revoked);
  log.Restore(log.size());
  ASSERT_OK(Restart(admin));
  manager->Sync();
  EXPECT_EQ(manager->replica().term(), log.term());
  EXPECT_THAT(EvidenceOf(*manager), IsEmpty());
}

// Put back to before a term, a server may meet a false RESTART for it first. Who has lived in that term knows the true
// one, and brings it.
TEST_F(RestartTest, AFalseOneForALostTermIsNoNewsToWhoLivedInIt) {
  const auto manager = NewManager();
  const auto phone = NewPhone("Li");
  manager->Sync();
  const uint64_t kept = log.size();
  log.Restore(kept);
  ASSERT_OK(Restart(admin));
  contentpb::Report report;
  report.set_title("report");
  log.Append(phone->Report(report));
  for (TestDesk* desk : {&admin, manager.get(), &admin, manager.get()}) desk->Sync();
  const record::Record lost = Find(recordpb::KIND_RESTART)[0].record;
  ASSERT_THAT(Titles(*manager), SizeIs(1));

  log.Restore(kept);
  EXPECT_EQ(log.term(), record::kFirstTerm);
  ASSERT_OK(Restart(admin));
  recordpb::ClearPart clear = lost.header.clear;
  clear.mutable_restart()->set_continues_term(clear.restart().term() - 1);
  clear.mutable_restart()->set_log_key(record::Signer::Generate(world.entropy).public_key().str());
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_RESTART, clear));
  for (int i = 0; i < 3; ++i) {
    for (TestDesk* desk : {manager.get(), &admin}) desk->Sync();
  }
  EXPECT_EQ(manager->replica().term(), log.term());
  EXPECT_THAT(EvidenceOf(*manager), IsEmpty());
  EXPECT_THAT(Titles(*manager), testing::ElementsAre("report"));
  const auto restarts = Find(recordpb::KIND_RESTART);
  EXPECT_TRUE(std::any_of(restarts.begin(), restarts.end(),
                          [&](const record::Entry& entry) { return entry.record.id == lost.id; }));
}

TEST_F(RestartTest, OneThatNamesTheLastTermDoesNotEndTheOffice) {
  recordpb::ClearPart clear;
  clear.mutable_restart()->set_continues_term(INT64_MAX - 1);
  clear.mutable_restart()->set_term(INT64_MAX);
  clear.mutable_restart()->set_kept_root(std::string(Digest::kSize, 'r'));
  clear.mutable_restart()->set_log_key(std::string(SigningKey::kSize, 'k'));
  *clear.mutable_restart()->add_chain() = log.office().genesis.ToSignedHeader();
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_RESTART, clear));
  admin.Sync();
  log.Restore(log.size());
  EXPECT_OK(Restart(admin));
}

TEST_F(RestartTest, ASecondAdministratorSignsWithItsCertificate) {
  const auto made = NewAdministrator("second", {0, 1});
  TestDesk& second = *made;
  second.Sync();
  second.Sync();
  // The server forgets the certificate, too: the chain in RESTART brings it.
  log.Restore(2);
  ASSERT_OK_AND_ASSIGN(const auto response, Restart(second));
  EXPECT_TRUE(response.kept_root_verified());
  EXPECT_EQ(Find(recordpb::KIND_RESTART)[0].record.header.author, second.key());
  EXPECT_EQ(Find(recordpb::KIND_RESTART)[0].record.header.clear.restart().chain_size(), 2);
  for (TestDesk* desk : {&second, &admin, &second}) desk->Sync();
  // It may sign another although its certificate lies in what was cut off and came back.
  log.Restore(2);
  EXPECT_OK(Restart(second));
}

TEST_F(RestartTest, OfAnotherHistoryNothingIsSigned) {
  admin.Sync();
  Invite(recordpb::ROLE_INFORMANT);
  const uint64_t kept = log.size();
  // A server whose leaves are not this desk's: same number, other records.
  log.Restore(kept - 1);
  TestPhone phone(log, world.entropy);
  log.Append(log.Make(phone.signer(), record::Feed::Office(), recordpb::KIND_REPORT, {}));
  EXPECT_THAT(Restart(admin), Fails(Reason::REASON_FORK));
  ASSERT_THAT(EvidenceOf(admin), SizeIs(1));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_FORK);
  EXPECT_THAT(Find(recordpb::KIND_RESTART), IsEmpty());
}

TEST_F(RestartTest, WhereTheOwnCopyDoesNotReachItIsSaid) {
  admin.Sync();
  TestPhone phone(log, world.entropy);
  for (int i = 0; i < 5; ++i) log.Append(log.Make(phone.signer(), record::Feed::Office(), recordpb::KIND_REPORT, {}));
  log.Restore(log.size() - 1);  // more than this desk has read
  ASSERT_OK_AND_ASSIGN(const auto response, Restart(admin));
  EXPECT_FALSE(response.kept_root_verified());
}

TEST_F(RestartTest, OnlyWhenTheServerWaitsAndOnlyAnAdministrator) {
  const auto manager = NewManager();
  EXPECT_THAT(Restart(admin), Fails(Reason::REASON_STATE));
  log.Restore(log.size() - 1);
  EXPECT_THAT(Restart(*manager), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Restart(admin, std::string(kCauseBytesMax + 1, 'x')), Fails(Reason::REASON_TOO_LARGE));
  admin.transport().reachable = false;
  EXPECT_THAT(Restart(admin), Fails(Reason::REASON_UNREACHABLE));
  admin.transport().reachable = true;
  EXPECT_OK(Restart(admin));
  EXPECT_THAT(Restart(admin), Fails(Reason::REASON_STATE));  // asking again after a lost answer does no harm
  EXPECT_THAT(EndRefill(manager->session(), {}), Fails(Reason::REASON_ROLE));
}

}  // namespace
}  // namespace qf::client
