// invite, devices, certify, grant, publish-key, revoke, approve-revocation.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "tools/qingfeng/ask.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/qr.h"
#include "tools/qingfeng/save_file.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kRecordIdBytes = 32;

struct InviteOptions {
  std::string role = "informant";
  contentpb::Person person;
  uint64_t days = 0;
  std::string qr_file;
  std::string out_file;
  bool no_qr = false;
};

absl::Status ShowInvitation(Context& context, const InviteOptions& options,
                            const clientpb::CreateInvitationResponse& made) {
  context.PrintFields({{Tr("invitation"), ToHex(made.invitation_id())}});
  if (options.out_file.empty()) context.out() << made.invitation() << "\n";
  if (context.console().out_is_terminal() && !options.no_qr) {
    const auto code = TerminalQr(made.invitation(), context.console().coloured_out(), context.console().columns());
    if (code.ok()) {
      context.out() << *code;
    } else {
      context.Say(code.status().message());
    }
  }
  context.Say(Tr(
      "Whoever holds this text can enrol once. Give it to that person only. The server knows it after: qingfeng sync"));
  return absl::OkStatus();
}

absl::Status Invite(Context& context, const InviteOptions& options) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::CreateInvitationRequest request;
  QF_TRY_ASSIGN(const auto role, FromWord<recordpb::Role>(options.role));
  request.set_role(role);
  *request.mutable_person() = options.person;
  request.set_valid_days(static_cast<uint32_t>(options.days));
  QF_TRY_ASSIGN(const auto made, core->Call<clientpb::CreateInvitationResponse>(request));
  if (!options.qr_file.empty()) {
    QF_TRY(SaveFile(context.console(), context.files(), options.qr_file, made.qr_png()));
  }
  if (!options.out_file.empty()) {
    QF_TRY(SaveFile(context.console(), context.files(), options.out_file, absl::StrCat(made.invitation(), "\n")));
  }
  return context.json() ? context.PrintJson(made) : ShowInvitation(context, options, made);
}

Command InviteCommand() {
  auto o = std::make_shared<InviteOptions>();
  Command command;
  command.name = "invite";
  command.help = Tr("a new invitation, as text and QR code");
  command.args = {
      Option("--role", &o->role, "WORD", Tr("what the device will be; informant without it"))
          .OneOf(Words<recordpb::Role>()),
      Option("--name", o->person.mutable_name(), "TEXT", Tr("who will hold it")),
      Option("--unit", o->person.mutable_unit(), "TEXT", Tr("unit or neighbourhood")),
      Option("--township", o->person.mutable_township(), "TEXT", Tr("township")),
      Option("--days", &o->days, "NUMBER", Tr("days until it expires; 14 without it")),
      Option("--qr", &o->qr_file, "FILE", Tr("write the QR code to a new PNG file")),
      Option("--out", &o->out_file, "FILE", Tr("write the text to a new file instead of showing it")),
      Flag("--no-qr", &o->no_qr, Tr("no QR code on the terminal")),
  };
  command.run = [o](Context& context) { return Invite(context, *o); };
  return command;
}

absl::StatusOr<clientpb::ListDevicesResponse> FetchDevices(Core& core) {
  return core.Call<clientpb::ListDevicesResponse>(clientpb::ListDevicesRequest());
}

// The device that `text` names: by key, by its first digits, or by the name of its person.
absl::StatusOr<clientpb::DeviceInfo> ResolveDevice(Core& core, const std::string& text) {
  QF_TRY_ASSIGN(const auto devices, FetchDevices(core));
  QF_TRY_ASSIGN(const std::string key, ResolveId(text, kKeyBytes, [&]() -> absl::StatusOr<std::vector<Candidate>> {
                  std::vector<Candidate> out;
                  for (const auto& device : devices.devices()) {
                    if (!device.device_key().empty()) out.push_back({device.device_key(), device.person().name()});
                  }
                  return out;
                }));
  for (const auto& device : devices.devices()) {
    if (device.device_key() == key) return device;
  }
  return Error(Reason::REASON_NOT_FOUND, absl::Substitute(Tr("there is no $0 here"), text));
}

std::string Remarks(const clientpb::DeviceInfo& device) {
  std::string out;
  const auto add = [&](bool applies, absl::string_view text) {
    if (applies) absl::StrAppend(&out, out.empty() ? "" : "; ", text);
  };
  add(device.incarnations() > 1, Tr("restored, copied or forced"));
  add(!device.revoke_id().empty(), absl::Substitute(Tr("revocation $0"), ShortId(device.revoke_id())));
  add(device.erase_approved(), Tr("erasing approved"));
  return out;
}

// Empty where the core does not tell it: at a desk that reads no reports.
std::string RecordsOf(const clientpb::DeviceInfo& device) {
  return device.has_records() ? absl::StrCat(device.records()) : "";
}

