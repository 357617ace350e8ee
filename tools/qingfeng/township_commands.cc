// townships, set-townships.
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/errors.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

constexpr size_t kFileBytesMax = 64 * 1024;

absl::Status Show(Context& context) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ListTownshipsResponse>(clientpb::ListTownshipsRequest()));
  if (context.json()) return context.PrintJson(response);
  if (response.townships().empty()) context.Say(Tr("the office has given no list of townships yet"));
  const auto number = [](uint32_t value) { return value > 0 ? absl::StrCat(value) : ""; };
  Table table({{Tr("township")}, {Tr("column"), Table::Align::kRight}, {Tr("row"), Table::Align::kRight}});
  for (const auto& each : response.townships()) table.Add({each.name(), number(each.column()), number(each.row())});
  context.out() << table.Render(context.console().columns());
  return absl::OkStatus();
}

// A name, and its place or none. A name may hold spaces, and no number at its end.
absl::StatusOr<recordpb::Township> ParseLine(absl::string_view line) {
  recordpb::Township township;
  std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t\r,"), absl::SkipEmpty());
  std::vector<uint32_t> numbers;
  for (uint32_t number; !words.empty() && absl::SimpleAtoi(words.back(), &number); words.pop_back()) {
    numbers.insert(numbers.begin(), number);
  }
  if (words.empty() || (!numbers.empty() && numbers.size() != 2)) {
    return Error(Reason::REASON_USAGE, Tr("a line is a name, or a name, its column and its row"));
  }
  township.set_name(absl::StrJoin(words, " "));
  if (!numbers.empty()) township.set_column(numbers[0]);
  if (!numbers.empty()) township.set_row(numbers[1]);
  return township;
}

struct List {
  clientpb::SetTownshipsRequest request;
  std::vector<size_t> lines;  // of each township
};

absl::StatusOr<List> ParseList(absl::string_view text) {
  absl::ConsumePrefix(&text, "\ufeff");  // as some editors begin a file
  const std::string plain = absl::StrReplaceAll(text, {{"\u3000", " "}, {"，", ","}});
  List list;
  size_t number = 0;
  for (const absl::string_view raw : absl::StrSplit(plain, '\n')) {
    ++number;
    const absl::string_view line = absl::StripAsciiWhitespace(raw);
    if (line.empty() || line[0] == '#') continue;
    auto township = ParseLine(line);
    if (!township.ok()) return AtLine(number, township.status());
    *list.request.add_townships() = *std::move(township);
    list.lines.push_back(number);
  }
  return list;
}

// "townships.3.name: …" is about the fourth of the list.
absl::Status AtItsLine(const List& list, const absl::Status& status) {
  size_t index = 0;
  const std::vector<absl::string_view> path = absl::StrSplit(status.message(), absl::MaxSplits('.', 2));
  const bool names_one = path.size() == 3 && path[0] == "townships" && absl::SimpleAtoi(path[1], &index);
  return names_one && index < list.lines.size() ? AtLine(list.lines[index], status) : status;
}

absl::Status Set(Context& context, const std::string& path, bool none) {
  QF_TRY_ASSIGN(const std::string text, context.Read(path, kFileBytesMax));
  QF_TRY_ASSIGN(const List list, ParseList(text));
  if (list.lines.empty() && !none) {
    return Error(Reason::REASON_USAGE, Tr("there is no township in it; --none empties the office's list"));
  }
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  const auto done = core->Call<clientpb::SetTownshipsResponse>(list.request);
  if (!done.ok()) return AtItsLine(list, done.status());
  if (context.json()) return context.PrintJson(*done);
  context.Say(absl::Substitute(Tr("$0 townships; every device has them after: qingfeng sync"), list.lines.size()));
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> TownshipCommands() {
  auto file = std::make_shared<std::string>();
  auto none = std::make_shared<bool>(false);
  return {
      {.name = "townships", .help = Tr("the office's list of townships"), .run = Show},
      {.name = "set-townships",
       .help = Tr("replace the office's list of townships, on every device"),
       .details = Tr("An administrator's. Each line of the file is a name; after it may stand its column (1 to 6, from "
                     "the west) and row (1 to 12, from the north) on the map. A line that begins with # says nothing."),
       .args = {Positional("FILE", file.get(), Tr("the list; - = standard input")),
                Flag("--none", none.get(), Tr("the list may be empty"))},
       .run = [file, none](Context& context) { return Set(context, *file, *none); }}};
}

}  // namespace qf::cli
