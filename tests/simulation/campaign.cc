#include "tests/simulation/campaign.h"

#include <cstdio>
#include <memory>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tests/simulation/world/machine.h"

namespace qf::sim {
namespace {

constexpr int kPhones = 3;
constexpr char kCanary[] = "canary-";

class Campaign {
 public:
  explicit Campaign(const CampaignOptions& options)
      : options_(options),
        chance_(options.seed * 7919 + 17),
        network_entropy_(options.seed * 104729 + 3),
        network_(scheduler_, network_entropy_),
        server_(scheduler_, network_, options.seed * 31 + 1) {}

  CampaignResult Run() {
    network_.Watch(kCanary);
    Found();
    network_.SetFaults({.refused = 40, .request_lost = 40, .reply_lost = 80, .delivered_again = 30, .stalled = 5});
    for (int step = 0; step < options_.steps && result_.violations.empty(); ++step) Step();
    if (result_.violations.empty()) Settle();
    if (result_.violations.empty()) Check();
    for (int e = 0; e < static_cast<int>(NetworkEvent::kEnd); ++e) {
      result_.counts[NameOf(static_cast<NetworkEvent>(e))] = network_.count(static_cast<NetworkEvent>(e));
    }
    return std::move(result_);
  }

 private:
  struct Filed {
    Device* phone;
    std::string item;
    std::string canary;
    bool gone_with_store = false;  // its phone was put back to a copy from before it was filed
  };
  struct PhoneCopy {
    Device* phone;
    SimDisk::Image image;
    size_t filed;  // reports before the copy, of everybody
  };

  void Violated(const std::string& what) { result_.violations.push_back(what); }
  void Must(const absl::Status& status, const std::string& what) {
    if (!status.ok()) Violated(absl::StrCat(what, ": ", qf::NameOf(ReasonOf(status)), " ", status.message()));
  }
  void Trace(const std::string& what) {
    if (options_.trace)
      std::printf("%10.3f h  %s\n", static_cast<double>(scheduler_.now_us()) / kMicrosPerHour, what.c_str());
  }
  void Seen(const std::string& what) { ++result_.counts[what]; }

  Device* NewDevice(const std::string& name) {
    devices_.push_back(
        std::make_unique<Device>(scheduler_, network_, options_.seed * 1000 + devices_.size() + 10, name));
    Must(devices_.back()->Start(), name + " starts");
    return devices_.back().get();
  }

  // --- an office, before anything goes wrong

  void Found() {
    const std::string request = server_.Init();
    admin_ = NewDevice("administrator");
    clientpb::CreateOfficeRequest create;
    create.set_pin(admin_->name() + "-harbour-lantern");
    create.set_server_request(request);
    create.set_address("server.example:8443");
    const auto office = admin_->Call<clientpb::CreateOfficeResponse>("VaultService/CreateOffice", create);
    if (!office.ok()) return Must(office.status(), "an office is founded");
    server_.Install(office->server_bundle());
    server_.Start();
    Must(Sync(*admin_), "the administrator syncs");
    manager_ = Enrol("manager", recordpb::ROLE_CASE_MANAGER);
    for (int i = 0; i < kPhones; ++i) phones_.push_back(Enrol(absl::StrCat("phone", i), recordpb::ROLE_INFORMANT));
    for (int round = 0; round < 3; ++round) SyncAll();
  }

  Device* Enrol(const std::string& name, recordpb::Role role) {
    Device* device = NewDevice(name);
    clientpb::CreateInvitationRequest invite;
    invite.set_role(role);
    invite.mutable_person()->set_name(name);
    const auto invitation = admin_->Call<clientpb::CreateInvitationResponse>("DeskService/CreateInvitation", invite);
    if (!invitation.ok()) return Must(invitation.status(), "an invitation"), device;
    Must(Sync(*admin_), "the invitation is sent");
    clientpb::EnrolRequest enrol;
    enrol.set_invitation(invitation->invitation());
    enrol.set_pin(name + "-harbour-lantern");
    Must(device->Call<clientpb::EnrolResponse>("VaultService/Enrol", enrol).status(), name + " enrols");
    Must(Sync(*device), name + " syncs");
    Must(Sync(*admin_), "the administrator certifies");
    return device;
  }

  absl::Status Sync(Device& device) {
    return device.Call<clientpb::SyncResponse>("FieldService/Sync", clientpb::SyncRequest()).status();
  }
  void SyncAll() {
    for (const auto& device : devices_) Must(Sync(*device), device->name() + " syncs");
  }

