#include "client-core/desk/certify.h"

#include "client-core/desk/names.h"
#include "client-core/desk/revoke.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class CertifyTest : public DeskTest {
 protected:
  std::vector<record::Entry> CertificatesOf(const SigningKey& device) {
    auto all = Find(recordpb::KIND_CERTIFICATE);
    std::erase_if(all, [&](const record::Entry& e) {
      return e.record.header.clear.certificate().device().signing_key() != device.bytes();
    });
    return all;
  }
  clientpb::CertifyDeviceRequest ByHand(const SigningKey& device) {
    clientpb::CertifyDeviceRequest request;
    request.set_device_key(device.str());
    return request;
  }
};

TEST_F(CertifyTest, APhoneIsCertifiedInTheRosterAndInItsInboxFromItsEnrolmentOn) {
  TestPhone phone(log, world.entropy);
  const auto invitation = Invite(recordpb::ROLE_INFORMANT, "Li");
  const auto enrol = phone.Enrol(invitation);
  const uint64_t enrolled_at = Find(recordpb::KIND_ENROL)[0].place.clock_at_us;
  world.clock.Advance(kMicrosPerHour);
  admin.Sync();

  const auto certificates = CertificatesOf(phone.key());
  ASSERT_THAT(certificates, SizeIs(2));
  EXPECT_EQ(certificates[0].record.header.feed.name(), "roster");
  EXPECT_EQ(certificates[1].record.header.feed.name(), record::Feed::Inbox(phone.key()).name());
  for (const auto& entry : certificates) {
    const auto& certificate = entry.record.header.clear.certificate();
    EXPECT_EQ(entry.place.verdict, 0u);
    EXPECT_EQ(entry.record.header.author, admin.key());
    EXPECT_EQ(certificate.role(), recordpb::ROLE_INFORMANT);
    EXPECT_EQ(certificate.from_us(), enrolled_at);
    EXPECT_EQ(certificate.to_us(), enrolled_at + kCertificateUs);
    EXPECT_EQ(certificate.device().sealing_key(), phone.sealing_keys().public_key().bytes());
  }
  EXPECT_THAT(EvidenceOf(admin), IsEmpty());
}

TEST_F(CertifyTest, ADeskIsCertifiedInBroadcastAlone) {
  const auto desk = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  const auto certificates = CertificatesOf(desk->key());
  ASSERT_THAT(certificates, SizeIs(1));
  EXPECT_EQ(certificates[0].record.header.feed.name(), "broadcast");
  EXPECT_TRUE(desk->session().IsDesk());
}

TEST_F(CertifyTest, ADutyIsDoneOnceAlsoAfterACrash) {
  TestPhone phone(log, world.entropy);
  phone.Enrol(Invite(recordpb::ROLE_INFORMANT));
  admin.ExchangeOnce();  // has read the ENROL
  world.loop.Run();      // has filed the certificate …
  admin.Reopen();        // … and did not get to send it
  world.loop.Run();
  admin.Sync();
  admin.Reopen();
  admin.Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), SizeIs(2));
}

TEST_F(CertifyTest, AnEnrolmentWithAWrongMacIsNeverCertifiedAndAlarmsOnce) {
  TestPhone phone(log, world.entropy), thief(log, world.entropy);
  auto enrol = phone.EnrolOf(Invite(recordpb::ROLE_INFORMANT));
  // Whoever saw the token, but not the invitation, cannot make the MAC: the server itself, say.
  enrol.mutable_device()->set_signing_key(thief.key().str());
  thief.Enrol(enrol);
  admin.Sync();
  admin.Reopen();
  admin.Sync();
  EXPECT_THAT(CertificatesOf(thief.key()), IsEmpty());
  const auto evidence = EvidenceOf(admin);
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence[0].reason, Reason::REASON_MAC);

  // By hand it is certified, from its enrolment on.
  EXPECT_OK(CertifyDevice(admin.session(), ByHand(thief.key())));
  admin.Sync();
  EXPECT_THAT(CertificatesOf(thief.key()), SizeIs(2));
}

