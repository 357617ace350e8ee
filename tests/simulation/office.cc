#include "tests/simulation/office.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "tests/simulation/bounds.h"
#include "tests/simulation/controls/controls.h"

namespace qf::sim {
namespace {

constexpr int kPhones = 3;
constexpr int kSettlingRounds = 8;
constexpr int kRefillEndsAfter = 3;

// What no honest server and no disk that keeps its word can make a client say.
bool TellsOfLies(Reason reason) {
  static const std::set<Reason> kReasons = {Reason::REASON_PROOF,     Reason::REASON_FORK, Reason::REASON_MALFORMED,
                                            Reason::REASON_SIGNATURE, Reason::REASON_GAP,  Reason::REASON_OFFICE};
  return kReasons.count(reason) > 0;
}

}  // namespace

Office::Office(const CampaignOptions& o)
    : options(o),
      chance(o.seed * 7919 + 17),
      network_entropy(o.seed * 104729 + 3),
      network(scheduler, network_entropy),
      server(scheduler, network, o.seed * 31 + 1) {
  network.Watch(kCanary);
  if (InUse(Control::kSynchronousNormal)) server.machine().disk.vfs().OmitCommitSyncs();
  network.OnCall([this](const rpc::CallInfo& info, const std::string& request) { CheckCall(info, request); });
  network.OnAnswer([this](const rpc::CallInfo& info, const std::string& answer) { CheckAnswer(info, answer); });
}

// What a server that answers before its commit would have on its disk: everything but what came last.
void Office::RememberBeforeCommit() {
  const uint64_t size = server.server().book().View().size;
  if (size == size_before_call_) return;
  size_before_call_ = size;
  before_commit = std::exchange(before_call_, server.Copy());
}

void Office::Must(const absl::Status& status, const std::string& what) {
  if (!status.ok()) Violated(absl::StrCat(what, ": ", qf::NameOf(ReasonOf(status)), " ", status.message()));
}

bool Office::Did(const Device& device, const absl::Status& status, const std::string& what) {
  static const std::set<Reason> kOfDisks = {Reason::REASON_DISK_ERROR, Reason::REASON_DISK_FULL,
                                            Reason::REASON_STORE_CLOSED};
  if (status.ok()) return true;
  if (troubled != &device || kOfDisks.count(ReasonOf(status)) == 0) Must(status, what);
  return false;
}

void Office::Trace(const std::string& what) {
  if (options.trace) {
    std::printf("%10.3f h  %s\n", static_cast<double>(scheduler.now_us()) / kMicrosPerHour, what.c_str());
  }
}

Device* Office::NewDevice(const std::string& name) {
  devices.push_back(std::make_unique<Device>(scheduler, network, options.seed * 1000 + devices.size() + 10, name));
  if (InUse(Control::kSynchronousNormal)) devices.back()->machine().disk.vfs().OmitCommitSyncs();
  Must(devices.back()->Start(), name + " starts");
  return devices.back().get();
}

std::vector<Device*> Office::PeopleInOffice() const {
  std::vector<Device*> out;
  for (const auto& device : devices) {
    if (InOffice(*device)) out.push_back(device.get());
  }
  return out;
}

bool Office::TooLate(const Device& device) const {
  const auto found = revoked.find(&device);
  return found != revoked.end() && scheduler.now_us() > found->second + limits::kDrainUs;
}

// --- an office, before anything goes wrong

void Office::Found() {
  const std::string request = server.Init();
  admin = NewDevice("administrator");
  clientpb::CreateOfficeRequest create;
  create.set_pin(admin->name() + "-harbour-lantern");
  create.set_server_request(request);
  create.set_address("server.example:8443");
  const auto office = admin->Call<clientpb::CreateOfficeResponse>("VaultService/CreateOffice", create);
  if (!office.ok()) return Must(office.status(), "an office is founded");
  server.Install(office->server_bundle());
  recovery_shares.assign(office->recovery_shares().begin(), office->recovery_shares().end());
  StartServer();
  Must(Sync(*admin), "the administrator syncs");
  manager = Enrol("manager", recordpb::ROLE_CASE_MANAGER);
  officer = Enrol("officer", recordpb::ROLE_DUTY_OFFICER);
  for (int i = 0; i < kPhones; ++i) phones.push_back(Enrol(absl::StrCat("phone", i), recordpb::ROLE_INFORMANT));
  GrantKeys();
  for (int round = 0; round < 3; ++round) {
    for (const auto& device : devices) Must(Sync(*device), device->name() + " syncs");
  }
}

// The case manager gives the officer the office's keys, as after comparing fingerprints.
void Office::GrantKeys() {
  for (Device* device : {manager, officer}) Must(Sync(*device), device->name() + " syncs");
  const auto session =
      officer->Call<clientpb::GetSessionResponse>("VaultService/GetSession", clientpb::GetSessionRequest());
  if (!session.ok()) return Must(session.status(), "the officer's session");
  clientpb::GrantKeysRequest grant;
  grant.set_device_key(session->session().device_key());
  grant.set_fingerprint(session->session().fingerprint());
  Must(manager->Call<clientpb::GrantKeysResponse>("DeskService/GrantKeys", grant).status(), "keys are granted");
}

std::string Office::Invite(const std::string& name, recordpb::Role role, uint32_t valid_days) {
  clientpb::CreateInvitationRequest invite;
  invite.set_role(role);
  invite.set_valid_days(valid_days);
  invite.mutable_person()->set_name(name);
  const auto invitation = admin->Call<clientpb::CreateInvitationResponse>("DeskService/CreateInvitation", invite);
  Must(invitation.status(), "an invitation");
  return invitation.ok() ? invitation->invitation() : "";
}

Device* Office::Enrol(const std::string& name, recordpb::Role role) {
  Device* device = NewDevice(name);
  clientpb::EnrolRequest enrol;
  enrol.set_invitation(Invite(name, role));
  enrol.set_pin(name + "-harbour-lantern");
  Must(Sync(*admin), "the invitation is sent");
  Must(device->Call<clientpb::EnrolResponse>("VaultService/Enrol", enrol).status(), name + " enrols");
  Must(Sync(*device), name + " syncs");
  Must(Sync(*admin), "the administrator certifies");
  return device;
}

// --- a run of sync

absl::Status Office::Sync(Device& device) {
  const uint64_t lies_before = network.meddler().lies(device.name());
  const uint32_t evidence_before = Evidence(device);
  const absl::Status status =
      device.Call<clientpb::SyncResponse>("FieldService/Sync", clientpb::SyncRequest()).status();
  Trace(device.name() + " syncs: " + qf::NameOf(ReasonOf(status)));
  Seen(status.ok() ? "syncs that settled" : "syncs that did not settle");
  CheckSync(device, status, lies_before, evidence_before);
  if (revoked.count(&device) > 0) NoteIfGone(device);
  return status;
}

void Office::CheckSync(Device& device, const absl::Status& status, uint64_t lies_before, uint32_t evidence_before) {
  const Reason reason = ReasonOf(status);
  const bool lied_to = network.meddler().lies(device.name()) > lies_before;
  if (reason == Reason::REASON_STORE_DAMAGED) Must(status, "1: the store of " + device.name());
  if (reason == Reason::REASON_ROLLED_BACK && !restart_due && !lied_to) {
    Violated("2: the server holds less than it acknowledged, and nobody put it back");
  }
  if (!TellsOfLies(reason)) return;
  // LATER(GAP) proves nothing against the server: a push was altered on its way, or what comes before in its stream is
  // still to be offered again by somebody else.
  const bool evidence = Evidence(device) > evidence_before;
  if (reason == Reason::REASON_GAP && !evidence) return;
  if (!lied_to) return Must(status, "7: " + device.name() + " was shown something false");
  Seen("lies that a device noticed");
  if (troubled != &device && Evidence(device) == 0) {  // the same twice is kept once
    Violated("7: " + device.name() + " kept no evidence of " + qf::NameOf(reason));
  }
}

uint32_t Office::Evidence(Device& device) {
  const auto status =
      device.Call<clientpb::GetSyncStatusResponse>("FieldService/GetSyncStatus", clientpb::GetSyncStatusRequest());
  return status.ok() ? status->evidence() : 0;
}

void Office::NoteIfGone(Device& device) {
  const auto session =
      device.Call<clientpb::GetSessionResponse>("VaultService/GetSession", clientpb::GetSessionRequest());
  if (!session.ok() || session->session().state() != clientpb::SESSION_STATE_WIPED) return;
  left.insert(&device);
  Trace(device.name() + " has erased itself");
  Seen("revoked phones that erased themselves");
}

void Office::CheckCall(const rpc::CallInfo& info, const std::string& request) {
  if (InUse(Control::kAckBeforeCommit)) RememberBeforeCommit();
  const std::string beyond = RequestBeyondBounds(info.method, request);
  if (!beyond.empty()) Violated("bounds: " + info.peer + " sends more than is allowed: " + beyond);
}

void Office::CheckAnswer(const rpc::CallInfo& info, const std::string& answer) {
  const std::string beyond = AnswerBeyondBounds(info.method, answer);
  if (!beyond.empty()) Violated("bounds: " + info.peer + " is given more than is allowed: " + beyond);
  if (shut_out.count(info.peer) == 0 || restart_due || info.method != "qingfeng.server.v1.SyncService/Exchange") return;
  serverpb::ExchangeResponse response;
  if (!response.ParseFromString(answer)) return;
  if (response.pages_size() > 0) Violated("6: " + info.peer + " was revoked and is given a page");
}

void Office::SignRestart() {
  (void)Sync(*admin);
  clientpb::RestartLogRequest restart;
  restart.set_cause("simulated");
  const auto done = admin->Call<clientpb::RestartLogResponse>("DeskService/RestartLog", restart);
  Trace("RESTART: " + (done.ok() ? absl::StrCat("kept ", done->kept_size()) : qf::NameOf(ReasonOf(done.status()))));
  if (!done.ok()) return;
  restart_due = false;
  Seen("terms begun");
}

// Each try may be cut again by a step that asked for it; then the machine starts once more.
void Office::StartServer() {
  while (!server.running()) {
    const absl::Status started = server.Start();
    if (started.ok()) return;
    if (!server.machine().disk.stopped()) return Must(started, "1: the server starts");
    Seen("second cuts during the server's recovery");
    server.CutPower();
  }
}

void Office::Settle() {
  bool ended = false;
  for (int round = 0; round < kSettlingRounds; ++round) {
    scheduler.RunFor(kMicrosPerHour);
    for (Device* device : PeopleInOffice()) {
      if (ReasonOf(Sync(*device)) == Reason::REASON_ROLLED_BACK) SignRestart();
    }
    if (round < kRefillEndsAfter || ended) continue;
    ended = admin->Call<clientpb::EndRefillResponse>("DeskService/EndRefill", clientpb::EndRefillRequest()).ok();
  }
  for (Device* device : PeopleInOffice()) {
    const absl::Status synced = Sync(*device);
    // What is left of a file that came too late is not taken, and its author is told at each sync.
    if (TooLate(*device) && ReasonOf(synced) == Reason::REASON_REVOKED) continue;
    Must(synced, "5: " + device->name() + " settles");
  }
  settled = true;
}

}  // namespace qf::sim
