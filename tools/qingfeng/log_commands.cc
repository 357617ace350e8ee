// verify-log, export-log, restart, end-refill.
#include <memory>

#include "absl/strings/str_cat.h"
#include "client-core/desk/export_file.h"
#include "common/base/ids.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

struct VerifyOptions {
  std::string file;
  std::string office;
};

// By this store's own mirror, or an export by what this store knows of its office.
absl::StatusOr<clientpb::VerifyLogResponse> VerifyByStore(Context& context, const std::string& file) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::VerifyLogRequest request;
  request.set_file(file);
  return core->Call<clientpb::VerifyLogResponse>(request);
}

// As a stranger does: an export and the office's id, no store, no keys.
absl::StatusOr<clientpb::VerifyLogResponse> VerifyByOffice(Context& context, const VerifyOptions& options) {
  if (options.file.empty()) return Error(Reason::REASON_USAGE, Tr("--office goes with --file"));
  QF_TRY_ASSIGN(const std::string id, CompleteId(options.office, OfficeId::kSize));
  QF_TRY_ASSIGN(const OfficeId office, OfficeId::From(id));
  QF_TRY_ASSIGN(const client::LogFindings findings, client::VerifyExport(context.files(), options.file, office));
  return findings.ToProto();
}

absl::Status VerifyLog(Context& context, const VerifyOptions& options) {
  QF_TRY_ASSIGN(const auto seen,
                options.office.empty() ? VerifyByStore(context, options.file) : VerifyByOffice(context, options));
  if (context.json()) {
    QF_TRY(context.PrintJson(seen));
  } else {
    context.PrintFields({{Tr("leaves"), absl::StrCat(seen.size())},
                         {Tr("term"), absl::StrCat(seen.term())},
                         {Tr("root"), ToHex(seen.root())},
                         {Tr("signatures"), absl::StrCat(seen.signatures())},
                         {Tr("streams"), absl::StrCat(seen.streams())},
                         {Tr("bodies"), absl::StrCat(seen.bodies())},
                         {Tr("bodies absent"), seen.bodies_absent() > 0 ? absl::StrCat(seen.bodies_absent()) : ""},
                         {Tr("checkpoint"), seen.checkpoint_verified() ? Tr("verified") : Tr("NOT VERIFIED")},
                         {Tr("verdict"), seen.verified() ? Tr("everything holds") : Tr("NOT VERIFIED")},
                         {Tr("problem"), seen.problem()}});
  }
  return seen.verified() ? absl::OkStatus() : Error(Reason::REASON_PROOF, Tr("the log does not verify"));
}

Command VerifyLogCommand() {
  auto o = std::make_shared<VerifyOptions>();
  Command command;
  command.name = "verify-log";
  command.help = Tr("check the whole log from its first leaf");
  command.details =
      Tr("Without --file this desk's own mirror is checked. An export is checked by what this store knows of its "
         "office, or, "
         "as a stranger does, with --office and no store at all.");
  command.args = {
      Option("--file", &o->file, "FILE", Tr("an export; without it this desk's own mirror")),
      Option("--office", &o->office, "ID", Tr("the office's id, as it is printed everywhere; needs no store"))};
  command.run = [o](Context& context) { return VerifyLog(context, *o); };
  return command;
}

Command ExportLogCommand() {
  auto file = std::make_shared<std::string>();
  return {.name = "export-log",
          .help = Tr("write the whole log to a file, for a stranger to check"),
          .args = {Positional("FILE", file.get(), Tr("a file that does not exist yet"))},
          .run = [file](Context& context) -> absl::Status {
            QF_TRY_ASSIGN(Core* const core, context.Unlock());
            clientpb::ExportLogRequest request;
            request.set_file(*file);
            QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ExportLogResponse>(request));
            if (context.json()) return context.PrintJson(response);
            context.PrintFields({{Tr("leaves"), absl::StrCat(response.size())}});
            return absl::OkStatus();
          }};
}

Command RestartCommand() {
  auto cause = std::make_shared<std::string>();
  Command command;
  command.name = "restart";
  command.help = Tr("begin a new term of the log, after the server was restored");
  command.details = Tr(
      "Devices then offer again what the restored log has lost. Restart once, from one desk, and end the refill when "
      "everyone has synced.");
  command.args = {Option("--cause", cause.get(), "TEXT", Tr("why, in a few words; everyone reads it")).Required()};
  command.run = [cause](Context& context) -> absl::Status {
    QF_TRY_ASSIGN(Core* const core, context.Unlock());
    QF_TRY(context.Confirm(Tr("Begin a new term of the log?")));
    clientpb::RestartLogRequest request;
    request.set_cause(*cause);
    QF_TRY_ASSIGN(const auto response, core->Call<clientpb::RestartLogResponse>(request));
    if (context.json()) return context.PrintJson(response);
    const bool compared = response.kept_root_verified();
    context.PrintFields(
        {{Tr("term"), absl::StrCat(response.term())},
         {Tr("leaves kept"), absl::StrCat(response.kept_size())},
         {Tr("compared with this desk"), compared ? Tr("yes") : Tr("NO: its copy does not reach that far")}});
    return absl::OkStatus();
  };
  return command;
}

Command EndRefillCommand() {
  return {.name = "end-refill",
          .help = Tr("end the time in which records are offered again"),
          .run = [](Context& context) -> absl::Status {
            QF_TRY_ASSIGN(Core* const core, context.Unlock());
            QF_TRY(context.Confirm(Tr("Has everyone synced since the restart? End the refill?")));
            QF_TRY_ASSIGN(const auto response, core->Call<clientpb::EndRefillResponse>(clientpb::EndRefillRequest()));
            return context.json() ? context.PrintJson(response) : absl::OkStatus();
          }};
}

}  // namespace

std::vector<Command> LogCommands() {
  return {VerifyLogCommand(), ExportLogCommand(), RestartCommand(), EndRefillCommand()};
}

}  // namespace qf::cli