  // --- a month

  void Step() {
    scheduler_.RunFor(chance_.Below(12 * kMicrosPerHour));
    if (!server_.running()) server_.Start();
    const uint64_t x = chance_.Below(100);
    Device& device = *devices_[chance_.Below(devices_.size())];
    if (x < 34) return FileReport(*phones_[chance_.Below(phones_.size())]);
    if (x < 74) return TrySync(device);
    if (x < 81) return CutPower(device);
    if (x < 86) return KillServer();
    if (x < 92) return Copy();
    if (x < 95) return Restore();
    if (x < 97) return CopyPhone(*phones_[chance_.Below(phones_.size())]);
    if (x < 99) return RollBackPhone();
    device.machine().clock.SetWrongBy(static_cast<int64_t>(chance_.Below(4 * kMicrosPerMinute)));
    Seen("clock set wrong");
  }

  void FileReport(Device& phone) {
    clientpb::CreateDraftRequest draft;
    const std::string canary = absl::StrCat(kCanary, options_.seed, "-", filed_.size());
    draft.mutable_report()->set_violation("ban.canvassing");
    draft.mutable_report()->set_township("清河镇");
    draft.mutable_report()->set_title(canary);
    draft.mutable_report()->set_what("有人拉票 " + canary);
    const auto made = phone.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", draft);
    if (!made.ok()) return Must(made.status(), "a draft");
    clientpb::FileReportRequest file;
    file.set_draft_id(made->draft().draft_id());
    const auto done = phone.Call<clientpb::FileReportResponse>("FieldService/FileReport", file);
    if (!done.ok()) return Must(done.status(), "a report is filed");
    filed_.push_back({&phone, done->item().item_id(), canary});
    Trace(phone.name() + " files " + canary);
    Seen("reports filed");
  }

  void TrySync(Device& device) {
    const absl::Status status = Sync(device);
    Trace(device.name() + " syncs: " + qf::NameOf(ReasonOf(status)));
    if (ReasonOf(status) == Reason::REASON_ROLLED_BACK) SignRestart();
    Seen(status.ok() ? "syncs that settled" : "syncs that did not settle");
    static const std::set<Reason> kNever = {Reason::REASON_PROOF,         Reason::REASON_FORK,
                                            Reason::REASON_MALFORMED,     Reason::REASON_SIGNATURE,
                                            Reason::REASON_STORE_DAMAGED, Reason::REASON_GAP};
    if (kNever.count(ReasonOf(status)) > 0) Must(status, device.name() + " was shown something false");
  }

  void CutPower(Device& device) {
    Trace(device.name() + " loses power");
    device.CutPower();
    Seen("devices that lost power");
    Must(device.Start(), device.name() + " starts again");
  }

  void CopyPhone(Device& phone) {
    phone.Kill();
    phone_copies_.push_back({&phone, phone.machine().disk.Snapshot(), filed_.size()});
    Must(phone.Start(), phone.name() + " starts again");
  }

  // A phone restored from an older copy of itself: what it filed since then is gone with the newer store.
  void RollBackPhone() {
    if (phone_copies_.empty()) return;
    const PhoneCopy& copy = phone_copies_[chance_.Below(phone_copies_.size())];
    Trace(copy.phone->name() + " is put back to an older copy");
    for (size_t i = copy.filed; i < filed_.size(); ++i) {
      if (filed_[i].phone == copy.phone) filed_[i].gone_with_store = true;
    }
    copy.phone->Kill();
    copy.phone->machine().disk.Restore(copy.image);
    Must(copy.phone->Start(), copy.phone->name() + " starts from its copy");
    Seen("phones that were put back");
  }

  void KillServer() {
    Trace("the server loses power");
    chance_.Below(2) == 0 ? server_.CutPower() : server_.Kill();
    Seen("servers that died");
  }

  void Copy() {
    if (copies_.size() < 4) copies_.push_back(server_.Copy());
  }

  void Restore() {
    if (copies_.empty()) return;
    const size_t which = chance_.Below(copies_.size());
    Trace("the server is put back to an older copy");
    server_.PutBack(copies_[which]);
    server_.Start();
    Seen("servers that were put back");
    SignRestart();
  }