absl::Status ListDevices(Context& context) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto response, FetchDevices(*core));
  if (context.json()) return context.PrintJson(response);
  Table table({{Tr("device")},
               {Tr("state")},
               {Tr("role")},
               {Tr("name")},
               {Tr("fingerprint")},
               {Tr("records"), Table::Align::kRight},
               {Tr("last seen")},
               {Tr("has keys")},
               {Tr("remarks")}});
  for (const auto& device : response.devices()) {
    table.Add({ShortId(device.device_key()), Shown(device.state()), Shown(device.role()), device.person().name(),
               device.fingerprint(), RecordsOf(device), ShownTime(device.last_seen_us()), ShownYes(device.has_keys()),
               Remarks(device)});
  }
  context.out() << table.Render(context.console().columns());
  return absl::OkStatus();
}

std::string Describe(const clientpb::DeviceInfo& device) {
  return absl::StrCat(ShortId(device.device_key()), " ", device.person().name(), " (", Shown(device.role()), ", ",
                      device.fingerprint(), ")");
}

// Roles that only the office's root gives (docs/protocol.md, "Feeds", CERTIFICATE).
bool NeedsKit(recordpb::Role role) {
  return role == recordpb::ROLE_ADMINISTRATOR || role == recordpb::ROLE_CUSTODIAN || role == recordpb::ROLE_SUPERIOR;
}

// A share as it stands on paper: six lines (common/sealing/shares.h).
absl::StatusOr<Secret> TypeShare(Context& context, size_t number) {
  constexpr int kLines = 6;
  std::string typed;
  for (int line = 1; line <= kLines; ++line) {
    const std::string prompt = absl::Substitute(Tr("recovery share $0 of 2, line $1 of 6 (not shown): "), number, line);
    QF_TRY_ASSIGN(const Secret part, context.console().ReadSecret(prompt));
    absl::StrAppend(&typed, line > 1 ? "\n" : "", part.bytes());
  }
  return Secret(typed);
}

// Two shares of the recovery kit, from files or as two people type them.
absl::Status AddShares(Context& context, const std::vector<std::string>& files,
                       clientpb::CertifyAdministratorRequest* request) {
  constexpr size_t kShares = 2;
  if (!files.empty() && files.size() != kShares) return Error(Reason::REASON_USAGE, Tr("give two --share-file"));
  for (size_t i = 0; i < kShares; ++i) {
    QF_TRY_ASSIGN(const Secret share, files.empty() ? TypeShare(context, i + 1) : ReadSecretFile(files[i]));
    request->add_recovery_shares(std::string(share.bytes()));
  }
  return absl::OkStatus();
}

absl::Status CertifyByKit(Context& context, Core& core, const clientpb::DeviceInfo& device,
                          const std::vector<std::string>& share_files) {
  clientpb::CertifyAdministratorRequest request;
  request.set_device_key(device.device_key());
  QF_TRY(AddShares(context, share_files, &request));
  QF_TRY_ASSIGN(const auto response, core.Call<clientpb::CertifyAdministratorResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("certificate"), ToHex(response.certificate_id())}});
  return absl::OkStatus();
}

struct CertifyOptions {
  std::string device;
  std::vector<std::string> share_files;
};

absl::Status Certify(Context& context, const CertifyOptions& options) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto device, ResolveDevice(*core, options.device));
  QF_TRY(context.Confirm(
      absl::Substitute(Tr("Did the owner read the fingerprint aloud, and is it $0? Certify this device by hand?"),
                       device.fingerprint())));
  if (NeedsKit(device.role())) return CertifyByKit(context, *core, device, options.share_files);
  clientpb::CertifyDeviceRequest request;
  request.set_device_key(device.device_key());
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::CertifyDeviceResponse>(request));
  return context.json() ? context.PrintJson(response) : absl::OkStatus();
}

absl::Status Grant(Context& context, const std::string& text, const std::string& fingerprint) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto device, ResolveDevice(*core, text));
  clientpb::GrantKeysRequest request;
  request.set_device_key(device.device_key());
  request.set_fingerprint(fingerprint);
  if (fingerprint.empty()) {
    if (!context.console().can_ask())
      return Error(Reason::REASON_USAGE, Tr("give --fingerprint, as its owner read it aloud"));
    QF_TRY_ASSIGN(*request.mutable_fingerprint(),
                  AskLine(context.console(), Tr("fingerprint, as its owner reads it aloud"), ""));
  }
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::GrantKeysResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("keys granted"), absl::StrCat(response.granted())}});
  return absl::OkStatus();
}

Command GrantCommand() {
  struct Options {
    std::string device, fingerprint;
  };
  auto o = std::make_shared<Options>();
  return {
      .name = "grant",
      .help = Tr("give a new desk all keys of its audience"),
      .args = {Positional("DEVICE", &o->device, Tr("its key, the first digits of it, or its person's name")),
               Option("--fingerprint", &o->fingerprint, "TEXT", Tr("as its owner read it aloud; asked without it"))},
      .run = [o](Context& context) { return Grant(context, o->device, o->fingerprint); }};
}

