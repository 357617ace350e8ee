// desk show|open-attachment|reply|open-case|cases|alarms: what the office does at a full mirror of the log.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "tools/qingfeng/arrival_view.h"
#include "tools/qingfeng/ask.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/report_view.h"
#include "tools/qingfeng/save_file.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kDigestBytes = 32;

absl::Status Show(Context& context, const std::string& text) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto response, FetchArrival(*core, text));
  if (context.json()) return context.PrintJson(response);
  const clientpb::Arrival& arrival = response.arrival();
  context.PrintFields({{Tr("record"), ToHex(arrival.record_id())},
                       {Tr("position"), absl::StrCat(arrival.position())},
                       {Tr("arrived"), ShownTime(arrival.clock_at_us())},
                       {Tr("reporter"), arrival.reporter().name()},
                       {Tr("unit"), arrival.reporter().unit()},
                       {Tr("case"), NumberText(arrival.case_number())},
                       {Tr("remarks"), Marks(arrival)},
                       {Tr("files here"), FilesText(arrival)}});
  if (arrival.has_report()) {
    QF_TRY_ASSIGN(const auto violations, Violations(*core));
    PrintReport(context, arrival.report(), violations);
  }
  PrintFiles(context, response.files());
  PrintMessages(context, response.messages());
  return absl::OkStatus();
}

Command ShowCommand() {
  auto record = std::make_shared<std::string>();
  return {.name = "show",
          .help = Tr("one report, opened, with its files and messages"),
          .args = {Positional("RECORD", record.get(), Tr("its id, the first digits of it, or its title"))},
          .run = [record](Context& context) { return Show(context, *record); }};
}

struct OpenOptions {
  std::string record, file, to;
};

absl::Status OpenAttachment(Context& context, const OpenOptions& options) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto arrival, FetchArrival(*core, options.record));
  clientpb::OpenAttachmentRequest request;
  request.set_record_id(arrival.arrival().record_id());
  QF_TRY_ASSIGN(*request.mutable_sha256(),
                ResolveId(options.file, kDigestBytes,
                          [&]() -> absl::StatusOr<std::vector<Candidate>> { return FileCandidates(arrival.files()); }));
  std::unique_ptr<FileSink> sink;  // opened by the first part, which says the name
  const auto each = [&](clientpb::OpenAttachmentResponse part) -> absl::Status {
    if (sink == nullptr) {
      const std::string path = options.to.empty() ? SafeName(part.name()) : options.to;
      QF_TRY_ASSIGN(sink, FileSink::Open(context.console(), context.files(), path));
    }
    return sink->Write(part.data());
  };
  QF_TRY(core->Stream<clientpb::OpenAttachmentResponse>(request, each));
  if (sink == nullptr) return Error(Reason::REASON_NOT_FOUND, Tr("the file has no bytes"));
  QF_TRY(sink->Finish());
  context.Say(absl::Substitute(Tr("written: $0 ($1)"), sink->path(), ShownSize(sink->size_bytes())));
  return absl::OkStatus();
}

Command OpenAttachmentCommand() {
  auto o = std::make_shared<OpenOptions>();
  return {.name = "open-attachment",
          .help = Tr("fetch a file of a report, open it, and write it to disk"),
          .args = {Positional("RECORD", &o->record, Tr("its id, the first digits of it, or its title")),
                   Positional("ATTACHMENT", &o->file, Tr("its id, name, or number in the list")),
                   Option("--to", &o->to, "FILE", Tr("where to; its own name without it; - is standard output"))},
          .run = [o](Context& context) { return OpenAttachment(context, *o); }};
}

absl::Status Reply(Context& context, const std::string& record, const std::string& given) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::ReplyRequest request;
  QF_TRY_ASSIGN(*request.mutable_record_id(), ResolveArrival(*core, record));
  QF_TRY_ASSIGN(*request.mutable_text(), TextFrom(context.console(), given, Tr("your answer")));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ReplyResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("filed"), ToHex(response.item_id())}});
  return absl::OkStatus();
}

Command ReplyCommand() {
  struct Options {
    std::string record, text;
  };
  auto o = std::make_shared<Options>();
  return {.name = "reply",
          .help = Tr("answer a reporter"),
          .args = {Positional("RECORD", &o->record, Tr("its id, the first digits of it, or its title")),
                   OptionalPositional("TEXT", &o->text, Tr("what to say; - reads standard input, nothing asks"))},
          .run = [o](Context& context) { return Reply(context, o->record, o->text); }};
}

absl::Status OpenCase(Context& context, const std::vector<std::string>& records) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::OpenCaseRequest request;
  for (const std::string& record : records) {
    QF_TRY_ASSIGN(*request.add_record_ids(), ResolveArrival(*core, record));
  }
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::OpenCaseResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("case"), absl::StrCat(response.number())}, {Tr("filed"), ToHex(response.item_id())}});
  return absl::OkStatus();
}

Command OpenCaseCommand() {
  auto records = std::make_shared<std::vector<std::string>>();
  return {.name = "open-case",
          .help = Tr("open a case for reports; it takes the next number"),
          .args = {Positional("RECORD", records.get(), Tr("one or more reports: id, first digits of it, or title"))},
          .run = [records](Context& context) { return OpenCase(context, *records); }};
}

absl::Status ListCases(Context& context) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ListCasesResponse>(clientpb::ListCasesRequest()));
  if (context.json()) return context.PrintJson(response);
  Table table({{Tr("case"), Table::Align::kRight}, {Tr("opened")}, {Tr("by")}, {Tr("reports")}});
  for (const auto& info : response.cases()) {
    const std::string reports = absl::StrJoin(
        info.reports(), " ", [](std::string* out, const std::string& id) { absl::StrAppend(out, ShortId(id)); });
    table.Add({absl::StrCat(info.number()), ShownTime(info.opened_at_us()), ShortId(info.opened_by()), reports});
  }
  context.out() << table.Render(context.console().columns());
  Table ineffective({{Tr("action without effect")}, {Tr("rule")}});
  for (const auto& action : response.ineffective()) ineffective.Add({ShortId(action.record_id()), action.rule()});
  context.out() << ineffective.Render(context.console().columns());
  return absl::OkStatus();
}

absl::Status ListAlarms(Context& context) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ListAlarmsResponse>(clientpb::ListAlarmsRequest()));
  if (context.json()) return context.PrintJson(response);
  Table table({{Tr("seen")}, {Tr("why")}, {Tr("what")}});
  for (const auto& alarm : response.alarms()) {
    table.Add({ShownTime(alarm.seen_at_us()), ShownReason(alarm.reason()), alarm.what()});
  }
  context.out() << table.Render(context.console().columns());
  if (response.alarms().empty()) context.Say(Tr("Nothing asks for attention."));
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> DeskCommands() {
  Command desk{.name = "desk", .help = Tr("the register, answers and cases, at a desk of the office")};
  desk.children = {RegisterCommand(),
                   ShowCommand(),
                   OpenAttachmentCommand(),
                   ReplyCommand(),
                   OpenCaseCommand(),
                   {.name = "cases", .help = Tr("the cases, by number"), .run = ListCases},
                   {.name = "alarms", .help = Tr("what asks for attention"), .run = ListAlarms}};
  return {std::move(desk)};
}

}  // namespace qf::cli
