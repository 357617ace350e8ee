// A log that was put back: noticed, waited out, restarted, refilled. docs/protocol.md, "Restore".
#include <gtest/gtest.h>

#include "common/base/sha256.h"
#include "common/log/checkpoint.h"
#include "common/record/ceremony.h"
#include "server/setup/setup.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

using serverpb::Acknowledgement;
using serverpb::ExchangeResponse;

class RestoreTest : public ::testing::Test {
 protected:
  // Puts the disk back to `image`, but for the head file, which stays as it is or goes.
  void PutBack(sim::SimDisk::Image image, bool head_stays) {
    const std::string head = std::string(Office::kDir) + "/head";
    const auto now = office.disk().Snapshot();
    image.files.erase(head);
    if (head_stays) image.files[head] = now.files.at(head);
    office.Stop();
    office.world.loop.Run();
    office.disk().Restore(image);
    ASSERT_OK(office.Start());
  }
  sim::SimDisk::Image Image() {
    office.Stop();
    office.world.loop.Run();
    auto image = office.disk().Snapshot();
    EXPECT_OK(office.Start());
    return image;
  }
  bool RolledBack() { return office.book().View().rolled_back; }

  // Takes what the server answered to `records` as priors of later offers.
  struct Kept {
    record::Record record;
    serverpb::Prior prior;
    recordpb::Proofs proofs;
  };
  std::vector<Kept> StoreAndKeep(const Member& who, const std::vector<record::Record>& records) {
    const auto answer = office.Push(who, records);
    EXPECT_OK(answer);
    std::vector<Kept> kept;
    for (size_t i = 0; i < records.size(); ++i) {
      kept.push_back({records[i], Office::PriorOf(answer->acknowledgements(static_cast<int>(i))), answer->proofs()});
    }
    return kept;
  }
  absl::StatusOr<ExchangeResponse> Reoffer(const Member& who, const std::vector<Kept>& kept) {
    serverpb::ExchangeRequest request = office.Hello(who);
    for (const Kept& each : kept) {
      auto* offer = request.add_push();
      *offer = Office::OfferOf(each.record);
      *offer->mutable_prior() = each.prior;
      offer->mutable_prior()->set_proofs(static_cast<uint32_t>(request.prior_proofs_size()));
      *request.add_prior_proofs() = each.proofs;
    }
    return office.Exchange(who, request);
  }
  uint64_t Restart(Member& administrator) {
    const auto restart = office.SignRestart(administrator);
    EXPECT_OK(restart);
    const Acknowledgement got = office.PushOne(administrator, *restart);
    EXPECT_EQ(got.fate(), serverpb::FATE_STORED) << got.ShortDebugString();
    return office.book().View().term;
  }

  // A checkpoint of a term that this log has never seen, by whoever likes.
  std::string Claim(uint64_t term) {
    const record::Signer anybody = record::Signer::Generate(office.world.entropy);
    return log::FormatCheckpoint({office.id(), term, 1, Sha256("root")}, anybody);
  }

  Office office;
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
  Member desk = office.NewDevice(recordpb::ROLE_DUTY_OFFICER);
};

TEST_F(RestoreTest, ADatabaseBehindItsHeadIsNoticed) {
  const auto image = Image();
  office.Store(phone, {office.Report(phone)});
  PutBack(image, true);
  EXPECT_TRUE(RolledBack());
}

TEST_F(RestoreTest, AMissingHeadIsNoticedAlsoWhenNothingWasLost) {
  PutBack(Image(), false);
  EXPECT_TRUE(RolledBack());
  ASSERT_OK(office.Start());  // and remembered
  EXPECT_TRUE(RolledBack());
}

TEST_F(RestoreTest, AnOrderlyStartIsNoFalseAlarm) {
  for (int i = 0; i < 5; ++i) {
    office.Store(phone, {office.Report(phone)});
    ASSERT_OK(office.Start());
    EXPECT_FALSE(RolledBack());
  }
}

