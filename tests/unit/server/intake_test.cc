// One test a rule of docs/protocol.md, "Sync" 3, in its order, against the whole server.
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

using serverpb::Acknowledgement;
using serverpb::ExchangeResponse;

class IntakeTest : public ::testing::Test {
 protected:
  Office office;
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
};

::testing::AssertionResult Is(const Acknowledgement& got, serverpb::Fate fate,
                              Reason reason = Reason::REASON_UNSPECIFIED) {
  if (got.fate() == fate && got.reason() == reason) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << got.ShortDebugString();
}

::testing::AssertionResult IsRefused(const Acknowledgement& got, Reason reason) {
  if (got.fate() == serverpb::FATE_REFUSED && got.placement().verdict() == static_cast<uint32_t>(reason)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << got.ShortDebugString();
}

TEST_F(IntakeTest, StoresWithAReceiptThatVerifies) {
  const record::Record record = office.Report(phone);
  const uint64_t before = office.book().View().size;
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {record}));
  const Acknowledgement& got = answer.acknowledgements(0);
  EXPECT_TRUE(Is(got, serverpb::FATE_STORED));
  EXPECT_EQ(got.placement().position(), before);
  EXPECT_EQ(got.placement().clock_at_us(), got.placement().received_at_us());
  EXPECT_TRUE(office.Proves(answer, got.placement(), got.path(), record));
  recordpb::Placement moved = got.placement();
  moved.set_clock_at_us(moved.clock_at_us() - 1);
  EXPECT_FALSE(office.Proves(answer, moved, got.path(), record));
}

TEST_F(IntakeTest, ReceivedAtStrictlyIncreasesThoughTheClockStandsStill) {
  std::vector<record::Record> pack;
  for (int i = 0; i < 64; ++i) pack.push_back(office.Report(phone));
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, pack));
  for (int i = 1; i < 64; ++i) {
    EXPECT_GT(answer.acknowledgements(i).placement().received_at_us(),
              answer.acknowledgements(i - 1).placement().received_at_us());
    EXPECT_TRUE(
        office.Proves(answer, answer.acknowledgements(i).placement(), answer.acknowledgements(i).path(), pack[i]));
  }
}

TEST_F(IntakeTest, ARecordThatCannotBeReadIsMalformedAndNothingIsKept) {
  const record::Record good = office.Report(phone);
  std::vector<serverpb::Offer> bad;
  serverpb::Offer offer = Office::OfferOf(good);
  offer.mutable_record()->mutable_header()->resize(good.header_bytes.size() / 2);  // truncated
  bad.push_back(offer);
  offer = Office::OfferOf(good);
  offer.mutable_record()->set_header(std::string(5000, 'x'));  // oversized
  bad.push_back(offer);
  offer = Office::OfferOf(good);
  (*offer.mutable_record()->mutable_signature())[3] ^= 1;  // wrong signature
  bad.push_back(offer);
  offer = Office::OfferOf(good);
  offer.mutable_record()->clear_signature();
  bad.push_back(offer);
  offer = Office::OfferOf(good);
  offer.mutable_record()->set_body("another body");
  bad.push_back(offer);
  offer = Office::OfferOf(good);
  offer.mutable_record()->clear_header();  // no header at all
  bad.push_back(offer);
  const uint64_t before = office.book().View().size;
  for (const serverpb::Offer& each : bad) {
    serverpb::ExchangeRequest request = office.Hello(phone);
    *request.add_push() = each;
    ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Exchange(phone, request));
    EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_MALFORMED) << each.ShortDebugString();
    EXPECT_NE(answer.acknowledgements(0).reason(), Reason::REASON_UNSPECIFIED);
    EXPECT_FALSE(answer.acknowledgements(0).has_placement());
  }
  EXPECT_EQ(office.book().View().size, before);
  EXPECT_TRUE(Is(office.PushOne(phone, good), serverpb::FATE_STORED));
}

TEST_F(IntakeTest, ARecordOfAnotherOfficeIsMalformed) {
  Office other(99);
  Member theirs = other.NewDevice(recordpb::ROLE_INFORMANT);
  EXPECT_TRUE(Is(office.PushOne(phone, other.Report(theirs)), serverpb::FATE_MALFORMED, Reason::REASON_OFFICE));
}

