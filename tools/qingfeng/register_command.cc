// desk register: what has arrived, by pages and filters.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "tools/qingfeng/arrival_view.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

struct RegisterOptions {
  bool without_case = false;
  bool unanswered = false;
  bool urgent = false;
  bool late = false;
  bool not_yet_certified = false;
  std::string search;
  std::string township, violation, stage, from, until;
  uint64_t case_number = 0;
  uint64_t limit = 100;
  uint64_t before = 0;
};

absl::StatusOr<clientpb::ListArrivalsRequest> RequestOf(const RegisterOptions& options) {
  clientpb::ListArrivalsRequest request;
  request.set_without_case(options.without_case);
  request.set_unanswered(options.unanswered);
  request.set_urgent(options.urgent);
  request.set_late(options.late);
  request.set_not_yet_certified(options.not_yet_certified);
  request.set_search(options.search);
  request.set_township(options.township);
  request.set_violation(options.violation);
  request.set_case_number(options.case_number);
  request.set_page_size(static_cast<uint32_t>(options.limit));
  request.set_before_position(options.before);
  if (!options.stage.empty()) {
    QF_TRY_ASSIGN(const auto stage, FromWord<contentpb::Stage>(options.stage));
    request.set_stage(stage);
  }
  if (!options.from.empty()) {
    QF_TRY_ASSIGN(const Day from, DayOf(options.from));
    request.set_from_us(from.begin_us);
  }
  if (!options.until.empty()) {
    QF_TRY_ASSIGN(const Day until, DayOf(options.until));
    request.set_until_us(until.end_us);
  }
  return request;
}

absl::Status Register(Context& context, const RegisterOptions& options) {
  QF_TRY_ASSIGN(const auto request, RequestOf(options));
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
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
    context.Say(absl::Substitute(Tr("There are more: --before $0"), response.next_before_position()));
  }
  return absl::OkStatus();
}

}  // namespace

Command RegisterCommand() {
  auto o = std::make_shared<RegisterOptions>();
  return {
      .name = "register",
      .help = Tr("what has arrived, newest first"),
      .args =
          {Flag("--without-case", &o->without_case, Tr("only those without a case")),
           Flag("--unanswered", &o->unanswered, Tr("only those whose reporter waits for an answer")),
           Flag("--urgent", &o->urgent, Tr("only the urgent ones")),
           Flag("--late", &o->late, Tr("only those that came after their author's certificate had ended")),
           Flag("--not-yet-certified", &o->not_yet_certified, Tr("only those whose author is not certified yet")),
           Option("--search", &o->search, "TEXT", Tr("only those that hold all of these words")),
           Option("--township", &o->township, "TEXT", Tr("only this township")),
           Option("--violation", &o->violation, "ID",
                  Tr("only this entry of the catalogue and those under it (see: violations)")),
           Option("--stage", &o->stage, "WORD", Tr("only this stage of the round")).OneOf(Words<contentpb::Stage>()),
           Option("--from", &o->from, "DAY", Tr("only what arrived on this day or later: 2026-03-15")),
           Option("--until", &o->until, "DAY", Tr("only what arrived on this day or earlier")),
           Option("--limit", &o->limit, "NUMBER", Tr("at most this many; 100 without it")),
           Option("--before", &o->before, "NUMBER", Tr("go on below this position"))},
      .run = [o](Context& context) { return Register(context, *o); }};
}

}  // namespace qf::cli