TEST_F(RestoreTest, AHelloThatShowsMoreThanTheLogHoldsIsNoticedAndRemembered) {
  const auto image = Image();
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse newer, office.Push(phone, {office.Report(phone)}));
  const std::string head = std::string(Office::kDir) + "/head";
  office.Stop();
  office.world.loop.Run();
  office.disk().Restore(image);  // head and database together: nothing on this disk shows it
  ASSERT_OK(office.Start());
  EXPECT_FALSE(RolledBack());
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer,
                       office.Exchange(phone, office.Hello(phone, {.checkpoint = newer.proofs().checkpoint()})));
  EXPECT_TRUE(answer.welcome().rolled_back());
  EXPECT_EQ(answer.pages_size(), 0);
  EXPECT_TRUE(answer.proofs().checkpoint().empty());  // nothing is signed meanwhile
  ASSERT_OK(office.Start());
  EXPECT_TRUE(RolledBack());
}

TEST_F(RestoreTest, AnotherRootAtTheSameSizeIsNoticed) {
  const auto image = Image();
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse lost, office.Push(phone, {office.Report(phone)}));
  office.Stop();
  office.world.loop.Run();
  office.disk().Restore(image);
  ASSERT_OK(office.Start());
  office.world.loop.Advance(1000);
  Member other = office.NewMember();
  office.Store(desk, {office.Make(desk, {record::Feed::Inbox(phone.key()), recordpb::KIND_MESSAGE, {}, "fork"})});
  ASSERT_EQ(office.book().View().size, office.CheckpointOf(lost.proofs().checkpoint()).size);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer,
                       office.Exchange(phone, office.Hello(phone, {.checkpoint = lost.proofs().checkpoint()})));
  EXPECT_TRUE(answer.welcome().rolled_back());
}

// Nothing here can verify it: a claim stops the office until an administrator comes, and must not stop it for good.
TEST_F(RestoreTest, ATermAboveWhichThereIsNoOtherIsNotBelieved) {
  for (const uint64_t term : {uint64_t{INT64_MAX}, (record::kTermStepsMax + 1) << 16}) {
    ASSERT_OK(office.Exchange(phone, office.Hello(phone, {.checkpoint = Claim(term)})));
    EXPECT_FALSE(RolledBack());
  }
  const uint64_t most = record::kTermStepsMax << 16;
  ASSERT_OK(office.Exchange(phone, office.Hello(phone, {.checkpoint = Claim(most - 1)})));
  EXPECT_TRUE(RolledBack());
  EXPECT_GT(Restart(office.admin), most);
}

TEST_F(RestoreTest, ALaterTermIsNotBelievedOfARevokedDevice) {
  for (const auto mode : {recordpb::REVOKE_MODE_LOCK, recordpb::REVOKE_MODE_DRAIN}) {
    ASSERT_EQ(office.PushOne(office.admin, office.Revoke(phone, mode)).fate(), serverpb::FATE_STORED);
    const auto answer = office.Exchange(phone, office.Hello(phone, {.checkpoint = Claim(1 << 16)}));
    EXPECT_FALSE(RolledBack());
  }
}

TEST_F(RestoreTest, ALaterTermIsBelievedOfDevicesThatAreKnown) {
  const auto image = Image();
  PutBack(image, false);
  const uint64_t later = Restart(office.admin);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse seen, office.Exchange(phone, office.Hello(phone)));
  office.Stop();
  office.world.loop.Run();
  office.disk().Restore(image);
  ASSERT_OK(office.Start());
  Member stranger = office.NewMember();
  ASSERT_OK(
      office.Exchange(stranger, office.Hello(stranger, {.term = later, .checkpoint = seen.proofs().checkpoint()})));
  EXPECT_FALSE(RolledBack());
  ASSERT_OK_AND_ASSIGN(
      const ExchangeResponse answer,
      office.Exchange(phone, office.Hello(phone, {.term = later, .checkpoint = seen.proofs().checkpoint()})));
  EXPECT_TRUE(answer.welcome().rolled_back());
  EXPECT_EQ(answer.welcome().highest_term(), later);
  EXPECT_GT(Restart(office.admin), later);
}

