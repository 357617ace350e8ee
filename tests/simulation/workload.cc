#include "tests/simulation/workload.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::sim {
namespace {

constexpr size_t kFileBytesMax = 700 * 1024;
constexpr char kFileHere[] = "camera";  // on the phone's own disk, and not the program's to keep secret

// Half of it says what it is, so that it would be seen wherever it lies open.
std::string NewFile(Office& office) {
  std::string bytes;
  const size_t size_bytes = 1 + office.chance.Below(kFileBytesMax);
  while (bytes.size() < size_bytes) {
    absl::StrAppend(&bytes, kFileCanary, office.chance.RandomSecret(32).bytes());
  }
  bytes.resize(size_bytes);
  return bytes;
}

absl::StatusOr<std::string> NewDraft(Device& phone, const std::string& canary) {
  clientpb::CreateDraftRequest request;
  auto& report = *request.mutable_report();
  report.set_violation("ban.canvassing");
  report.set_township("清河镇");
  report.set_title(canary);
  report.set_what("有人拉票 " + canary);
  QF_TRY_ASSIGN(const auto made, phone.Call<clientpb::CreateDraftResponse>("FieldService/CreateDraft", request));
  return made.draft().draft_id();
}

absl::Status Attach(Device& phone, const std::string& draft, const std::string& bytes) {
  SimDisk& disk = phone.machine().disk;
  QF_TRY(disk.MakeDir(kFileHere));
  const std::string path = absl::StrCat(kFileHere, "/picture");
  QF_TRY(WriteFileAtomically(disk, path, bytes));
  clientpb::AttachFileRequest request;
  request.set_draft_id(draft);
  request.set_path(path);
  const absl::Status attached = phone.Call<clientpb::AttachFileResponse>("FieldService/AttachFile", request).status();
  QF_TRY(disk.Remove(path));
  QF_TRY(disk.SyncDir(kFileHere));
  return attached;
}

absl::StatusOr<std::string> File(Device& phone, const Filed& filed) {
  QF_TRY_ASSIGN(const std::string draft, NewDraft(phone, filed.canary));
  if (!filed.file.empty()) QF_TRY(Attach(phone, draft, filed.file));
  clientpb::FileReportRequest file;
  file.set_draft_id(draft);
  QF_TRY_ASSIGN(const auto done, phone.Call<clientpb::FileReportResponse>("FieldService/FileReport", file));
  return done.item().item_id();
}

std::string NextText(Office& office) {
  return absl::StrCat(kCanary, office.options.seed, "-", office.filed.size(), "-", office.said.size());
}

// An arrival that the manager can read, and which of the filed reports it is.
std::optional<std::pair<clientpb::Arrival, size_t>> PickArrival(Office& office, bool without_case) {
  clientpb::ListArrivalsRequest list;
  list.set_page_size(50);
  list.set_without_case(without_case);
  const auto listed = office.manager->Call<clientpb::ListArrivalsResponse>("DeskService/ListArrivals", list);
  if (!office.Did(*office.manager, listed.status(), "the register opens") || listed->arrivals().empty()) return {};
  const auto& arrival = listed->arrivals(static_cast<int>(office.chance.Below(listed->arrivals().size())));
  for (size_t i = 0; i < office.filed.size(); ++i) {
    if (office.filed[i].canary == arrival.report().title()) return std::make_pair(arrival, i);
  }
  return {};
}

bool SyncWithin(Office& office, Device& device, int tries) {
  for (int i = 0; i < tries; ++i) {
    if (office.Sync(device).ok()) return true;
    office.scheduler.RunFor(kMicrosPerMinute);
  }
  return false;
}

absl::Status Enrol(Device& device, const std::string& invitation) {
  clientpb::EnrolRequest request;
  request.set_invitation(invitation);
  request.set_pin(device.name() + "-harbour-lantern");
  return device.Call<clientpb::EnrolResponse>("VaultService/Enrol", request).status();
}

}  // namespace

void FileReport(Office& office, Device& phone, bool with_file) {
  if (!office.InOffice(phone) || office.revoked.count(&phone) > 0) return;
  Filed filed;
  filed.phone = &phone;
  filed.canary = NextText(office);
  if (with_file) filed.file = NewFile(office);
  const auto item = File(phone, filed);
  // A Hello that was altered on its way may have asked for less than the phone wanted, which nobody can prove: it has
  // no key yet, says so, and keeps the draft.
  if (ReasonOf(item.status()) == Reason::REASON_NO_EPOCH && office.network.meddler().lies(phone.name()) > 0) return;
  if (office.Did(phone, item.status(), "a report is filed")) {
    filed.item = *item;
    office.Seen(with_file ? "reports filed with a file" : "reports filed");
  } else {
    office.Seen("reports whose filing failed");
  }
  office.Trace(absl::StrCat(phone.name(), " files ", filed.canary, filed.item.empty() ? ": not confirmed" : ""));
  office.filed.push_back(std::move(filed));
}

void SendMessage(Office& office, Device& phone) {
  if (!office.InOffice(phone) || office.revoked.count(&phone) > 0 || office.filed.empty()) return;
  const size_t which = office.chance.Below(office.filed.size());
  const Filed& filed = office.filed[which];
  if (filed.phone != &phone || !filed.confirmed()) return;
  clientpb::SendMessageRequest request;
  request.set_item_id(filed.item);
  request.set_text(NextText(office));
  const auto sent = phone.Call<clientpb::SendMessageResponse>("FieldService/SendMessage", request);
  if (!office.Did(phone, sent.status(), "a message is sent")) return;
  office.Trace(absl::StrCat(phone.name(), " adds to ", filed.canary));
  office.Seen("messages of reporters");
  office.said.push_back({which, request.text(), true});
}