TEST_F(IntakeTest, TheSameRecordAgainIsADuplicateWithTheFirstReceipt) {
  std::vector<record::Record> pack;
  for (int i = 0; i < 40; ++i) pack.push_back(office.Report(phone));
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse first, office.Push(phone, pack));
  const uint64_t size = office.book().View().size;
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse again, office.Push(phone, pack));
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(Is(again.acknowledgements(i), serverpb::FATE_DUPLICATE));
    EXPECT_EQ(again.acknowledgements(i).placement().ShortDebugString(),
              first.acknowledgements(i).placement().ShortDebugString());
    EXPECT_TRUE(office.Proves(again, again.acknowledgements(i).placement(), again.acknowledgements(i).path(), pack[i]));
  }
  EXPECT_EQ(office.book().View().size, size);
}

TEST_F(IntakeTest, ADuplicateInOnePackIsOne) {
  const record::Record record = office.Report(phone);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {record, record}));
  EXPECT_TRUE(Is(answer.acknowledgements(0), serverpb::FATE_STORED));
  EXPECT_TRUE(Is(answer.acknowledgements(1), serverpb::FATE_DUPLICATE));
}

TEST_F(IntakeTest, AnotherRecordAtAHeldSequenceIsAConflictWithTheHeldOne) {
  const record::Record first = office.Report(phone, "one");
  office.Store(phone, {first});
  --phone.sequences["office"];
  const record::Record second = office.Report(phone, "two");
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {second}));
  const Acknowledgement& got = answer.acknowledgements(0);
  ASSERT_TRUE(Is(got, serverpb::FATE_CONFLICT));
  EXPECT_EQ(got.held().header(), first.header_bytes);
  EXPECT_EQ(got.held().signature(), first.signature);
  EXPECT_TRUE(got.held().body().empty());
  EXPECT_TRUE(office.Proves(answer, got.placement(), got.path(), first));
}

TEST_F(IntakeTest, ASequenceBeyondTheNextIsLaterAndSoIsTheRestOfThatStream) {
  const record::Record one = office.Report(phone);
  const record::Record two = office.Report(phone);
  const record::Record three = office.Report(phone);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse gap, office.Push(phone, {two, one, three}));
  EXPECT_TRUE(Is(gap.acknowledgements(0), serverpb::FATE_LATER, Reason::REASON_GAP));
  EXPECT_TRUE(Is(gap.acknowledgements(1), serverpb::FATE_LATER, Reason::REASON_GAP));
  EXPECT_TRUE(Is(gap.acknowledgements(2), serverpb::FATE_LATER, Reason::REASON_GAP));
  office.Store(phone, {one, two, three});
}

TEST_F(IntakeTest, AfterMalformedTheRestOfThatStreamWaitsAndOthersGoOn) {
  Member desk = office.NewDevice(recordpb::ROLE_DUTY_OFFICER);
  const record::Record one = office.Report(desk);
  const record::Record two = office.Report(desk);
  const record::Record other =
      office.Make(desk, {record::Feed::Inbox(phone.key()), recordpb::KIND_MESSAGE, {}, "hello"});
  serverpb::ExchangeRequest request = office.Hello(desk);
  *request.add_push() = Office::OfferOf(one);
  request.mutable_push(0)->mutable_record()->set_body("altered");
  *request.add_push() = Office::OfferOf(two);
  *request.add_push() = Office::OfferOf(other);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Exchange(desk, request));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_MALFORMED);
  EXPECT_TRUE(Is(answer.acknowledgements(1), serverpb::FATE_LATER, Reason::REASON_GAP));
  EXPECT_TRUE(Is(answer.acknowledgements(2), serverpb::FATE_STORED));
}

TEST_F(IntakeTest, WhoMayNotIsRefusedAndTakesItsSequenceWithoutBody) {
  const record::Record forbidden = office.Make(phone, {record::Feed::Broadcast(), recordpb::KIND_ATTEST, {}, "body"});
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {forbidden}));
  EXPECT_TRUE(IsRefused(answer.acknowledgements(0), Reason::REASON_FEED));
  EXPECT_TRUE(
      office.Proves(answer, answer.acknowledgements(0).placement(), answer.acknowledgements(0).path(), forbidden));
  EXPECT_TRUE(IsRefused(office.PushOne(phone, forbidden), Reason::REASON_FEED));  // again: the same
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse page,
                       office.Exchange(office.admin, office.Hello(office.admin, {.cursors = {{"log", 0}}})));
  const auto& last = page.pages(0).entries(page.pages(0).entries_size() - 1);
  EXPECT_EQ(last.record().header(), forbidden.header_bytes);
  EXPECT_TRUE(last.record().body().empty());
  EXPECT_EQ(page.welcome().lacking_size(), 0);  // a refused body is not missed
}