TEST_F(RestoreTest, NothingIsTakenOrGivenUntilTheRestart) {
  const auto image = Image();
  const record::Record report = office.Report(phone);
  office.Store(phone, {report});
  PutBack(image, true);
  ASSERT_OK_AND_ASSIGN(ExchangeResponse answer, office.Push(phone, {report}, {.cursors = {{"broadcast", 0}}}));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_LATER);
  EXPECT_EQ(answer.acknowledgements(0).reason(), Reason::REASON_ROLLED_BACK);
  EXPECT_GT(answer.acknowledgements(0).retry_after_ms(), 0u);
  EXPECT_EQ(answer.pages_size(), 0);
  EXPECT_THAT(office.Call<serverpb::GetCheckpointResponse>(&phone, "qingfeng.server.v1.LogService/GetCheckpoint",
                                                           serverpb::GetCheckpointRequest()),
              Fails(Reason::REASON_ROLLED_BACK));
  serverpb::BeginRequest begin;
  begin.set_record_id(report.id.str());
  begin.set_sha256(std::string(32, 'x'));
  EXPECT_THAT(office.Call<serverpb::BeginResponse>(&phone, "qingfeng.server.v1.BlobService/Begin", begin),
              Fails(Reason::REASON_ROLLED_BACK));

  const uint64_t size = office.book().View().size;
  const uint64_t term = Restart(office.admin);
  EXPECT_FALSE(RolledBack());
  EXPECT_GT(term, 1u);
  EXPECT_EQ(office.book().View().size, size + 1);  // RESTART is leaf m
  ASSERT_OK(office.Start());
  EXPECT_FALSE(RolledBack());
  EXPECT_EQ(office.book().View().term, term);
  EXPECT_TRUE(office.book().View().refilling);

  // A caller that does not know the term gets Welcome and RESTARTs only.
  ASSERT_OK_AND_ASSIGN(answer, office.Push(phone, {report}, {.cursors = {{"broadcast", 0}}, .term = 1}));
  EXPECT_EQ(answer.acknowledgements(0).reason(), Reason::REASON_TERM);
  EXPECT_EQ(answer.pages_size(), 0);
  ASSERT_EQ(answer.welcome().restarts_size(), 1);
  ASSERT_OK_AND_ASSIGN(const record::Record restart, record::ParseRecord(answer.welcome().restarts(0)));
  EXPECT_OK(record::VerifyRestart(restart, office.id()));
  EXPECT_EQ(answer.welcome().term(), term);
}

TEST_F(RestoreTest, ARestartMayBeBroughtByADeskThatKnowsAnotherTerm) {
  PutBack(Image(), false);
  ASSERT_OK_AND_ASSIGN(const record::Record restart, office.SignRestart(office.admin));
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {restart}, {.term = 999}));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_STORED);
  EXPECT_TRUE(
      office.Proves(answer, answer.acknowledgements(0).placement(), answer.acknowledgements(0).path(), restart));
}

TEST_F(RestoreTest, ARestartThatDoesNotFitChangesNothing) {
  PutBack(Image(), false);
  const auto with = [&](auto change) {
    auto restart = office.SignRestart(office.admin);
    EXPECT_OK(restart);
    What what{record::Feed::Broadcast(), recordpb::KIND_RESTART, restart->header.clear};
    change(*what.clear.mutable_restart());
    office.admin.sequences.clear();
    office.admin.incarnation = office.world.entropy.Random<Incarnation>();
    return office.PushOne(office.admin, office.Make(office.admin, what));
  };
  using Clear = recordpb::Restart;
  EXPECT_EQ(with([](Clear& r) { r.set_kept_size(r.kept_size() - 1); }).reason(), Reason::REASON_ROLLED_BACK);
  EXPECT_EQ(with([](Clear& r) { r.set_kept_root(std::string(32, 'x')); }).reason(), Reason::REASON_ROLLED_BACK);
  EXPECT_EQ(with([](Clear& r) { r.set_log_key(std::string(32, 'k')); }).reason(), Reason::REASON_ROLLED_BACK);
  EXPECT_EQ(with([](Clear& r) { r.set_continues_term(0); }).fate(), serverpb::FATE_MALFORMED);
  EXPECT_EQ(with([](Clear& r) { r.clear_chain(); }).fate(), serverpb::FATE_MALFORMED);
  EXPECT_EQ(with([](Clear& r) { r.mutable_chain(0)->mutable_signature()->at(0) ^= 1; }).fate(),
            serverpb::FATE_MALFORMED);
  EXPECT_TRUE(RolledBack());
  EXPECT_EQ(office.book().View().term, 1u);
  EXPECT_EQ(with([](Clear&) {}).fate(), serverpb::FATE_STORED);
}