  void SignRestart() {
    (void)Sync(*admin_);
    clientpb::RestartLogRequest restart;
    restart.set_cause("simulated");
    const auto done = admin_->Call<clientpb::RestartLogResponse>("DeskService/RestartLog", restart);
    Trace("RESTART: " + (done.ok() ? absl::StrCat("kept ", done->kept_size()) : qf::NameOf(ReasonOf(done.status()))));
    if (done.ok()) Seen("terms begun");
  }

  // --- faults stop

  void Settle() {
    network_.SetFaults({});
    if (!server_.running()) server_.Start();
    for (const auto& device : devices_) device->machine().clock.SetWrongBy(0);
    bool ended = false;
    for (int round = 0; round < 8; ++round) {
      scheduler_.RunFor(kMicrosPerHour);
      for (const auto& device : devices_) {
        if (ReasonOf(Sync(*device)) == Reason::REASON_ROLLED_BACK) SignRestart();
      }
      if (round == 3 && !ended) {
        ended = admin_->Call<clientpb::EndRefillResponse>("DeskService/EndRefill", clientpb::EndRefillRequest()).ok();
      }
    }
    for (const auto& device : devices_) Must(Sync(*device), device->name() + " settles");
  }

  // What must always hold (docs/protocol.md, last section but one), as far as this workload reaches.
  void Check() {
    clientpb::ListArrivalsRequest list;
    list.set_page_size(1000);
    const auto arrivals = manager_->Call<clientpb::ListArrivalsResponse>("DeskService/ListArrivals", list);
    if (!arrivals.ok()) return Must(arrivals.status(), "the register opens");
    std::map<std::string, int> seen;
    for (const auto& arrival : arrivals->arrivals()) ++seen[arrival.report().title()];
    for (const Filed& filed : filed_) {
      if (filed.gone_with_store) {
        if (seen[filed.canary] > 1) Violated("3: " + filed.canary + " is shown twice");
        continue;
      }
      if (seen[filed.canary] == 0) Violated("1: " + filed.canary + " of " + filed.phone->name() + " was lost");
      if (seen[filed.canary] > 1) Violated("3: " + filed.canary + " is shown twice");
      clientpb::GetReceiptRequest receipt;
      receipt.set_item_id(filed.item);
      Must(filed.phone->Call<clientpb::GetReceiptResponse>("FieldService/GetReceipt", receipt).status(),
           "2: the receipt of " + filed.canary);
    }
    std::set<std::string> roots;
    for (Device* desk : {admin_, manager_}) {
      const auto log = desk->Call<clientpb::VerifyLogResponse>("DeskService/VerifyLog", clientpb::VerifyLogRequest());
      if (!log.ok()) return Must(log.status(), "4: the log is verified");
      if (!log->verified()) Violated("4: the log does not verify: " + log->problem());
      roots.insert(absl::StrCat(log->size(), ":", log->root()));
    }
    if (roots.size() != 1) Violated("4: two desks hold different logs");
    for (const auto& device : devices_) {
      const auto status =
          device->Call<clientpb::GetSyncStatusResponse>("FieldService/GetSyncStatus", clientpb::GetSyncStatusRequest());
      if (!status.ok()) return Must(status.status(), "5: the state of sync");
      if (status->records_left() + status->reoffers_left() > 0)
        Violated("5: " + device->name() + " still has something to send");
      if (status->evidence() > 0) Violated("7: " + device->name() + " raised a false alarm");
    }
    for (const std::string& leak : network_.leaks()) Violated("8: " + leak + " went over the network in the clear");
    if (!server_.machine().disk.Scan(kCanary).empty()) Violated("8: a report lies on the server's disk in the clear");
    for (const auto& device : devices_) {
      if (!device->machine().disk.Scan(kCanary).empty())
        Violated("8: a report lies on the disk of " + device->name() + " in the clear");
    }
  }

  const CampaignOptions options_;
  CampaignResult result_;
  Scheduler scheduler_;
  SeededEntropy chance_;
  SeededEntropy network_entropy_;
  Network network_;
  ServerMachine server_;
  std::vector<std::unique_ptr<Device>> devices_;
  Device* admin_ = nullptr;
  Device* manager_ = nullptr;
  std::vector<Device*> phones_;
  std::vector<Filed> filed_;
  std::vector<SimDisk::Image> copies_;
  std::vector<PhoneCopy> phone_copies_;
};

}  // namespace

CampaignResult RunCampaign(const CampaignOptions& options) { return Campaign(options).Run(); }

}  // namespace qf::sim
