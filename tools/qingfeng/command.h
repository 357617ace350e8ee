// Commands as data: name, help, arguments, what runs. One tree of them is parsed by CLI11 (command_tree.h) and written
// out as completion scripts and manual pages, so that none of these can disagree.
//
//   Command ShowCommand() {
//     struct Options { std::string item; };
//     auto options = std::make_shared<Options>();
//     return {.name = "show", .help = Tr("one thing that was filed"),
//             .args = {Positional("ITEM", &options->item, Tr("its id"))},
//             .run = [options](Context& context) { return Show(context, options->item); }};
//   }
//
// Threads: the main thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"

namespace qf::cli {

class Context;

// One argument of a command. `into` outlives the parse.
struct Arg {
  using Target = std::variant<bool*, std::string*, uint64_t*, int*, std::vector<std::string>*>;

  std::string name;  // "--title", or the placeholder of a positional: "ITEM"
  Target into;
  std::string help;
  std::string value;  // placeholder of an option's value; FILE and FOLDER complete to paths; empty = a flag
  bool required = false;
  std::vector<std::string> choices;      // the only values allowed; empty = any
  std::vector<std::string> suggestions;  // values that completion offers beside others

  bool positional() const { return name[0] != '-'; }
  bool repeats() const { return std::holds_alternative<std::vector<std::string>*>(into); }
  bool takes_path() const {
    const std::string& placeholder = positional() ? name : value;
    return placeholder == "FILE" || placeholder == "FOLDER";
  }

  Arg&& Required() && { return required = true, std::move(*this); }
  Arg&& OneOf(std::vector<std::string> values) && { return choices = std::move(values), std::move(*this); }
};

// "--quiet": present or not.
inline Arg Flag(std::string name, bool* into, std::string help) { return {std::move(name), into, std::move(help)}; }
// "--title TEXT". Into a vector: may be given several times.
inline Arg Option(std::string name, Arg::Target into, std::string value, std::string help) {
  return {std::move(name), into, std::move(help), std::move(value)};
}
// Needed, by its place. Into a vector: one or more.
inline Arg Positional(std::string name, Arg::Target into, std::string help) {
  Arg arg{std::move(name), into, std::move(help)};
  arg.required = true;
  return arg;
}
// The same, and may be left out.
inline Arg OptionalPositional(std::string name, Arg::Target into, std::string help) {
  return {std::move(name), into, std::move(help)};
}

struct Command {
  std::string name;
  std::string help;     // a few words, no full stop
  std::string details;  // what the manual says beyond that; may be empty
  std::string group;    // heading in the list of commands; of the first level only
  std::vector<Arg> args;
  std::function<absl::Status(Context&)> run;  // empty: only the commands below it run
  std::vector<Command> children;
};

}  // namespace qf::cli