// Any device can push one that it signed itself, and an administrator one that counts.
TEST_F(RestoreTest, ARestartThatNamesTheLastTermEndsNothing) {
  ASSERT_OK_AND_ASSIGN(const record::Record proper, office.SignRestart(office.admin));
  const auto pushed = [&](Member& who) {
    What what{record::Feed::Broadcast(), recordpb::KIND_RESTART, proper.header.clear};
    what.clear.mutable_restart()->set_continues_term(INT64_MAX - 1);
    what.clear.mutable_restart()->set_term(INT64_MAX);
    who.incarnation = office.world.entropy.Random<Incarnation>();
    who.sequences.clear();
    return office.PushOne(who, office.Make(who, what)).fate();
  };
  EXPECT_EQ(pushed(phone), serverpb::FATE_REFUSED);
  EXPECT_EQ(pushed(office.admin), serverpb::FATE_STORED);
  PutBack(Image(), false);
  const uint64_t term = Restart(office.admin);
  EXPECT_GT(term, 1u);
  PutBack(Image(), false);
  EXPECT_GT(Restart(office.admin), term);
}

TEST_F(RestoreTest, ASecondRestartForTheTermBeginsNoSecondRefill) {
  PutBack(Image(), false);
  ASSERT_OK_AND_ASSIGN(const record::Record first, office.SignRestart(office.admin));
  ASSERT_EQ(office.PushOne(office.admin, first).fate(), serverpb::FATE_STORED);
  EXPECT_TRUE(office.book().View().refilling);
  office.world.loop.Advance(limits::kRefillUs + kMicrosPerHour);
  EXPECT_FALSE(office.book().View().refilling);
  office.admin.incarnation = office.world.entropy.Random<Incarnation>();
  office.admin.sequences.clear();
  const What again{record::Feed::Broadcast(), recordpb::KIND_RESTART, first.header.clear};
  ASSERT_EQ(office.PushOne(office.admin, office.Make(office.admin, again)).fate(), serverpb::FATE_STORED);
  ASSERT_OK(office.Start());
  EXPECT_FALSE(office.book().View().refilling);
}

TEST_F(RestoreTest, OneWhoIsNoAdministratorOrWasRevokedRestartsNothing) {
  Member second = office.NewDevice(recordpb::ROLE_ADMINISTRATOR);
  office.Store(office.admin, {office.Revoke(second, recordpb::REVOKE_MODE_DRAIN)});
  PutBack(Image(), false);
  ASSERT_OK_AND_ASSIGN(const record::Record proper, office.SignRestart(office.admin));
  for (Member* signer : {&phone, &second}) {
    What what{record::Feed::Broadcast(), recordpb::KIND_RESTART, proper.header.clear};
    signer->incarnation = office.world.entropy.Random<Incarnation>();
    signer->sequences.clear();
    const Acknowledgement got = office.PushOne(office.admin, office.Make(*signer, what));
    EXPECT_NE(got.fate(), serverpb::FATE_STORED);
    EXPECT_TRUE(RolledBack());
  }
}

TEST_F(RestoreTest, AProvedPriorKeepsClockAndVerdict) {
  const auto image = Image();
  std::vector<Kept> kept = StoreAndKeep(
      phone, {office.Report(phone), office.Make(phone, {record::Feed::Office(), recordpb::KIND_CASE_ACTION, {}, "no"}),
              office.Report(phone)});
  office.world.loop.Advance(3 * kMicrosPerDay);
  PutBack(image, true);
  Restart(office.admin);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, Reoffer(phone, kept));
  for (int i = 0; i < 3; ++i) {
    const auto& got = answer.acknowledgements(i);
    EXPECT_EQ(got.fate(), i == 1 ? serverpb::FATE_REFUSED : serverpb::FATE_STORED);
    EXPECT_EQ(got.placement().verdict(), kept[i].prior.placement().verdict());
    EXPECT_EQ(got.placement().clock_at_us(), kept[i].prior.placement().clock_at_us());
    EXPECT_GT(got.placement().received_at_us(), got.placement().clock_at_us());
    EXPECT_TRUE(office.Proves(answer, got.placement(), got.path(), kept[i].record));
  }
}