TEST_F(CertifyTest, OfTwoDevicesWithOneInvitationTheFirstIsCertified) {
  TestPhone first(log, world.entropy), second(log, world.entropy);
  const auto invitation = Invite(recordpb::ROLE_INFORMANT);
  first.Enrol(invitation);
  second.Enrol(invitation);  // a server of ours refuses it; this one lies
  admin.Sync();
  EXPECT_THAT(CertificatesOf(first.key()), SizeIs(2));
  EXPECT_THAT(CertificatesOf(second.key()), IsEmpty());
  ASSERT_THAT(EvidenceOf(admin), SizeIs(1));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_USED);
}

TEST_F(CertifyTest, AThiefWhoComesFirstWithAWrongMacDoesNotUseUpTheInvitation) {
  TestPhone phone(log, world.entropy), thief(log, world.entropy);
  const auto invitation = Invite(recordpb::ROLE_INFORMANT);
  auto stolen = thief.EnrolOf(invitation);
  stolen.set_mac(std::string(32, 'x'));
  thief.Enrol(stolen);
  phone.Enrol(invitation);
  admin.Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), SizeIs(2));
  EXPECT_THAT(CertificatesOf(thief.key()), IsEmpty());
}

TEST_F(CertifyTest, AnExpiredInvitationIsSuspect) {
  TestPhone phone(log, world.entropy);
  const auto invitation = Invite(recordpb::ROLE_INFORMANT);
  world.clock.Advance(15 * kMicrosPerDay);
  phone.Enrol(invitation);
  admin.Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), IsEmpty());
  ASSERT_THAT(EvidenceOf(admin), SizeIs(1));
  EXPECT_EQ(EvidenceOf(admin)[0].reason, Reason::REASON_EXPIRED);
}

TEST_F(CertifyTest, ARefusedEnrolmentIsNone) {
  TestPhone phone(log, world.entropy);
  recordpb::ClearPart clear;
  *clear.mutable_enrol() = phone.EnrolOf(Invite(recordpb::ROLE_INFORMANT));
  log.Append(log.Make(phone.signer(), record::Feed::Roster(), recordpb::KIND_ENROL, clear), Reason::REASON_USED);
  admin.Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), IsEmpty());
  EXPECT_THAT(EvidenceOf(admin), IsEmpty());
}

TEST_F(CertifyTest, NamesAreFiledOnceThereIsAnOfficeKeyThatMayReadThem) {
  const auto phone = NewPhone("Li Na");
  EXPECT_THAT(Find(recordpb::KIND_PERSON), IsEmpty());
  const auto manager = NewManager();
  admin.Sync();
  manager->Sync();
  EXPECT_THAT(Find(recordpb::KIND_PERSON), SizeIs(2));  // the phone's and the manager's own
  const auto names = *manager->session().database().Read([](sql::ReadTxn& tx) { return ListNames(tx); });
  ASSERT_EQ(names.count(phone->key()), 1u);
  EXPECT_EQ(names.at(phone->key()).person.name(), "Li Na");
  EXPECT_TRUE(names.at(phone->key()).for_office);
  admin.Reopen();
  admin.Sync();
  EXPECT_THAT(Find(recordpb::KIND_PERSON), SizeIs(2));
}

TEST_F(CertifyTest, AnAdministratorNeedsTheRootAndThenDoesTheDutiesToo) {
  TestDesk second(world, "second");
  const auto invitation = Invite(recordpb::ROLE_ADMINISTRATOR, "Wang");
  second.Open(log);
  second.Enrol(invitation);
  second.Sync();
  admin.Sync();
  EXPECT_THAT(CertificatesOf(second.key()), IsEmpty());
  EXPECT_THAT(CertifyDevice(admin.session(), ByHand(second.key())), Fails(Reason::REASON_ROLE));

  clientpb::CertifyAdministratorRequest request;
  request.set_device_key(second.key().str());
  request.add_recovery_shares(std::string(log.office().recovery_shares[2].bytes()));
  EXPECT_THAT(CertifyAdministrator(admin.session(), request), Fails(Reason::REASON_SHARES));
  request.add_recovery_shares(std::string(log.office().recovery_shares[0].bytes()));
  ASSERT_OK_AND_ASSIGN(const auto response, CertifyAdministrator(admin.session(), request));
  admin.Sync();
  ASSERT_THAT(CertificatesOf(second.key()), SizeIs(1));
  EXPECT_EQ(CertificatesOf(second.key())[0].record.id.bytes(), response.certificate_id());
  EXPECT_EQ(CertificatesOf(second.key())[0].record.header.author, log.office().root);
  EXPECT_THAT(CertifyAdministrator(admin.session(), request), Fails(Reason::REASON_STATE));

  second.Sync();
  second.Sync();
  EXPECT_EQ(second.session().Standing().role, recordpb::ROLE_ADMINISTRATOR);
  // An invitation made from now on is opened by both; either may certify, and both together do no harm.
  TestPhone phone(log, world.entropy);
  phone.Enrol(Invite(recordpb::ROLE_INFORMANT));
  second.Sync();
  admin.Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), SizeIs(2));
}

