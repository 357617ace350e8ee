// init-office, enrol, session, change-pin, doctor, wipe.
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/finding_view.h"
#include "tools/qingfeng/save_file.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr uint64_t kInvitationBytesMax = 64 * 1024;
constexpr uint64_t kServerRequestBytesMax = 1 << 20;

void PrintSession(Context& context, const clientpb::Session& session) {
  context.PrintFields({{Tr("state"), Shown(session.state())},
                       {Tr("office"), ToHex(session.office_id())},
                       {Tr("server"), session.address()},
                       {Tr("device"), ToHex(session.device_key())},
                       {Tr("role"), Shown(session.role())},
                       {Tr("fingerprint"), session.fingerprint()},
                       {Tr("waits for keys"), ShownYes(session.waiting_for_keys())},
                       {Tr("next PIN try"), ShownTime(session.next_try_at_us())}});
}

// Where the shares of the recovery kit go. Made before the office is, so that they cannot get lost afterwards.
class Shares {
 public:
  static absl::StatusOr<Shares> Open(Context& context, const std::string& folder) {
    Shares shares;
    if (folder.empty()) return shares;
    QF_TRY(context.files().MakeDir(folder));
    for (int i = 1; i <= 3; ++i) {
      const std::string path = absl::StrCat(folder, "/recovery-share-", i, ".txt");
      QF_TRY_ASSIGN(auto sink, FileSink::Open(context.console(), context.files(), path));
      shares.sinks_.push_back(std::move(sink));
    }
    return shares;
  }

  absl::Status Give(Context& context, const clientpb::CreateOfficeResponse& office) {
    for (size_t i = 0; i < sinks_.size() && i < static_cast<size_t>(office.recovery_shares_size()); ++i) {
      QF_TRY(sinks_[i]->Write(absl::StrCat(office.recovery_shares(static_cast<int>(i)), "\n")));
      QF_TRY(sinks_[i]->Finish());
    }
    return sinks_.empty() && !context.json() ? Show(context, office) : absl::OkStatus();
  }

 private:
  // One after the other, each for another person to write down.
  static absl::Status Show(Context& context, const clientpb::CreateOfficeResponse& office) {
    const bool asks = context.console().can_ask() && context.console().out_is_terminal();
    context.Say(Tr("The recovery kit: three shares, any two rebuild the office's root. Shown once, kept nowhere."));
    for (int i = 0; i < office.recovery_shares_size(); ++i) {
      context.out() << Tr("recovery share") << " " << i + 1 << "\n" << office.recovery_shares(i) << "\n";
      if (!asks) continue;
      QF_TRY(context.console().ReadLine(Tr("Enter when it is written down")).status());
      context.out() << "\x1b[H\x1b[2J\x1b[3J" << std::flush;  // off the screen and out of its memory
    }
    return absl::OkStatus();
  }

  std::vector<std::unique_ptr<FileSink>> sinks_;
};

struct OfficeOptions {
  std::string address, request_file, bundle_file, time_zone, name, new_pin_file, shares_folder;
};

absl::Status InitOffice(Context& context, const OfficeOptions& options) {
  clientpb::CreateOfficeRequest request;
  QF_TRY_ASSIGN(*request.mutable_server_request(),
                ReadFile(context.files(), options.request_file, kServerRequestBytesMax));
  request.set_address(options.address);
  request.set_time_zone(options.time_zone);
  request.set_administrator_name(options.name);
  QF_TRY_ASSIGN(const auto bundle, FileSink::Open(context.console(), context.files(), options.bundle_file));
  QF_TRY_ASSIGN(Shares shares, Shares::Open(context, options.shares_folder));
  QF_TRY_ASSIGN(Core* const core, context.OpenOrCreate());
  QF_TRY_ASSIGN(const Secret pin, context.NewPin(options.new_pin_file, true));
  request.set_pin(std::string(pin.bytes()));
  QF_TRY_ASSIGN(const auto office, core->Call<clientpb::CreateOfficeResponse>(request));
  QF_TRY(shares.Give(context, office));
  QF_TRY(bundle->Write(office.server_bundle()));
  QF_TRY(bundle->Finish());
  if (context.json()) return context.PrintJson(office);
  PrintSession(context, office.session());
  context.Say(absl::Substitute(Tr("Bring $0 to the server: qingfengd install"), options.bundle_file));
  return absl::OkStatus();
}