TEST_F(IntakeTest, ARefusedRecordDoesNotHoldBackWhatComesAfterIt) {
  const record::Record forbidden = office.Make(phone, {record::Feed::Office(), recordpb::KIND_CASE_ACTION, {}, "x"});
  const record::Record report = office.Report(phone);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {forbidden, report}));
  EXPECT_EQ(answer.acknowledgements(0).fate(), serverpb::FATE_REFUSED);
  EXPECT_TRUE(Is(answer.acknowledgements(1), serverpb::FATE_STORED));
}

TEST_F(IntakeTest, AnUnknownAuthorIsRefusedAndAnUnknownCallerTurnedAway) {
  Member stranger = office.NewMember();
  const record::Record theirs = office.Report(stranger);
  EXPECT_TRUE(Is(office.PushOne(stranger, theirs), serverpb::FATE_LATER, Reason::REASON_UNKNOWN_KEY));
  EXPECT_TRUE(IsRefused(office.PushOne(phone, theirs), Reason::REASON_ROLE));
}

TEST_F(IntakeTest, ABodyThatComesLaterCompletesTheEntry) {
  record::Record record = office.Report(phone, "the body");
  const std::string body = std::exchange(record.body, "");
  EXPECT_TRUE(Is(office.PushOne(phone, record), serverpb::FATE_STORED));
  ASSERT_OK_AND_ASSIGN(ExchangeResponse hello, office.Exchange(phone, office.Hello(phone)));
  ASSERT_EQ(hello.welcome().lacking_size(), 1);
  EXPECT_EQ(hello.welcome().lacking(0), record.id.str());
  record.body = body;
  EXPECT_TRUE(Is(office.PushOne(phone, record), serverpb::FATE_DUPLICATE));
  ASSERT_OK_AND_ASSIGN(hello, office.Exchange(phone, office.Hello(phone)));
  EXPECT_EQ(hello.welcome().lacking_size(), 0);
  // A desk that read the entry without it asks for it by name.
  Member desk = office.NewDevice(recordpb::ROLE_DUTY_OFFICER);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse late,
                       office.Exchange(desk, office.Hello(desk, {.bodies_wanted = {record.id}})));
  ASSERT_EQ(late.late_bodies_size(), 1);
  EXPECT_EQ(late.late_bodies(0).body(), body);
  EXPECT_EQ(late.late_bodies(0).record_id(), record.id.str());
  // A phone does not get it.
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse none,
                       office.Exchange(phone, office.Hello(phone, {.bodies_wanted = {record.id}})));
  EXPECT_EQ(none.late_bodies_size(), 0);
}

TEST_F(IntakeTest, TheStreamsOfTheIncarnationAreTold) {
  const record::Record one = office.Report(phone);
  const record::Record two = office.Report(phone);
  ASSERT_OK_AND_ASSIGN(const ExchangeResponse answer, office.Push(phone, {one, two}));
  ASSERT_EQ(answer.welcome().held_size(), 1);
  EXPECT_EQ(answer.welcome().held(0).feed(), "office");
  EXPECT_EQ(answer.welcome().held(0).sequence(), 2u);
  EXPECT_EQ(answer.welcome().held(0).record_id(), two.id.str());
}

