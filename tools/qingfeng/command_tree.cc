#include "tools/qingfeng/command_tree.h"

#include <CLI/CLI.hpp>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "tools/qingfeng/text.h"

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
  formatter.label("REQUIRED", Tr("(required)"));
}

void AddArg(CLI::App& app, const Arg& arg) {
  CLI::Option* option = std::visit(
      [&](auto* into) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(into), bool*>) {
          return app.add_flag(arg.name, *into, arg.help);
        } else {
          return app.add_option(arg.name, *into, arg.help);
        }
      },
      arg.into);
  if (!arg.value.empty()) option->type_name(arg.value);
  if (arg.positional()) option->type_name("");
  if (arg.repeats() && !arg.positional()) option->allow_extra_args(false);  // one value for each --name
  if (!arg.choices.empty()) option->check(CLI::IsMember(arg.choices), "")->type_name(absl::StrJoin(arg.choices, "|"));
  option->required(arg.required);
}

void Fill(CLI::App& app, const Command& command, Runs& runs) {
  runs[&app] = &command;
  for (const Arg& arg : command.args) AddArg(app, arg);
  for (const Command& child : command.children) {
    CLI::App* sub = app.add_subcommand(child.name, child.help);
    if (!child.group.empty()) sub->group(child.group);
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

// CLI11's sentence, behind ours for the kind of mistake.
absl::Status UsageOf(const CLI::ParseError& error) {
  const std::string kind = error.get_name();
  const char* ours = kind == "ExtrasError"        ? Mark("a word that is not understood")
                     : kind == "RequiredError"    ? Mark("something is missing")
                     : kind == "ArgumentMismatch" ? Mark("a value is missing, or there are too many")
                                                  : Mark("a value is not allowed");
  return Error(Reason::REASON_USAGE, absl::StrCat(Tr(ours), ": ", error.what()));
}

}  // namespace

absl::StatusOr<Parsed> ParseCommandLine(const Command& root, const std::vector<std::string>& words,
                                        const std::string& version) {
  CLI::App app(root.help, root.name);
  Translate(app);  // before the subcommands, which inherit it
  app.fallthrough();
  app.set_help_flag("-h,--help", Tr("this help"));
  app.set_version_flag("--version", version, Tr("the program's version"));
  app.footer(root.details);
  Runs runs;
  Fill(app, root, runs);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return Parsed{nullptr, app.help()};
  } catch (const CLI::CallForVersion&) {
    return Parsed{nullptr, version + "\n"};
  } catch (const CLI::ParseError& error) {
    if (words.empty()) return Parsed{nullptr, app.help()};
    return UsageOf(error);
  }
  return Parsed{runs.at(&Deepest(app)), ""};
}

}  // namespace qf::cli
