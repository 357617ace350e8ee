#include "tools/qingfeng/ask.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

constexpr absl::string_view kEmpty = "-";
constexpr size_t kTextBytesMax = 256 * 1024;

std::string WithPresent(absl::string_view question, absl::string_view present) {
  if (present.empty()) return absl::StrCat(question, ": ");
  return absl::StrCat(question, " [", Clean(present), "]: ");
}

void Show(Console& console, const std::vector<const Choice*>& choices, const std::vector<Choice>& all) {
  for (const Choice* choice : choices) {
    const size_t number = static_cast<size_t>(choice - all.data()) + 1;
    console.err() << absl::StrCat(number < 10 ? " " : "", number, "  ", Clean(choice->label), "\n");
  }
}

std::vector<const Choice*> All(const std::vector<Choice>& choices) {
  std::vector<const Choice*> all;
  for (const Choice& choice : choices) all.push_back(&choice);
  return all;
}

bool Holds(absl::string_view text, absl::string_view part) {
  return absl::StrContains(absl::AsciiStrToLower(text), absl::AsciiStrToLower(part));
}

std::string LabelOf(const std::vector<Choice>& choices, const std::string& id) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& c) { return c.id == id; });
  return found == choices.end() ? id : found->label;
}

}  // namespace

absl::StatusOr<std::string> AskLine(Console& console, absl::string_view question, const std::string& present) {
  QF_TRY_ASSIGN(const std::string line, console.ReadLine(WithPresent(question, present)));
  const absl::string_view answer = absl::StripAsciiWhitespace(line);
  if (answer.empty()) return present;
  return answer == kEmpty ? std::string() : std::string(answer);
}

absl::StatusOr<std::string> AskLines(Console& console, absl::string_view question, const std::string& present) {
  console.err() << question << Tr(" (several lines; an empty one ends)") << "\n";
  if (!present.empty()) console.err() << Clean(present, true) << "\n" << Tr("(Enter keeps this)") << "\n";
  std::string text;
  while (true) {
    QF_TRY_ASSIGN(const std::string line, console.ReadLine("> "));
    const absl::string_view answer = absl::StripAsciiWhitespace(line);
    if (answer.empty()) return text.empty() ? present : text;
    if (answer == kEmpty && text.empty()) return std::string();
    absl::StrAppend(&text, text.empty() ? "" : "\n", answer);
  }
}

absl::StatusOr<std::string> TextFrom(Console& console, const std::string& given, absl::string_view question) {
  if (given == "-") return console.ReadAll(kTextBytesMax);
  if (!given.empty()) return given;
  if (!console.can_ask()) return Error(Reason::REASON_USAGE, Tr("say something; - reads it from standard input"));
  QF_TRY_ASSIGN(std::string text, AskLines(console, question, ""));
  if (text.empty()) return Error(Reason::REASON_CANCELLED, Tr("cancelled"));
  return text;
}

std::vector<const Choice*> Matching(const std::vector<Choice>& choices, absl::string_view answer) {
  size_t number;
  if (absl::SimpleAtoi(answer, &number)) {
    if (number < 1 || number > choices.size()) return {};
    return {&choices[number - 1]};
  }
  std::vector<const Choice*> found;
  for (const Choice& choice : choices) {
    if (choice.id == answer || choice.label == answer) return {&choice};
    if (Holds(choice.label, answer) || Holds(choice.id, answer)) found.push_back(&choice);
  }
  return found;
}

absl::StatusOr<std::string> AskChoice(Console& console, absl::string_view question, const std::vector<Choice>& choices,
                                      const std::string& present) {
  Show(console, All(choices), choices);
  while (true) {
    const std::string shown = LabelOf(choices, present);
    QF_TRY_ASSIGN(const std::string line, console.ReadLine(WithPresent(question, shown)));
    const absl::string_view answer = absl::StripAsciiWhitespace(line);
    if (answer.empty()) return present;
    if (answer == kEmpty) return std::string();
    const std::vector<const Choice*> found = Matching(choices, answer);
    if (found.size() == 1) return found.front()->id;
    if (found.empty()) console.err() << Tr("nothing in the list fits; a number, or a part of its text") << "\n";
    Show(console, found, choices);
  }
}

}  // namespace qf::cli
