// desk register|show|open-attachment|reply|open-case|cases|alarms: what the office does at a full mirror of the log.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "tools/qingfeng/ask.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/report_view.h"
#include "tools/qingfeng/save_file.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kRecordIdBytes = 32;
constexpr size_t kDigestBytes = 32;
constexpr uint32_t kPage = 500;

// The arrival that `text` names: by record id, by its first digits, or by its title.
absl::StatusOr<std::string> ResolveArrival(Core& core, const std::string& text) {
  return ResolveId(text, kRecordIdBytes, [&]() -> absl::StatusOr<std::vector<Candidate>> {
    std::vector<Candidate> out;
    clientpb::ListArrivalsRequest request;
    request.set_page_size(kPage);
    bool more = true;
    while (more) {
      QF_TRY_ASSIGN(const auto page, core.Call<clientpb::ListArrivalsResponse>(request));
      for (const auto& arrival : page.arrivals()) out.push_back({arrival.record_id(), arrival.report().title()});
      more = page.more() && !page.arrivals().empty();
      if (more) request.set_before_position(page.arrivals().rbegin()->position());
    }
    return out;
  });
}

absl::StatusOr<clientpb::GetArrivalResponse> FetchArrival(Core& core, const std::string& text) {
  clientpb::GetArrivalRequest request;
  QF_TRY_ASSIGN(*request.mutable_record_id(), ResolveArrival(core, text));
  return core.Call<clientpb::GetArrivalResponse>(request);
}

std::string Marks(const clientpb::Arrival& arrival) {
  std::vector<std::string> marks;
  if (arrival.urgent()) marks.push_back(Tr("urgent"));
  if (arrival.not_yet_certified()) marks.push_back(Tr("not yet certified"));
  if (arrival.late()) marks.push_back(Tr("late"));
  if (arrival.problem() != Reason::REASON_UNSPECIFIED) marks.push_back(ShownReason(arrival.problem()));
  return absl::StrJoin(marks, "; ");
}

std::string FilesText(const clientpb::Arrival& arrival) {
  return arrival.files() > 0 ? absl::StrCat(arrival.files_here(), "/", arrival.files()) : "";
}

std::string NumberText(uint64_t number) { return number > 0 ? absl::StrCat(number) : ""; }

struct RegisterOptions {
  bool without_case = false;
  std::string search;
  std::string township;
  uint64_t limit = 100;
  uint64_t before = 0;
};

absl::Status Register(Context& context, const RegisterOptions& options) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::ListArrivalsRequest request;
  request.set_without_case(options.without_case);
  request.set_search(options.search);
  request.set_township(options.township);
  request.set_page_size(static_cast<uint32_t>(options.limit));
  request.set_before_position(options.before);
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ListArrivalsResponse>(request));
  if (context.json()) return context.PrintJson(response);
  Table table({{Tr("record")},
               {Tr("position"), Table::Align::kRight},
               {Tr("arrived")},
               {Tr("reporter")},
               {Tr("township")},
               {Tr("title")},
               {Tr("files"), Table::Align::kRight},
               {Tr("unanswered"), Table::Align::kRight},
               {Tr("case"), Table::Align::kRight},
               {Tr("remarks")}});
  for (const auto& arrival : response.arrivals()) {
    table.Add({ShortId(arrival.record_id()), absl::StrCat(arrival.position()), ShownTime(arrival.clock_at_us()),
               arrival.reporter().name(), arrival.report().township(), arrival.report().title(), FilesText(arrival),
               NumberText(arrival.unanswered()), NumberText(arrival.case_number()), Marks(arrival)});
  }
  context.out() << table.Render(context.console().columns());
  context.Say(absl::Substitute(Tr("shown: $0; in the register: $1"), response.arrivals_size(), response.total()));
  if (response.more()) {
    context.Say(absl::Substitute(Tr("There are more: --before $0"), response.arrivals().rbegin()->position()));
  }
  return absl::OkStatus();
}

Command RegisterCommand() {
  auto o = std::make_shared<RegisterOptions>();
  return {.name = "register",
          .help = Tr("what has arrived, newest first"),
          .args = {Flag("--without-case", &o->without_case, Tr("only those without a case")),
                   Option("--search", &o->search, "TEXT", Tr("only those that hold all of these words")),
                   Option("--township", &o->township, "TEXT", Tr("only this township")),
                   Option("--limit", &o->limit, "NUMBER", Tr("at most this many; 100 without it")),
                   Option("--before", &o->before, "NUMBER", Tr("go on below this position"))},
          .run = [o](Context& context) { return Register(context, *o); }};
}

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