void Reply(Office& office) {
  const auto picked = PickArrival(office, false);
  if (!picked.has_value()) return;
  clientpb::ReplyRequest request;
  request.set_record_id(picked->first.record_id());
  request.set_text(NextText(office));
  const auto replied = office.manager->Call<clientpb::ReplyResponse>("DeskService/Reply", request);
  if (!office.Did(*office.manager, replied.status(), "a reply is filed")) return;
  office.Trace("the manager answers " + office.filed[picked->second].canary);
  office.Seen("replies");
  office.said.push_back({picked->second, request.text()});
}

void OpenCase(Office& office) {
  const auto picked = PickArrival(office, true);
  if (!picked.has_value()) return;
  clientpb::OpenCaseRequest request;
  request.add_record_ids(picked->first.record_id());
  const auto opened = office.manager->Call<clientpb::OpenCaseResponse>("DeskService/OpenCase", request);
  if (!office.Did(*office.manager, opened.status(), "a case is opened")) return;
  office.Trace("the manager opens a case for " + office.filed[picked->second].canary);
  office.Seen("cases opened");
}

void EnrolLate(Office& office) {
  if (office.restart_due || office.phones.size() > 3) return;
  const std::string invitation = office.Invite("latecomer", recordpb::ROLE_INFORMANT, 60);
  if (!SyncWithin(office, *office.admin, 6)) return;
  Device& phone = *office.NewDevice("latecomer");
  office.Must(Enrol(phone, invitation), "the latecomer enrols");
  if (!SyncWithin(office, phone, 6)) return;  // before its first contact it files nothing
  office.phones.push_back(&phone);
  office.admin->online = false;
  FileReport(office, phone, false);
  if (SyncWithin(office, phone, 6)) office.Seen("provisional phones whose reports were taken");
  office.scheduler.RunFor(limits::kProvisionalUs + kMicrosPerDay);
  FileReport(office, phone, false);
  if (ReasonOf(office.Sync(phone)) == Reason::REASON_NOT_CERTIFIED) office.Seen("provisional phones beyond their time");
  office.admin->online = true;
}

void EnrolRefused(Office& office) {
  if (office.restart_due) return;
  const bool expired = office.chance.Below(2) == 0;
  const std::string invitation = office.Invite("twice", recordpb::ROLE_INFORMANT, 1);
  if (!SyncWithin(office, *office.admin, 6)) return;
  if (expired) office.scheduler.RunFor(2 * kMicrosPerDay);
  absl::Status refused;
  for (int i = 0; i < (expired ? 1 : 2); ++i) {
    office.strangers.push_back(std::make_unique<Device>(office.scheduler, office.network,
                                                        office.options.seed * 1000 + 500 + office.strangers.size(),
                                                        absl::StrCat("stranger", office.strangers.size())));
    Device& stranger = *office.strangers.back();
    office.Must(stranger.Start(), "a stranger starts");
    office.Must(Enrol(stranger, invitation), "a stranger enrols");
    for (int tries = 0; tries < 6; ++tries) {
      refused = stranger.Call<clientpb::SyncResponse>("FieldService/Sync", clientpb::SyncRequest()).status();
      if (refused.ok() || ReasonOf(refused) == Reason::REASON_USED || ReasonOf(refused) == Reason::REASON_EXPIRED)
        break;
    }
    if (!refused.ok()) break;
  }
  const Reason reason = ReasonOf(refused);
  office.Trace("a stranger enrols: " + qf::NameOf(reason));
  if (refused.ok()) office.Violated("6: an invitation that was used or has expired enrols");
  if (reason == Reason::REASON_USED || reason == Reason::REASON_EXPIRED) office.Seen("records that were refused");
}

void Revoke(Office& office, Device& phone) {
  if (office.restart_due || !office.revoked.empty()) return;
  FileReport(office, phone, office.chance.Below(2) == 0);  // so that there is something to drain
  const auto session =
      phone.Call<clientpb::GetSessionResponse>("VaultService/GetSession", clientpb::GetSessionRequest());
  if (!office.Did(phone, session.status(), "a phone's session")) return;
  if (session->session().state() != clientpb::SESSION_STATE_ACTIVE) return;
  clientpb::RevokeDeviceRequest revoke;
  revoke.set_device_key(session->session().device_key());
  revoke.set_mode(recordpb::REVOKE_MODE_DRAIN);
  const auto done = office.admin->Call<clientpb::RevokeDeviceResponse>("DeskService/RevokeDevice", revoke);
  if (ReasonOf(done.status()) == Reason::REASON_NOT_FOUND) return;  // the administrator has not heard of it yet
  if (!office.Did(*office.admin, done.status(), "a phone is revoked")) return;
  office.Trace(phone.name() + " is revoked");
  office.Seen("phones that were revoked");
  office.revoked.emplace(&phone, office.scheduler.now_us());
  office.phone_copies.erase(std::remove_if(office.phone_copies.begin(), office.phone_copies.end(),
                                           [&](const Office::PhoneCopy& copy) { return copy.phone == &phone; }),
                            office.phone_copies.end());
  if (SyncWithin(office, *office.admin, 3) && !office.restart_due) office.shut_out.insert(phone.name());
}

}  // namespace qf::sim