TEST_F(RestoreTest, APriorThatDoesNotHoldIsNone) {
  const auto image = Image();
  std::vector<Kept> kept =
      StoreAndKeep(phone, {office.Report(phone), office.Report(phone), office.Report(phone), office.Report(phone)});
  office.world.loop.Advance(kMicrosPerDay);
  PutBack(image, true);
  Restart(office.admin);
  kept[0].prior.mutable_placement()->set_clock_at_us(5);        // another clock
  kept[1].prior.mutable_path()->mutable_nodes()->RemoveLast();  // half a path
  kept[2].proofs.mutable_checkpoint()->back() = 'x';            // not signed
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, Reoffer(phone, kept));
  for (int i = 0; i < 3; ++i) {
    const auto& place = answer.acknowledgements(i).placement();
    EXPECT_EQ(answer.acknowledgements(i).fate(), serverpb::FATE_STORED);  // judged now
    EXPECT_EQ(place.clock_at_us(), place.received_at_us()) << i;
  }
  EXPECT_EQ(answer.acknowledgements(3).placement().clock_at_us(), kept[3].prior.placement().clock_at_us());
}

TEST_F(RestoreTest, AnUnknownKeyReoffersWhatAPriorProves) {
  const auto image = Image();
  Member late = office.NewDevice(recordpb::ROLE_INFORMANT);  // its certificate will be lost
  const std::vector<Kept> kept = StoreAndKeep(late, {office.Report(late)});
  PutBack(image, true);
  Restart(office.admin);
  const record::Record fresh = office.Report(late);
  EXPECT_EQ(office.PushOne(late, fresh).reason(), Reason::REASON_UNKNOWN_KEY);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, Reoffer(late, kept));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_STORED);
}

TEST_F(RestoreTest, APriorOfATermThatIsNotKnownWaitsForItsRestart) {
  const auto image = Image();
  PutBack(image, false);
  Restart(office.admin);  // term A
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse seen, office.Exchange(phone, office.Hello(phone)));
  const auto& restarts = office.book().restarts();
  const recordpb::Record restart_a = restarts->back();
  const std::vector<Kept> kept = StoreAndKeep(phone, {office.Report(phone)});
  PutBack(image, false);  // back before A
  Restart(office.admin);  // term B
  ASSERT_OK_AND_ASSIGN(ExchangeResponse answer, Reoffer(phone, kept));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_LATER);
  EXPECT_EQ(answer.acknowledgements(0).reason(), Reason::REASON_TERM);
  // With the RESTART before it, in one pack.
  serverpb::ExchangeRequest request = office.Hello(phone);
  *request.add_push()->mutable_record() = restart_a;
  *request.add_push() = Office::OfferOf(kept[0].record);
  *request.mutable_push(1)->mutable_prior() = kept[0].prior;
  *request.add_prior_proofs() = kept[0].proofs;
  ASSERT_OK_AND_ASSIGN(answer, office.Exchange(phone, request));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_STORED);
  EXPECT_EQ(answer.acknowledgements(1).fate(), serverpb::FATE_STORED);
  EXPECT_EQ(answer.acknowledgements(1).placement().clock_at_us(), kept[0].prior.placement().clock_at_us());
}

TEST_F(RestoreTest, WhileRefillingWhatWouldBeRefusedWaits) {
  PutBack(Image(), false);
  const uint64_t term = Restart(office.admin);
  const record::Record forbidden = office.Make(phone, {record::Feed::Broadcast(), recordpb::KIND_ATTEST, {}, "x"});
  EXPECT_EQ(office.PushOne(phone, forbidden).reason(), Reason::REASON_REFILLING);
  office.Store(phone, {office.Report(phone)});  // everything else flows
  What refilled{record::Feed::Broadcast(), recordpb::KIND_REFILLED};
  refilled.clear.mutable_refilled()->set_term(term);
  office.Store(office.admin, {office.Make(office.admin, refilled)});
  EXPECT_FALSE(office.book().View().refilling);
  EXPECT_EQ(office.PushOne(phone, forbidden).fate(), serverpb::FATE_REFUSED);
  ASSERT_OK(office.Start());
  EXPECT_FALSE(office.book().View().refilling);
}

