// An office at work in one process: log, first administrator, and as many desks and phones as a test wants.
#pragma once

#include <memory>
#include <string>

#include "client-core/desk/certify.h"
#include "client-core/desk/desk.h"
#include "client-core/desk/invitations.h"
#include "client-core/desk/keys.h"
#include "client-core/desk/restart.h"
#include "client-core/office/fingerprint.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_desk.h"
#include "tests/support/test_phone.h"

namespace qf {

class DeskTest : public testing::Test {
 protected:
  DeskTest() { admin.Open(log); }

  // An invitation by the administrator, in the log.
  std::string Invite(recordpb::Role role, const std::string& name = "") { return InviteBy(admin, role, name); }
  std::string InviteBy(TestDesk& desk, recordpb::Role role, const std::string& name = "") {
    clientpb::CreateInvitationRequest request;
    request.set_role(role);
    request.mutable_person()->set_name(name);
    const auto response = client::CreateInvitation(desk.session(), request);
    EXPECT_OK(response);
    desk.Sync();
    return response.ok() ? response->invitation() : "";
  }

  // A desk of that role, certified; not granted any key.
  std::unique_ptr<TestDesk> NewDesk(recordpb::Role role, const std::string& name) {
    auto desk = std::make_unique<TestDesk>(world, name);
    const std::string invitation = Invite(role, name);
    desk->Open(log);
    desk->Enrol(invitation);
    desk->Sync();
    admin.Sync();
    desk->Sync();
    return desk;
  }
  // A second administrator, whose certificate `shares` of the recovery kit signed; not yet synced by itself.
  std::unique_ptr<TestDesk> NewAdministrator(const std::string& name, std::initializer_list<size_t> shares) {
    auto desk = std::make_unique<TestDesk>(world, name);
    const std::string invitation = Invite(recordpb::ROLE_ADMINISTRATOR);
    desk->Open(log);
    desk->Enrol(invitation);
    desk->Sync();
    admin.Sync();
    clientpb::CertifyAdministratorRequest request;
    request.set_device_key(desk->key().str());
    for (const size_t share : shares)
      request.add_recovery_shares(std::string(log.office().recovery_shares[share].bytes()));
    EXPECT_OK(client::CertifyAdministrator(admin.session(), request));
    admin.Sync();
    return desk;
  }
  // The first case manager: makes the office's first key.
  std::unique_ptr<TestDesk> NewManager() {
    auto manager = NewDesk(recordpb::ROLE_CASE_MANAGER, "manager");
    admin.Sync();
    return manager;
  }
  absl::StatusOr<clientpb::GrantKeysResponse> Grant(TestDesk& manager, const TestDesk& desk) {
    clientpb::GrantKeysRequest request;
    request.set_device_key(desk.key().str());
    request.set_fingerprint(
        client::FingerprintOf(log.office().office, desk.key(), *SealingKey::From(desk.PublicKeys().sealing_key())));
    return client::GrantKeys(manager.session(), request);
  }

  // A phone that has enrolled and was certified.
  std::unique_ptr<TestPhone> NewPhone(const std::string& name) {
    auto phone = std::make_unique<TestPhone>(log, world.entropy);
    phone->Enrol(Invite(recordpb::ROLE_INFORMANT, name));
    admin.Sync();
    return phone;
  }

  // An administrator's desk begins a new term of the log.
  absl::StatusOr<clientpb::RestartLogResponse> Restart(TestDesk& desk, const std::string& cause = "restored") {
    clientpb::RestartLogRequest request;
    request.set_cause(cause);
    absl::StatusOr<clientpb::RestartLogResponse> out;
    client::RestartLog(desk.desk(), request,
                       [&](absl::StatusOr<clientpb::RestartLogResponse> response) { out = std::move(response); });
    world.loop.Run();
    return out;
  }

  // Entries of a kind in the log.
  std::vector<record::Entry> Find(recordpb::Kind kind) {
    std::vector<record::Entry> out;
    for (const auto& raw : log.entries()) {
      auto entry = *record::ParseEntry(raw);
      if (entry.record.header.kind == kind) out.push_back(std::move(entry));
    }
    return out;
  }
  std::vector<client::Evidence> EvidenceOf(TestDesk& desk) {
    return *desk.session().database().Read([](sql::ReadTxn& tx) { return client::ListEvidence(tx, 100); });
  }

  ManualWorld world{SystemFiles()};
  TestDesk admin{world, "admin"};
  LogBuilder log{world.entropy, world.clock, admin.PublicKeys()};
};

}  // namespace qf
