#include "tools/qingfeng/tree_walk.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

using Visit = absl::FunctionRef<void(const Command& command, const std::vector<std::string>& path)>;

void WalkBelow(const Command& parent, std::vector<std::string>* path, Visit visit) {
  for (const Command& child : parent.children) {
    path->push_back(child.name);
    visit(child, *path);
    WalkBelow(child, path, visit);
    path->pop_back();
  }
}

std::string Written(const Arg& arg) {
  std::string text = arg.name;
  if (!arg.value.empty()) absl::StrAppend(&text, " ", arg.value);
  if (arg.repeats()) absl::StrAppend(&text, " ...");
  return arg.required ? text : absl::StrCat("[", text, "]");
}

}  // namespace

void Walk(const Command& root, Visit visit) {
  std::vector<std::string> path;
  WalkBelow(root, &path, visit);
}

std::string Synopsis(const Command& command, const std::vector<std::string>& path) {
  std::string out = absl::StrJoin(path, " ");
  for (const bool positional : {false, true}) {
    for (const Arg& arg : command.args) {
      if (arg.positional() == positional) absl::StrAppend(&out, " ", Written(arg));
    }
  }
  if (!command.children.empty()) absl::StrAppend(&out, command.run ? " [COMMAND]" : " COMMAND");
  return out;
}

std::string HelpOf(const Arg& arg) {
  std::string help = arg.help;
  if (!arg.choices.empty()) absl::StrAppend(&help, " (", absl::StrJoin(arg.choices, ", "), ")");
  if (arg.required && !arg.positional()) absl::StrAppend(&help, " ", Tr("(required)"));
  return help;
}

}  // namespace qf::cli