// Nothing is pushed to such a server, so that only its next log key is written.
TEST_F(RestoreTest, AServerThatWaitsForItsRestartSaysThatItsDiskHasFailed) {
  PutBack(Image(), false);
  office.disk().Fail(sim::DiskOperation::kSync, 0, sim::SimDisk::kForever);
  EXPECT_FALSE(office.SignRestart(office.admin).ok());
  office.disk().StopFailing();
  EXPECT_TRUE(office.server().Broken());
  office.CutAndStart();
  EXPECT_FALSE(office.server().Broken());
  Restart(office.admin);
}

TEST_F(RestoreTest, ARefillEndsByItselfAfterThreeDays) {
  PutBack(Image(), false);
  Restart(office.admin);
  EXPECT_TRUE(office.book().View().refilling);
  office.world.loop.Advance(72 * kMicrosPerHour + kMicrosPerSecond);
  EXPECT_FALSE(office.book().View().refilling);
}

TEST_F(RestoreTest, TheLogKeyOfALiveServerIsChangedTheSameWay) {
  const SigningKey old = *office.book().LogKeyOf(1);
  ASSERT_OK_AND_ASSIGN(const record::Record stale, office.SignRestart(office.admin));
  office.Store(phone, {office.Report(phone)});  // the log has grown since
  EXPECT_EQ(office.PushOne(office.admin, stale).reason(), Reason::REASON_TERM);
  const uint64_t term = Restart(office.admin);
  EXPECT_NE(*office.book().LogKeyOf(term), old);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {office.Report(phone)}));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_STORED);
  office.CheckpointOf(answer.proofs().checkpoint());
}

TEST_F(RestoreTest, AServerThatWasLostWithItsLogIsRefilledFromNothing) {
  // What the devices hold.
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse all,
                       office.Exchange(desk, office.Hello(desk, {.cursors = {{"log", 0}}})));
  std::vector<Kept> kept = StoreAndKeep(phone, {office.Report(phone, "the body")});
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse broadcast,
                       office.Exchange(phone, office.Hello(phone, {.cursors = {{"broadcast", 0}}})));

  office.Stop();
  office.world.loop.Run();
  office.disk().Restore({});
  ASSERT_OK(InitServer(office.disk(), office.world.clock, office.world.entropy, Office::kDir, office.store_key));
  serverpb::ServerBundle bundle;
  *bundle.mutable_genesis() = office.genesis().ToProto();
  EXPECT_THAT(
      InstallOffice(office.disk(), office.world.clock, Office::kDir, office.store_key, bundle, LogKeyMismatch::kRefuse),
      Fails(Reason::REASON_CERTIFICATE));
  ASSERT_OK(InstallOffice(office.disk(), office.world.clock, Office::kDir, office.store_key, bundle,
                          LogKeyMismatch::kReplaceLostServer));
  ASSERT_OK(office.Start());
  EXPECT_TRUE(RolledBack());
  EXPECT_EQ(office.book().View().size, 0u);
  Restart(office.admin);
  EXPECT_EQ(office.book().View().size, 1u);

  // Broadcast first: its entries with the paths of their page.
  serverpb::ExchangeRequest request = office.Hello(phone);
  const auto& page = broadcast.pages(0);
  for (int i = 0; i < page.entries_size(); ++i) {
    auto* offer = request.add_push();
    *offer->mutable_record() = page.entries(i).record();
    *offer->mutable_prior()->mutable_placement() = page.entries(i).placement();
    *offer->mutable_prior()->mutable_path() = page.paths(i);
  }
  *request.add_prior_proofs() = broadcast.proofs();
  ASSERT_OK_AND_ASSIGN(ExchangeResponse answer, office.Exchange(phone, request));
  for (const auto& got : answer.acknowledgements())
    EXPECT_EQ(got.fate(), serverpb::FATE_STORED) << got.ShortDebugString();
  ASSERT_OK_AND_ASSIGN(answer, Reoffer(phone, kept));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_STORED);
  ASSERT_OK_AND_ASSIGN(answer, office.Exchange(desk, office.Hello(desk, {.cursors = {{"log", 0}}})));
  ASSERT_EQ(answer.pages_size(), 1);  // the desk's certificate counts again
  EXPECT_EQ(answer.pages(0).entries(answer.pages(0).entries_size() - 1).record().body(), "the body");
}

}  // namespace
}  // namespace qf::server