Command InitOfficeCommand() {
  auto o = std::make_shared<OfficeOptions>();
  Command command;
  command.name = "init-office";
  command.help = Tr("make a new office: root, recovery kit, first administrator on this device");
  command.details =
      Tr("Run qingfengd init on the server first and bring its request here. The three shares of the recovery kit are "
         "shown one after the other, each for another person to write down; nobody can show them again.");
  command.args = {
      Option("--address", &o->address, "HOST:PORT", Tr("how phones will reach the server")).Required(),
      Option("--server-request", &o->request_file, "FILE", Tr("what qingfengd init wrote")).Required(),
      Option("--server-bundle", &o->bundle_file, "FILE", Tr("a new file for qingfengd install")).Required(),
      Option("--time-zone", &o->time_zone, "ZONE", Tr("IANA name; Asia/Shanghai without it")),
      Option("--name", &o->name, "TEXT", Tr("name of the administrator")),
      Option("--new-pin-file", &o->new_pin_file, "FILE", Tr("the new PIN, in a file that only its owner can read")),
      Option("--shares-folder", &o->shares_folder, "FOLDER",
             Tr("write the shares to three files instead of showing them")),
  };
  command.run = [o](Context& context) { return InitOffice(context, *o); };
  return command;
}

absl::StatusOr<std::string> ReadInvitation(Context& context, const std::string& file) {
  if (file.empty()) {
    QF_TRY_ASSIGN(const Secret typed, context.console().ReadSecret(Tr("invitation (paste it; it is not shown): ")));
    return std::string(absl::StripAsciiWhitespace(typed.bytes()));
  }
  QF_TRY_ASSIGN(const std::string text, context.Read(file, kInvitationBytesMax));
  return std::string(absl::StripAsciiWhitespace(text));
}

absl::Status Enrol(Context& context, const std::string& invitation_file, const std::string& new_pin_file) {
  clientpb::EnrolRequest request;
  QF_TRY_ASSIGN(*request.mutable_invitation(), ReadInvitation(context, invitation_file));
  QF_TRY_ASSIGN(Core* const core, context.OpenOrCreate());
  clientpb::ReadInvitationRequest look;
  look.set_invitation(request.invitation());
  QF_TRY_ASSIGN(const auto seen, core->Call<clientpb::ReadInvitationResponse>(look));
  context.Say(absl::Substitute(Tr("Office $0 at $1"), ToHex(seen.office_id()), seen.address()));
  QF_TRY_ASSIGN(const Secret pin, context.NewPin(new_pin_file, true));
  request.set_pin(std::string(pin.bytes()));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::EnrolResponse>(request));
  if (context.json()) return context.PrintJson(response);
  PrintSession(context, response.session());
  context.PrintFields({{Tr("protection"), response.protection()}});
  context.Say(Tr("Next: qingfeng sync"));
  return absl::OkStatus();
}

Command EnrolCommand() {
  struct Options {
    std::string invitation_file, new_pin_file;
  };
  auto o = std::make_shared<Options>();
  return {.name = "enrol",
          .help = Tr("join an office with an invitation"),
          .args = {Option("--invitation-file", &o->invitation_file, "FILE",
                          Tr("the invitation's text; - reads standard input; asked without it")),
                   Option("--new-pin-file", &o->new_pin_file, "FILE",
                          Tr("the new PIN, in a file that only its owner can read"))},
          .run = [o](Context& context) { return Enrol(context, o->invitation_file, o->new_pin_file); }};
}

absl::Status Session(Context& context, bool locked) {
  QF_TRY_ASSIGN(Core* const core, context.Open());
  if (!locked && context.session().state() == clientpb::SESSION_STATE_LOCKED) QF_TRY(context.Unlock().status());
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::GetSessionResponse>(clientpb::GetSessionRequest()));
  if (context.json()) return context.PrintJson(response);
  PrintSession(context, response.session());
  return absl::OkStatus();
}

Command SessionCommand() {
  auto locked = std::make_shared<bool>(false);
  return {.name = "session",
          .help = Tr("who this store belongs to and how it stands; checks the PIN"),
          .args = {Flag("--locked", locked.get(), Tr("only what is seen without the PIN"))},
          .run = [locked](Context& context) { return Session(context, *locked); }};
}

absl::Status ChangePin(Context& context, const std::string& new_pin_file) {
  QF_TRY_ASSIGN(Core* const core, context.Open());
  clientpb::ChangePinRequest request;
  QF_TRY_ASSIGN(const Secret old_pin, context.Pin(Tr("present PIN: ")));
  QF_TRY_ASSIGN(const Secret new_pin, context.NewPin(new_pin_file, false));
  // Unlocked by the same PIN first: changing wraps the key anew, and that key has to be in memory.
  if (context.session().state() == clientpb::SESSION_STATE_LOCKED) {
    clientpb::UnlockRequest unlock;
    unlock.set_pin(std::string(old_pin.bytes()));
    QF_TRY(core->Call<clientpb::UnlockResponse>(unlock).status());
  }
  request.set_old_pin(std::string(old_pin.bytes()));
  request.set_new_pin(std::string(new_pin.bytes()));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ChangePinResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.Say(Tr("The PIN is changed."));
  return absl::OkStatus();
}