Command CertifyCommand() {
  auto o = std::make_shared<CertifyOptions>();
  Command command;
  command.name = "certify";
  command.help = Tr("certify a device by hand, where the invitation alone is not enough");
  command.details = Tr(
      "Administrators, custodians and the superior body are certified by the office's root: two shares of the recovery "
      "kit are asked for, without echo, or read from files that only their owner can read.");
  command.args = {Positional("DEVICE", &o->device, Tr("its key, the first digits of it, or its person's name")),
                  Option("--share-file", &o->share_files, "FILE", Tr("a share of the recovery kit; given twice"))};
  command.run = [o](Context& context) { return Certify(context, *o); };
  return command;
}

Command PublishKeyCommand() {
  auto audience = std::make_shared<std::string>("office");
  return {.name = "publish-key",
          .help = Tr("make a new office key"),
          .args = {Option("--audience", audience.get(), "WORD", Tr("for whom; office without it"))
                       .OneOf(Words<recordpb::Audience>())},
          .run = [audience](Context& context) -> absl::Status {
            QF_TRY_ASSIGN(Core* const core, context.Unlock());
            clientpb::PublishEpochRequest request;
            QF_TRY_ASSIGN(const auto value, FromWord<recordpb::Audience>(*audience));
            request.set_audience(value);
            QF_TRY_ASSIGN(const auto response, core->Call<clientpb::PublishEpochResponse>(request));
            if (context.json()) return context.PrintJson(response);
            context.PrintFields({{Tr("number"), absl::StrCat(response.number())}});
            return absl::OkStatus();
          }};
}

absl::Status Revoke(Context& context, const std::string& text, const std::string& mode) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto device, ResolveDevice(*core, text));
  QF_TRY(context.Confirm(absl::Substitute(Tr("Revoke $0?"), Describe(device))));
  clientpb::RevokeDeviceRequest request;
  request.set_device_key(device.device_key());
  QF_TRY_ASSIGN(const auto value, FromWord<recordpb::RevokeMode>(mode));
  request.set_mode(value);
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::RevokeDeviceResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("filed"), ToHex(response.item_id())}});
  if (value == recordpb::REVOKE_MODE_ERASE) {
    context.Say(Tr("It erases once a second administrator has approved: qingfeng approve-revocation"));
  }
  return absl::OkStatus();
}

Command RevokeCommand() {
  struct Options {
    std::string device, mode = "drain";
  };
  auto o = std::make_shared<Options>();
  Command command;
  command.name = "revoke";
  command.help = Tr("end a device's authority");
  command.details =
      Tr("drain: it sends what was filed and erases itself then. erase: at once, when a second administrator has "
         "approved. "
         "lock: its authority pauses and nothing is erased.");
  command.args = {
      Positional("DEVICE", &o->device, Tr("its key, the first digits of it, or its person's name")),
      Option("--mode", &o->mode, "WORD", Tr("how it ends; drain without it")).OneOf(Words<recordpb::RevokeMode>())};
  command.run = [o](Context& context) { return Revoke(context, o->device, o->mode); };
  return command;
}

absl::Status ApproveRevocation(Context& context, const std::string& text) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::ApproveRevocationRequest request;
  QF_TRY_ASSIGN(*request.mutable_revoke_id(),
                ResolveId(text, kRecordIdBytes, [&]() -> absl::StatusOr<std::vector<Candidate>> {
                  QF_TRY_ASSIGN(const auto devices, FetchDevices(*core));
                  std::vector<Candidate> out;
                  for (const auto& device : devices.devices()) {
                    if (!device.revoke_id().empty()) out.push_back({device.revoke_id(), device.person().name()});
                  }
                  return out;
                }));
  QF_TRY(context.Confirm(Tr("Approve that this device erases itself at once?")));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ApproveRevocationResponse>(request));
  return context.json() ? context.PrintJson(response) : absl::OkStatus();
}

Command ApproveRevocationCommand() {
  auto revocation = std::make_shared<std::string>();
  return {.name = "approve-revocation",
          .help = Tr("consent, as a second administrator, to erasing a device"),
          .args = {Positional("REVOCATION", revocation.get(),
                              Tr("its record id, the first digits of it, or the person's name"))},
          .run = [revocation](Context& context) { return ApproveRevocation(context, *revocation); }};
}

}  // namespace

std::vector<Command> RosterCommands() {
  return {InviteCommand(),           {.name = "devices", .help = Tr("every device and invitation"), .run = ListDevices},
          CertifyCommand(),          GrantCommand(),
          PublishKeyCommand(),       RevokeCommand(),
          ApproveRevocationCommand()};
}

}  // namespace qf::cli
