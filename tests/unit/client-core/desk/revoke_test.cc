#include "client-core/desk/revoke.h"

#include "client-core/desk/certify.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

class RevokeTest : public DeskTest {
 protected:
  absl::StatusOr<clientpb::RevokeDeviceResponse> Revoke(const SigningKey& key,
                                                        recordpb::RevokeMode mode = recordpb::REVOKE_MODE_UNSPECIFIED) {
    clientpb::RevokeDeviceRequest request;
    request.set_device_key(key.str());
    request.set_mode(mode);
    return RevokeDevice(admin.session(), request);
  }
  clientpb::ApproveRevocationRequest ApprovalOf(const RecordId& revoke) {
    clientpb::ApproveRevocationRequest request;
    request.set_revoke_id(revoke.str());
    return request;
  }
  void Settle() {
    admin.Sync();
    world.clock.Advance(kMicrosPerSecond);
    admin.Sync();
  }
  std::unique_ptr<TestDesk> SecondAdministrator() {
    auto second = std::make_unique<TestDesk>(world, "second");
    const auto invitation = Invite(recordpb::ROLE_ADMINISTRATOR);
    second->Open(log);
    second->Enrol(invitation);
    second->Sync();
    admin.Sync();
    clientpb::CertifyAdministratorRequest request;
    request.set_device_key(second->key().str());
    request.add_recovery_shares(std::string(log.office().recovery_shares[1].bytes()));
    request.add_recovery_shares(std::string(log.office().recovery_shares[2].bytes()));
    EXPECT_OK(CertifyAdministrator(admin.session(), request));
    admin.Sync();
    second->Sync();
    return second;
  }
};

TEST_F(RevokeTest, APhonesIsInTheRosterADesksInBroadcastAndDrainIsTheDefault) {
  const auto phone = NewPhone("Li");
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  ASSERT_OK(Revoke(phone->key()));
  ASSERT_OK(Revoke(duty->key(), recordpb::REVOKE_MODE_LOCK));
  Settle();
  const auto revokes = Find(recordpb::KIND_REVOKE);
  ASSERT_EQ(revokes.size(), 2u);
  EXPECT_EQ(revokes[0].record.header.feed.name(), "roster");
  EXPECT_EQ(revokes[0].record.header.clear.revoke().mode(), recordpb::REVOKE_MODE_DRAIN);
  EXPECT_EQ(revokes[1].record.header.feed.name(), "broadcast");
  EXPECT_TRUE(log.authority().StandingOf(phone->key(), world.clock.NowUs()).revoked.has_value());
  EXPECT_THAT(Revoke(phone->key()), Fails(Reason::REASON_STATE));
  EXPECT_OK(Revoke(duty->key()));  // a pause may be made an end
  // What a revoked desk would do it is not allowed to.
  duty->ExchangeOnce();
}

TEST_F(RevokeTest, AnErasureTakesEffectWithTheSecondAdministrator) {
  const auto phone = NewPhone("Li");
  const auto second = SecondAdministrator();
  ASSERT_OK(Revoke(phone->key(), recordpb::REVOKE_MODE_ERASE));
  Settle();
  const RecordId revoke = Find(recordpb::KIND_REVOKE)[0].record.id;
  second->Sync();
  EXPECT_FALSE(log.authority().StandingOf(phone->key(), world.clock.NowUs()).revoked->erases());
  EXPECT_THAT(ApproveRevocation(admin.session(), ApprovalOf(revoke)), Fails(Reason::REASON_STATE));
  ASSERT_OK(ApproveRevocation(second->session(), ApprovalOf(revoke)));
  ASSERT_OK(ApproveRevocation(second->session(), ApprovalOf(revoke)));  // once is enough
  second->Sync();
  EXPECT_TRUE(log.authority().StandingOf(phone->key(), world.clock.NowUs()).revoked->erases());
  ASSERT_EQ(Find(recordpb::KIND_APPROVE).size(), 1u);
  EXPECT_EQ(Find(recordpb::KIND_APPROVE)[0].record.header.feed.name(), "roster");
}

TEST_F(RevokeTest, WhatCannotBeRevokedOrApproved) {
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  EXPECT_THAT(Revoke(admin.key()), Fails(Reason::REASON_STATE));
  EXPECT_THAT(Revoke(*SigningKey::From(std::string(32, 'n'))), Fails(Reason::REASON_NOT_FOUND));
  clientpb::RevokeDeviceRequest request;
  request.set_device_key(admin.key().str());
  EXPECT_THAT(RevokeDevice(duty->session(), request), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(ApproveRevocation(duty->session(), ApprovalOf(RecordId())), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(ApproveRevocation(admin.session(), ApprovalOf(*RecordId::From(std::string(32, 'n')))),
              Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(ApproveRevocation(admin.session(), ApprovalOf(log.office().genesis.id)), Fails(Reason::REASON_NOT_FOUND));
  ASSERT_OK(Revoke(duty->key()));
  Settle();
  EXPECT_THAT(ApproveRevocation(admin.session(), ApprovalOf(Find(recordpb::KIND_REVOKE)[0].record.id)),
              Fails(Reason::REASON_STATE));
}

TEST_F(RevokeTest, ARevokedDeskDoesNoDuties) {
  const auto manager = NewManager();
  ASSERT_OK(Revoke(manager->key()));
  Settle();
  const uint64_t before = log.size();
  // It has read its own REVOKE, from a server that gave it a page all the same.
  manager->ExchangeOnce();
  world.clock.Advance(10 * kMicrosPerDay);
  manager->Sync();
  for (uint64_t i = before; i < log.size(); ++i) {
    EXPECT_NE(record::ParseEntry(log.entries()[i])->record.header.author, manager->key());
  }
  EXPECT_THAT(PublishEpoch(manager->session(), {}), Fails(Reason::REASON_ROLE));
}

}  // namespace
}  // namespace qf::client
