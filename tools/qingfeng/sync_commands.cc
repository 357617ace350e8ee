// sync, status, send-files.
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/progress.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

struct SyncOptions {
  bool watch = false;
  bool once = false;
  bool skip_files = false;
};

void PrintEnd(Context& context, const clientpb::SyncResponse& end) {
  const auto count = [](uint64_t value) { return value > 0 ? absl::StrCat(value) : ""; };
  const auto size = [](uint64_t bytes) { return bytes > 0 ? ShownSize(bytes) : ""; };
  context.PrintFields({{Tr("records sent"), absl::StrCat(end.records_sent())},
                       {Tr("files sent"), size(end.file_bytes_sent())},
                       {Tr("sent again"), size(end.file_bytes_resent())},
                       {Tr("uploads resumed"), count(end.files_resumed())},
                       {Tr("entries read"), absl::StrCat(end.entries_read())},
                       {Tr("records left"), count(end.records_left())},
                       {Tr("files left"), size(end.file_bytes_left())},
                       {Tr("state"), end.settled() ? Tr("up to date") : Tr("not everything is sent yet")},
                       {Tr("waits for"), ShownReason(end.waiting())}});
}

absl::Status Sync(Context& context, const SyncOptions& options) {
  if (options.watch && options.once) return Error(Reason::REASON_USAGE, Tr("--watch or --once, not both"));
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::SyncRequest request;
  request.set_watch(options.watch);
  request.set_once(options.once);
  request.set_skip_files(options.skip_files);
  clientpb::SyncResponse last;
  Progress progress(context.console(), !context.quiet());
  const auto each = [&](clientpb::SyncResponse state) {
    progress.Show(state);
    last = std::move(state);
    return options.watch && context.json() ? context.PrintJson(last) : absl::OkStatus();
  };
  const absl::Status end = core->Stream<clientpb::SyncResponse>(request, each);
  progress.Clear();
  // Ctrl-C is how watching ends.
  if (!end.ok() && !(options.watch && end.code() == absl::StatusCode::kCancelled)) return end;
  if (!context.json()) {
    PrintEnd(context, last);
  } else if (!options.watch) {
    QF_TRY(context.PrintJson(last));
  }
  const bool stuck = !options.watch && !options.once && !last.settled() && last.waiting() != Reason::REASON_UNSPECIFIED;
  return stuck ? Error(last.waiting(), Tr("not everything is sent yet"), last.retry_in_ms()) : absl::OkStatus();
}

Command SyncCommand() {
  auto o = std::make_shared<SyncOptions>();
  Command command;
  command.name = "sync";
  command.help = Tr("exchange with the server until nothing is left to do");
  command.details = Tr("With --watch and --json, one object a line is printed as things change.");
  command.args = {Flag("--watch", &o->watch, Tr("go on and wait for news, until Ctrl-C")),
                  Flag("--once", &o->once, Tr("one exchange and no file")),
                  Flag("--skip-files", &o->skip_files, Tr("leave files for later"))};
  command.run = [o](Context& context) { return Sync(context, *o); };
  return command;
}

absl::Status Status(Context& context) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto status, core->Call<clientpb::GetSyncStatusResponse>(clientpb::GetSyncStatusRequest()));
  if (context.json()) return context.PrintJson(status);
  QF_TRY_ASSIGN(const auto storage, core->Call<clientpb::GetStorageResponse>(clientpb::GetStorageRequest()));
  const auto count = [](uint64_t value) { return value > 0 ? absl::StrCat(value) : ""; };
  const uint64_t last = status.last_exchange_us();
  context.PrintFields({{Tr("last exchange"), last > 0 ? ShownTime(last) : Tr("never")},
                       {Tr("last error"), ShownReason(status.last_error())},
                       {Tr("records left"), absl::StrCat(status.records_left())},
                       {Tr("files left"), status.file_bytes_left() > 0 ? ShownSize(status.file_bytes_left()) : ""},
                       {Tr("files go"), status.files_when_asked() ? Tr("when asked") : Tr("by themselves")},
                       {Tr("offered again"), count(status.reoffers_left())},
                       {Tr("term"), count(status.term())},
                       {Tr("log size"), count(status.checkpoint_size())},
                       {Tr("evidence kept"), count(status.evidence())},
                       {Tr("server rolled back"), ShownYes(status.server_rolled_back())},
                       {Tr("office unheard"), ShownYes(status.office_unheard())},
                       {Tr("store"), ShownSize(storage.store_bytes())},
                       {Tr("files on this device"), ShownSize(storage.file_bytes())},
                       {Tr("disk free"), ShownSize(storage.free_bytes())}});
  return absl::OkStatus();
}

Command SendFilesCommand() {
  auto when = std::make_shared<std::string>();
  Command command;
  command.name = "send-files";
  command.help = Tr("whether files go out by themselves while the app or sync --watch runs");
  command.details = Tr("Reports and messages always do. A sync that does not watch sends files in either case.");
  command.args = {Positional("WHEN", when.get(), Tr("by themselves, or only when asked")).OneOf({"always", "asked"})};
  command.run = [when](Context& context) -> absl::Status {
    QF_TRY_ASSIGN(Core* const core, context.Unlock());
    clientpb::SetFileSendingRequest request;
    request.set_when_asked(*when == "asked");
    QF_TRY_ASSIGN(const auto done, core->Call<clientpb::SetFileSendingResponse>(request));
    return context.json() ? context.PrintJson(done) : absl::OkStatus();
  };
  return command;
}

}  // namespace

std::vector<Command> SyncCommands() {
  return {
      SyncCommand(),
      {.name = "status", .help = Tr("how sync stands and what the store takes, without a connection"), .run = Status},
      SendFilesCommand()};
}

}  // namespace qf::cli
