#include "client-core/desk/devices.h"

#include <map>

#include "client-core/desk/revoke.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

class DevicesTest : public DeskTest {
 protected:
  std::map<std::string, clientpb::DeviceInfo> List(TestDesk& desk) {
    const auto response = ListDevices(desk.session(), {});
    EXPECT_OK(response);
    std::map<std::string, clientpb::DeviceInfo> out;
    for (const auto& device : response->devices()) {
      out[device.device_key().empty() ? device.invitation_id() : device.device_key()] = device;
    }
    return out;
  }
};

TEST_F(DevicesTest, EachStandsAsTheLogSays) {
  const auto manager = NewManager();
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  const auto phone = NewPhone("Li");
  TestPhone provisional(log, world.entropy), suspect(log, world.entropy);
  const auto for_suspect = Invite(recordpb::ROLE_SUPERVISOR, "Zhao");
  const auto for_nobody = Invite(recordpb::ROLE_INFORMANT, "Sun");
  auto enrol = suspect.EnrolOf(for_suspect);
  enrol.set_mac(std::string(32, 'x'));
  suspect.Enrol(enrol);
  admin.Sync();
  provisional.Enrol(Invite(recordpb::ROLE_INFORMANT, "Qian"));
  manager->Sync();

  auto devices = List(*manager);  // has not the administrator's certificate of the provisional one: it was not made yet
  EXPECT_EQ(devices.size(), 7u);
  const auto& info = devices[phone->key().str()];
  EXPECT_EQ(info.state(), clientpb::DEVICE_STATE_ACTIVE);
  EXPECT_EQ(info.role(), recordpb::ROLE_INFORMANT);
  EXPECT_EQ(info.person().name(), "Li");  // from PERSON: this desk cannot read invitations
  EXPECT_EQ(info.fingerprint(), FingerprintOf(log.office().office, phone->key(), phone->sealing_keys().public_key()));
  EXPECT_EQ(info.records(), 1u);
  EXPECT_EQ(info.incarnations(), 1u);
  EXPECT_GT(info.last_seen_us(), 0u);
  EXPECT_FALSE(info.has_keys());
  EXPECT_EQ(devices[provisional.key().str()].state(), clientpb::DEVICE_STATE_PROVISIONAL);
  EXPECT_EQ(devices[manager->key().str()].state(), clientpb::DEVICE_STATE_ACTIVE);
  EXPECT_TRUE(devices[manager->key().str()].has_keys());
  EXPECT_FALSE(devices[duty->key().str()].has_keys());
  EXPECT_EQ(devices[admin.key().str()].role(), recordpb::ROLE_ADMINISTRATOR);
  const auto invitation = *ParseInvitation(for_nobody);
  EXPECT_EQ(devices[invitation.id.str()].state(), clientpb::DEVICE_STATE_INVITED);
  EXPECT_EQ(devices[invitation.id.str()].person().name(), "");
  EXPECT_GT(devices[invitation.id.str()].expires_us(), world.clock.NowUs());

  // Only who can check a MAC can tell that an enrolment is suspect; the invited person is the administrators' to read.
  EXPECT_EQ(devices[suspect.key().str()].state(), clientpb::DEVICE_STATE_PROVISIONAL);
  devices = List(admin);
  EXPECT_EQ(devices[suspect.key().str()].state(), clientpb::DEVICE_STATE_SUSPECT);
  EXPECT_EQ(devices[suspect.key().str()].person().name(), "Zhao");
  EXPECT_EQ(devices[invitation.id.str()].person().name(), "Sun");
}

TEST_F(DevicesTest, ACertificateThatEndedAndARevocationAreShown) {
  const auto phone = NewPhone("Li"), other = NewPhone("Wang");
  clientpb::RevokeDeviceRequest request;
  request.set_device_key(phone->key().str());
  request.set_mode(recordpb::REVOKE_MODE_ERASE);
  ASSERT_OK(RevokeDevice(admin.session(), request));
  admin.Sync();
  world.clock.Advance(kMicrosPerSecond);
  admin.Sync();
  auto devices = List(admin);
  EXPECT_EQ(devices[phone->key().str()].state(), clientpb::DEVICE_STATE_REVOKED);
  EXPECT_EQ(devices[phone->key().str()].revoke_id(), Find(recordpb::KIND_REVOKE)[0].record.id.bytes());
  EXPECT_EQ(devices[phone->key().str()].revoke_mode(), recordpb::REVOKE_MODE_ERASE);
  EXPECT_FALSE(devices[phone->key().str()].erase_approved());
  EXPECT_EQ(devices[other->key().str()].state(), clientpb::DEVICE_STATE_ACTIVE);
  world.clock.Advance(3 * 365 * kMicrosPerDay);
  admin.Sync();
  devices = List(admin);
  EXPECT_EQ(devices[other->key().str()].state(), clientpb::DEVICE_STATE_ENDED);
}

// Its last record is its last report: beside a name, number and moment would say who has reported, and when.
TEST_F(DevicesTest, WhoReadsNoReportsIsNotToldWhoFiles) {
  const auto manager = NewManager();
  const auto phone = NewPhone("Li");
  world.clock.Advance(kMicrosPerDay);
  log.Append(phone->Report({}));
  for (TestDesk* desk : {&admin, manager.get()}) desk->Sync();
  const auto after = List(admin).at(phone->key().str());
  EXPECT_FALSE(after.has_records());
  EXPECT_EQ(after.last_seen_us(), 0u);
  EXPECT_EQ(after.state(), clientpb::DEVICE_STATE_ACTIVE);
  EXPECT_EQ(after.person().name(), "Li");
  const auto read = List(*manager).at(phone->key().str());
  EXPECT_GT(read.last_seen_us(), 0u);
  EXPECT_GT(read.records(), 0u);
}

TEST_F(DevicesTest, IncarnationsAreCounted) {
  TestPhone phone(log, world.entropy);
  phone.Enrol(Invite(recordpb::ROLE_INFORMANT));
  const auto manager = NewManager();
  log.Append(phone.Report({}));  // the helper's reports are in an incarnation of their own, as after a restore
  admin.Sync();
  manager->Sync();
  const auto devices = List(admin);
  EXPECT_EQ(devices.at(phone.key().str()).incarnations(), 2u);
  EXPECT_EQ(List(*manager).at(phone.key().str()).records(), 2u);
}

}  // namespace
}  // namespace qf::client