TEST_F(IntakeTest, APackThatBreaksTheBoundsIsNoFrame) {
  std::vector<record::Record> pack;
  for (int i = 0; i < 65; ++i) pack.push_back(office.Report(phone));
  EXPECT_THAT(office.Push(phone, pack), Fails(Reason::REASON_FRAME));
  std::vector<record::Record> large;
  for (int i = 0; i < 5; ++i) large.push_back(office.Report(phone, std::string(250'000, 'x')));
  EXPECT_THAT(office.Push(phone, large), Fails(Reason::REASON_FRAME));
}

TEST_F(IntakeTest, AnEnrolmentByItsInvitation) {
  InvitationId id;
  const record::Record invite = office.Invite("right", recordpb::ROLE_INFORMANT, INT64_MAX, &id);
  Member late = office.NewMember();
  const record::Record early = office.Enrol(late, id, "right");
  EXPECT_TRUE(Is(office.PushOne(late, early), serverpb::FATE_LATER, Reason::REASON_INVITE));
  office.Store(office.admin, {invite});
  Member wrong = office.NewMember();
  EXPECT_TRUE(IsRefused(office.PushOne(wrong, office.Enrol(wrong, id, "wrong")), Reason::REASON_TOKEN));
  EXPECT_TRUE(Is(office.PushOne(late, early), serverpb::FATE_STORED));
  EXPECT_TRUE(Is(office.PushOne(late, early), serverpb::FATE_DUPLICATE));
  Member second = office.NewMember();
  EXPECT_TRUE(IsRefused(office.PushOne(second, office.Enrol(second, id, "right")), Reason::REASON_USED));
  InvitationId old;
  office.Store(office.admin, {office.Invite("old", recordpb::ROLE_INFORMANT, office.world.clock.NowUs() + 1000, &old)});
  office.world.loop.Advance(kMicrosPerSecond);
  Member expired = office.NewMember();
  EXPECT_TRUE(IsRefused(office.PushOne(expired, office.Enrol(expired, old, "old")), Reason::REASON_EXPIRED));
}

TEST_F(IntakeTest, HalfAnEnrolmentIsRefused) {
  InvitationId id;
  office.Store(office.admin, {office.Invite("t", recordpb::ROLE_INFORMANT, INT64_MAX, &id)});
  Member who = office.NewMember();
  What what{record::Feed::Roster(), recordpb::KIND_ENROL};
  what.clear.mutable_enrol()->set_invitation_id(id.str());
  what.clear.mutable_enrol()->set_token("t");  // no keys
  EXPECT_TRUE(IsRefused(office.PushOne(who, office.Make(who, what)), Reason::REASON_FEED));
  Member other = office.NewMember();  // somebody else's keys
  *what.clear.mutable_enrol()->mutable_device() = phone.keys();
  EXPECT_TRUE(IsRefused(office.PushOne(other, office.Make(other, what)), Reason::REASON_FEED));
  Member third = office.NewMember();  // an invitation id of no length
  what.clear.mutable_enrol()->set_invitation_id("x");
  *what.clear.mutable_enrol()->mutable_device() = third.keys();
  EXPECT_TRUE(IsRefused(office.PushOne(third, office.Make(third, what)), Reason::REASON_FEED));
}

TEST_F(IntakeTest, AnEnrolmentThatComesAlone) {
  InvitationId id;
  office.Store(office.admin, {office.Invite("t", recordpb::ROLE_INFORMANT, INT64_MAX, &id)});
  Member who = office.NewMember();
  serverpb::EnrolRequest request;
  const record::Record enrol = office.Enrol(who, id, "t");
  *request.mutable_enrol() = enrol.ToProto();
  const std::string method = "qingfeng.server.v1.EnrolmentService/Enrol";
  ASSERT_OK_AND_ASSIGN(const auto answer, office.Call<serverpb::EnrolResponse>(nullptr, method, request));
  EXPECT_TRUE(Is(answer.acknowledgement(), serverpb::FATE_STORED));
  ExchangeResponse proofs;
  proofs.mutable_proofs()->set_checkpoint(answer.checkpoint());
  proofs.mutable_proofs()->set_nodes(answer.nodes());
  EXPECT_TRUE(office.Proves(proofs, answer.acknowledgement().placement(), answer.acknowledgement().path(), enrol));
  *request.mutable_enrol() = office.Report(phone).ToProto();
  EXPECT_THAT(office.Call<serverpb::EnrolResponse>(nullptr, method, request), Fails(Reason::REASON_FRAME));
}

TEST_F(IntakeTest, InOnePackAnEnrolmentAndTheFirstReports) {
  InvitationId id;
  office.Store(office.admin, {office.Invite("t", recordpb::ROLE_INFORMANT, INT64_MAX, &id)});
  Member who = office.NewMember();
  const record::Record enrol = office.Enrol(who, id, "t");
  office.Store(who, {enrol, office.Report(who), office.Report(who)});
}

TEST_F(IntakeTest, AProvisionalDeviceHasItsQuotaAndItsThirtyDays) {
  Member who = office.NewProvisional();
  for (int pack = 0; pack < 4; ++pack) {
    std::vector<record::Record> records;
    for (int i = 0; i < 50; ++i) records.push_back(office.Report(who));
    office.Store(who, records);
  }
  const record::Record over = office.Report(who);
  EXPECT_TRUE(Is(office.PushOne(who, over), serverpb::FATE_LATER, Reason::REASON_QUOTA));
  office.Certify(office.admin, who, recordpb::ROLE_INFORMANT);
  EXPECT_TRUE(Is(office.PushOne(who, over), serverpb::FATE_STORED));

  Member forgotten = office.NewProvisional();
  office.world.loop.Advance(31 * kMicrosPerDay);
  EXPECT_TRUE(
      Is(office.PushOne(forgotten, office.Report(forgotten)), serverpb::FATE_LATER, Reason::REASON_NOT_CERTIFIED));
}

// What is refused stands in the log for good: a device that sends nothing else must come to an end of it.
TEST_F(IntakeTest, RefusalsAreCountedToo) {
  office.limits.records_per_day = 3;
  ASSERT_OK(office.Start());
  const auto refused = [&] { return office.Make(phone, {record::Feed::Broadcast(), recordpb::KIND_EPOCH}); };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(office.PushOne(phone, refused()).fate(), serverpb::FATE_REFUSED);
  EXPECT_TRUE(Is(office.PushOne(phone, refused()), serverpb::FATE_LATER, Reason::REASON_QUOTA));
}

TEST_F(IntakeTest, TheDaysQuotaIsLaterAndTomorrowGoesOn) {
  office.limits.records_per_day = 3;
  ASSERT_OK(office.Start());
  for (int i = 0; i < 3; ++i) office.Store(phone, {office.Report(phone)});
  const record::Record fourth = office.Report(phone);
  const Acknowledgement got = office.PushOne(phone, fourth);
  EXPECT_TRUE(Is(got, serverpb::FATE_LATER, Reason::REASON_QUOTA));
  EXPECT_GT(got.retry_after_ms(), 0u);
  ASSERT_OK(office.Start());  // the count survives
  EXPECT_TRUE(Is(office.PushOne(phone, fourth), serverpb::FATE_LATER, Reason::REASON_QUOTA));
  Member other = office.NewDevice(recordpb::ROLE_INFORMANT);
  office.Store(other, {office.Report(other)});
  office.world.loop.Advance(kMicrosPerDay);
  EXPECT_TRUE(Is(office.PushOne(phone, fourth), serverpb::FATE_STORED));
}

TEST_F(IntakeTest, ALockIsLaterADrainTakesReportsAndAfterThirtyDaysRefuses) {
  office.Store(office.admin, {office.Revoke(phone, recordpb::REVOKE_MODE_LOCK)});
  const record::Record report = office.Report(phone);
  EXPECT_TRUE(Is(office.PushOne(phone, report), serverpb::FATE_LATER, Reason::REASON_REVOKED));
  Member other = office.NewDevice(recordpb::ROLE_INFORMANT);
  office.Store(office.admin, {office.Revoke(other, recordpb::REVOKE_MODE_DRAIN)});
  EXPECT_TRUE(Is(office.PushOne(other, office.Report(other)), serverpb::FATE_STORED));
  office.world.loop.Advance(31 * kMicrosPerDay);
  EXPECT_TRUE(IsRefused(office.PushOne(other, office.Report(other)), Reason::REASON_REVOKED));
}

TEST_F(IntakeTest, ManyDevicesInOneCommitEachGetTheirOwn) {
  std::vector<Member> phones;
  for (int i = 0; i < 20; ++i) phones.push_back(office.NewDevice(recordpb::ROLE_INFORMANT));
  std::vector<std::shared_ptr<KeepingOutlet>> calls;
  std::vector<record::Record> records;
  for (Member& each : phones) {
    records.push_back(office.Report(each));
    serverpb::ExchangeRequest request = office.Hello(each);
    *request.add_push() = Office::OfferOf(records.back());
    calls.push_back(office.Start(&each, "qingfeng.server.v1.SyncService/Exchange", request));
  }
  office.world.loop.Run();
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const auto answer, ResultOf<ExchangeResponse>(*calls[i]));
    EXPECT_TRUE(
        office.Proves(answer, answer.acknowledgements(0).placement(), answer.acknowledgements(0).path(), records[i]));
  }
}

TEST_F(IntakeTest, OverloadIsLaterBusy) {
  office.limits.queued_records = 2;
  ASSERT_OK(office.Start());
  std::vector<std::shared_ptr<KeepingOutlet>> calls;
  for (int i = 0; i < 3; ++i) {
    serverpb::ExchangeRequest request = office.Hello(phone);
    *request.add_push() = Office::OfferOf(office.Report(phone));
    calls.push_back(office.Start(&phone, "qingfeng.server.v1.SyncService/Exchange", request));
  }
  office.world.loop.Run();
  ASSERT_OK_AND_ASSIGN(const auto first, ResultOf<ExchangeResponse>(*calls[0]));
  EXPECT_TRUE(Is(first.acknowledgements(0), serverpb::FATE_STORED));
  ASSERT_OK_AND_ASSIGN(const auto third, ResultOf<ExchangeResponse>(*calls[2]));
  EXPECT_TRUE(Is(third.acknowledgements(0), serverpb::FATE_LATER, Reason::REASON_BUSY));
  EXPECT_GT(third.acknowledgements(0).retry_after_ms(), 0u);
}

}  // namespace
}  // namespace qf::server
