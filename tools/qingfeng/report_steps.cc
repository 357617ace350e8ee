#include "tools/qingfeng/report_steps.h"

#include "absl/status/statusor.h"
#include "common/base/try.h"
#include "tools/qingfeng/errors.h"
#include "tools/qingfeng/report_file.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

template <class Enum>
std::vector<Choice> ChoicesOf() {
  std::vector<Choice> out;
  for (const std::string& word : Words<Enum>()) out.push_back({word, TrText(word)});
  return out;
}

const std::vector<Choice>& YesNo() {
  static const auto* const choices = new std::vector<Choice>{{"no", Tr("no")}, {"yes", Tr("yes")}};
  return *choices;
}

absl::StatusOr<contentpb::Stage> AskStage(Console& console, contentpb::Stage present) {
  const std::string word = WordOf(*contentpb::Stage_descriptor(), present);
  QF_TRY_ASSIGN(const std::string answer, AskChoice(console, Tr("stage of the round"), ChoicesOf<contentpb::Stage>(),
                                                    present == contentpb::STAGE_UNSPECIFIED ? "" : word));
  return answer.empty() ? contentpb::STAGE_UNSPECIFIED : FromWord<contentpb::Stage>(answer);
}

using Save = absl::FunctionRef<absl::Status()>;

// People, one a line, until an empty one. Those that are there stay.
absl::Status AskPeople(Console& console, contentpb::Report* report, Save save) {
  console.err() << Tr("people concerned, officials and candidates only: name; post; unit (an empty line ends)") << "\n";
  while (true) {
    QF_TRY_ASSIGN(const std::string line, AskLine(console, Tr("person"), ""));
    if (line.empty()) return absl::OkStatus();
    auto person = ParsePerson(line);
    if (!person.ok()) {
      console.err() << ErrorText(person.status(), console);
      continue;
    }
    *report->add_people() = *std::move(person);
    QF_TRY(save());
  }
}

absl::Status AskFiles(Console& console, DraftKeeper& keeper) {
  console.err() << Tr("files to attach; pictures lose their place and camera (an empty line ends)") << "\n";
  while (true) {
    QF_TRY_ASSIGN(const std::string path, AskLine(console, Tr("file"), ""));
    if (path.empty()) return absl::OkStatus();
    const absl::Status attached = keeper.Attach(path);
    console.err() << (attached.ok() ? Tr("attached\n") : ErrorText(attached, console));
  }
}

// One step of text: asks, sets, saves.
template <class Ask>
absl::Status Step(Console& console, Ask ask, absl::string_view question, std::string* answer, Save save) {
  QF_TRY_ASSIGN(*answer, ask(console, question, *answer));
  return save();
}

}  // namespace

absl::Status AskReport(Console& console, const std::vector<Choice>& violations, contentpb::Report* report, bool* urgent,
                       DraftKeeper& keeper) {
  const auto save = [&] { return keeper.Save(*report, *urgent); };
  const auto line = [&](const char* question, std::string* answer) {
    return Step(console, AskLine, question, answer, save);
  };
  const auto lines = [&](const char* question, std::string* answer) {
    return Step(console, AskLines, question, answer, save);
  };
  console.err() << Tr("Enter keeps what is in brackets, - makes it empty; Ctrl-D keeps the draft and ends.") << "\n";
  QF_TRY_ASSIGN(*report->mutable_violation(), AskChoice(console, Tr("breach"), violations, report->violation()));
  QF_TRY(save());
  QF_TRY(line(Tr("township"), report->mutable_township()));
  QF_TRY_ASSIGN(const contentpb::Stage stage, AskStage(console, report->stage()));
  report->set_stage(stage);
  QF_TRY(save());
  QF_TRY(line(Tr("title, one line"), report->mutable_title()));
  QF_TRY(lines(Tr("what happened"), report->mutable_what()));
  QF_TRY(line(Tr("when"), report->mutable_when()));
  QF_TRY(line(Tr("where"), report->mutable_where()));
  QF_TRY(AskPeople(console, report, save));
  QF_TRY(lines(Tr("what proves it, and where that is"), report->mutable_evidence()));
  QF_TRY(AskFiles(console, keeper));
  QF_TRY_ASSIGN(const std::string answer, AskChoice(console, Tr("urgent"), YesNo(), *urgent ? "yes" : "no"));
  *urgent = answer == "yes";
  return save();
}

absl::StatusOr<Decision> AskDecision(Console& console) {
  const std::vector<Choice> choices = {{"file", Tr("file it now: it cannot be changed then")},
                                       {"keep", Tr("keep it as a draft")},
                                       {"discard", Tr("throw it away")}};
  QF_TRY_ASSIGN(const std::string answer, AskChoice(console, Tr("and now"), choices, "keep"));
  if (answer == "file") return Decision::kFile;
  return answer == "discard" ? Decision::kDiscard : Decision::kKeep;
}

}  // namespace qf::cli