TEST_F(CertifyTest, TwoAdministratorsAtOnceDoNoHarm) {
  const auto made = NewAdministrator("second", {1, 2});
  TestDesk& second = *made;
  second.Sync();
  const auto for_phone = Invite(recordpb::ROLE_INFORMANT);
  TestPhone phone(log, world.entropy);
  phone.Enrol(for_phone);
  for (TestDesk* desk : {&admin, &second}) {
    while (desk->session().LogNowUs() < Find(recordpb::KIND_ENROL).back().place.clock_at_us) desk->ExchangeOnce();
  }
  world.loop.Run();  // both have seen it and file
  admin.Sync();
  second.Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), SizeIs(4));
  const uint64_t enrolled_at = Find(recordpb::KIND_ENROL).back().place.clock_at_us;
  EXPECT_EQ(log.authority().StandingOf(phone.key(), enrolled_at).role, recordpb::ROLE_INFORMANT);
}

TEST_F(CertifyTest, OnlyAnAdministratorCertifies) {
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  TestPhone phone(log, world.entropy);
  phone.Enrol(Invite(recordpb::ROLE_INFORMANT));
  duty->Sync();
  EXPECT_THAT(CertificatesOf(phone.key()), IsEmpty());
  EXPECT_THAT(CertifyDevice(duty->session(), ByHand(phone.key())), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(CertifyDevice(admin.session(), ByHand(*SigningKey::From(std::string(32, 'n')))),
              Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(CertifyDevice(admin.session(), clientpb::CertifyDeviceRequest()), Fails(Reason::REASON_LENGTH));
}

TEST_F(CertifyTest, WhoWasRevokedIsNotCertifiedAgain) {
  const auto phone = NewPhone("Li");
  clientpb::RevokeDeviceRequest revoke;
  revoke.set_device_key(phone->key().str());
  ASSERT_OK(RevokeDevice(admin.session(), revoke));
  admin.Sync();
  world.clock.Advance(kMicrosPerSecond);
  admin.Sync();
  EXPECT_THAT(CertificatesOf(phone->key()), SizeIs(2));
  EXPECT_THAT(CertifyDevice(admin.session(), ByHand(phone->key())), Fails(Reason::REASON_REVOKED));
}

TEST_F(CertifyTest, AnInvitationOutsideTheBoundsIsRefused) {
  clientpb::CreateInvitationRequest request;
  EXPECT_THAT(CreateInvitation(admin.session(), request), Fails(Reason::REASON_FORM));
  request.set_role(recordpb::ROLE_INFORMANT);
  request.set_valid_days(367);
  EXPECT_THAT(CreateInvitation(admin.session(), request), Fails(Reason::REASON_FORM));
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  request.set_valid_days(1);
  EXPECT_THAT(CreateInvitation(duty->session(), request), Fails(Reason::REASON_ROLE));
  ASSERT_OK_AND_ASSIGN(const auto response, CreateInvitation(admin.session(), request));
  EXPECT_EQ(response.qr_png().substr(1, 3), "PNG");
  ASSERT_OK_AND_ASSIGN(const auto invitation, ParseInvitation(response.invitation()));
  EXPECT_EQ(invitation.id.bytes(), response.invitation_id());
  EXPECT_EQ(invitation.log_key, log.log_key().public_key());
  admin.Sync();
  const auto invite = Find(recordpb::KIND_INVITE).back();
  EXPECT_EQ(invite.record.header.clear.invite().token_sha256(),
            TokenDigestOf(TokenOf(invitation.id, invitation.secret)).bytes());
  EXPECT_LE(invite.record.header.clear.invite().expires_us(), invite.place.clock_at_us + kMicrosPerDay);
}

}  // namespace
}  // namespace qf::client
