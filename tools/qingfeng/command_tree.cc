#include "tools/qingfeng/command_tree.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/tree_walk.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

using Runs = std::map<const CLI::App*, const Command*>;

// CLI11's own words, in the person's language.
void Translate(CLI::App& app) {
  auto& formatter = *app.get_formatter();
  formatter.column_width(34);
  formatter.label("Usage", Tr("Usage"));
  formatter.label("OPTIONS", Tr("options"));
  formatter.label("Options", Tr("Options"));
  formatter.label("Positionals", Tr("Arguments"));
  formatter.label("SUBCOMMAND", Tr("command"));
  formatter.label("SUBCOMMANDS", Tr("command"));
  formatter.label("Subcommands", Tr("Commands"));
  formatter.label("REQUIRED", "");  // said in the help, where it does not push the columns apart
}

// Like CLI::IsMember, but with words that can be translated and the nearest one named.
CLI::Validator OneOf(const std::vector<std::string>& choices) {
  return CLI::Validator(
      [choices](std::string& value) -> std::string {
        if (std::find(choices.begin(), choices.end(), value) != choices.end()) return "";
        const std::string nearest = Nearest(value, choices);
        if (!nearest.empty()) return absl::Substitute(Tr("$0 is unknown; did you mean $1?"), value, nearest);
        return absl::Substitute(Tr("$0 is none of: $1"), value, absl::StrJoin(choices, ", "));
      },
      "");
}

// CLI11 reads "-1" into an unsigned number as a very large one.
CLI::Validator Digits() {
  return CLI::Validator(
      [](std::string& value) -> std::string {
        const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), absl::ascii_isdigit);
        return digits ? "" : absl::Substitute(Tr("$0 is no number"), value);
      },
      "");
}

void AddArg(CLI::App& app, const Arg& arg) {
  CLI::Option* option = std::visit(
      [&](auto* into) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(into), bool*>) {
          return app.add_flag(arg.name, *into, HelpOf(arg));
        } else {
          return app.add_option(arg.name, *into, HelpOf(arg));
        }
      },
      arg.into);
  if (!arg.value.empty()) option->type_name(arg.value);
  if (arg.positional()) option->type_name("");
  if (arg.repeats() && !arg.positional()) option->allow_extra_args(false);  // one value for each --name
  if (!arg.choices.empty()) option->check(OneOf(arg.choices));
  if (std::holds_alternative<uint64_t*>(arg.into)) option->check(Digits());
  option->required(arg.required);
}

void Fill(CLI::App& app, const Command& command, Runs& runs) {
  runs[&app] = &command;
  for (const Arg& arg : command.args) AddArg(app, arg);
  for (const Command& child : command.children) {
    CLI::App* sub = app.add_subcommand(child.name, child.help);
    sub->group(child.group.empty() ? Tr("Commands") : child.group);
    sub->footer(absl::StrCat(child.details, child.details.empty() ? "" : "\n",
                             Tr("Options of every command: qingfeng --help")));
    Fill(*sub, child, runs);
  }
  // Exactly one at the top, so that a word behind a command is never taken for another one; none is fine where the
  // command itself runs.
  if (!command.children.empty()) app.require_subcommand(command.run ? 0 : 1, 1);
}

const CLI::App& Deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : Deepest(*chosen.front());
}

// The words that nothing took, where CLI11 may complain of a missing command instead.
absl::Status UnknownWord(const CLI::App& app, const std::string& word) {
  const CLI::App& deepest = Deepest(app);
  std::vector<std::string> names;
  if (word[0] == '-') {
    for (const CLI::App* at = &deepest; at != nullptr; at = at->get_parent()) {
      for (const CLI::Option* option : at->get_options()) names.push_back(option->get_name());
    }
  } else {
    for (const CLI::App* sub : deepest.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(sub->get_name());
  }
  const std::string nearest = Nearest(word, names);
  if (nearest.empty()) return Error(Reason::REASON_USAGE, absl::Substitute(Tr("$0 is not understood"), word));
  return Error(Reason::REASON_USAGE, absl::Substitute(Tr("$0 is unknown; did you mean $1?"), word, nearest));
}

// CLI11's sentence, behind ours for the kind of mistake.
absl::Status UsageOf(const CLI::App& app, const CLI::ParseError& error) {
  const auto is = [&](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  const std::vector<std::string> remaining = app.remaining(true);
  if (!remaining.empty() && (is(CLI::ExitCodes::ExtrasError) || is(CLI::ExitCodes::RequiredError))) {
    return UnknownWord(app, remaining.front());
  }
  const char* kind = is(CLI::ExitCodes::RequiredError)      ? Mark("something is missing")
                     : is(CLI::ExitCodes::ArgumentMismatch) ? Mark("a value is missing, or there are too many")
                                                            : Mark("a value is not allowed");
  return Error(Reason::REASON_USAGE, absl::StrCat(Tr(kind), ": ", error.what()));
}

}  // namespace

absl::StatusOr<Parsed> ParseCommandLine(const Command& root, const std::vector<std::string>& words,
                                        const std::string& version) {
  CLI::App app(root.help, root.name);
  Translate(app);  // before the subcommands, which inherit it
  app.fallthrough();
  app.option_defaults()->group(Tr("Options"));
  app.set_help_flag("-h,--help", Tr("this help"));
  app.set_version_flag("--version", version, Tr("the program's version"));
  app.footer(root.details);
  Runs runs;
  Fill(app, root, runs);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return Parsed{nullptr, app.help() + "\n"};
  } catch (const CLI::CallForVersion&) {
    return Parsed{nullptr, version + "\n"};
  } catch (const CLI::ParseError& error) {
    const bool unnamed = !runs.at(&Deepest(app))->run && app.remaining(true).empty();
    if (unnamed) return Parsed{nullptr, app.help() + "\n", false};
    return UsageOf(app, error);
  }
  return Parsed{runs.at(&Deepest(app)), ""};
}

}  // namespace qf::cli