Command ChangePinCommand() {
  auto file = std::make_shared<std::string>();
  return {
      .name = "change-pin",
      .help = Tr("another PIN; everything stays"),
      .args = {Option("--new-pin-file", file.get(), "FILE", Tr("the new PIN, in a file that only its owner can read"))},
      .run = [file](Context& context) { return ChangePin(context, *file); }};
}

// Why a store does not open is itself something to be seen: what else there is can be looked at without the PIN.
bool IsFinding(const absl::Status& unlocked) {
  return unlocked.code() == absl::StatusCode::kDataLoss || ReasonOf(unlocked) == Reason::REASON_DISK_FULL ||
         ReasonOf(unlocked) == Reason::REASON_KEY_FILE;
}

void ShowAsStore(const absl::Status& unlocked, clientpb::ExamineResponse* response) {
  for (clientpb::Finding& finding : *response->mutable_findings()) {
    if (finding.subject() != "store") continue;
    finding.set_ok(false);
    finding.set_seen(clientpb::SEEN_REASON);
    finding.set_reason(ReasonOf(unlocked));
  }
}

absl::Status Doctor(Context& context, bool locked) {
  QF_TRY_ASSIGN(Core* const core, context.Open());
  absl::Status unlocked;
  if (!locked && context.session().state() == clientpb::SESSION_STATE_LOCKED) unlocked = context.Unlock().status();
  if (!unlocked.ok() && !IsFinding(unlocked)) return unlocked;
  QF_TRY_ASSIGN(auto response, core->Call<clientpb::ExamineResponse>(clientpb::ExamineRequest()));
  if (!unlocked.ok()) ShowAsStore(unlocked, &response);
  int problems = 0;
  Table table({{Tr("subject")}, {Tr("well")}, {Tr("seen")}, {Tr("what to do")}});
  for (const clientpb::Finding& finding : response.findings()) {
    problems += finding.ok() ? 0 : 1;
    table.Add(
        {TrText(finding.subject()), finding.ok() ? Tr("yes") : Tr("NO"), ShownFinding(finding), ShownRemedy(finding)});
  }
  if (context.json()) {
    QF_TRY(context.PrintJson(response));
  } else {
    context.out() << table.Render(context.console().columns());
  }
  if (!unlocked.ok() || problems == 0) return unlocked;
  return Error(Reason::REASON_STATE, absl::Substitute(Tr("$0 things are not as they should be"), problems));
}

Command DoctorCommand() {
  auto locked = std::make_shared<bool>(false);
  return {.name = "doctor",
          .help = Tr("look at everything that can go wrong with a store, and say what to do"),
          .args = {Flag("--locked", locked.get(), Tr("only what is seen without the PIN"))},
          .run = [locked](Context& context) { return Doctor(context, *locked); }};
}

absl::Status Wipe(Context& context, bool lose_unsent) {
  // Whether everything has arrived is seen only with the PIN; whoever has forgotten it says --lose-unsent.
  QF_TRY_ASSIGN(Core* const core, context.Open());
  if (!lose_unsent && context.session().state() == clientpb::SESSION_STATE_LOCKED) QF_TRY(context.Unlock().status());
  QF_TRY(context.Confirm(Tr("Erase this store, its keys first? It cannot be undone.")));
  clientpb::WipeRequest request;
  request.set_confirm(true);
  request.set_lose_unsent(lose_unsent);
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::WipeResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.Say(Tr("The store is erased."));
  return absl::OkStatus();
}

Command WipeCommand() {
  auto lose_unsent = std::make_shared<bool>(false);
  return {
      .name = "wipe",
      .help = Tr("erase the keys, then everything"),
      .args = {Flag("--lose-unsent", lose_unsent.get(), Tr("also if something filed is not proven to have arrived"))},
      .run = [lose_unsent](Context& context) { return Wipe(context, *lose_unsent); }};
}

}  // namespace

std::vector<Command> VaultCommands() {
  return {InitOfficeCommand(), EnrolCommand(), SessionCommand(), ChangePinCommand(), DoctorCommand(), WipeCommand()};
}

}  // namespace qf::cli
