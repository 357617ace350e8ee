#include "tools/qingfeng/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/tree_walk.h"

namespace qf::cli {
namespace {

using Path = std::vector<std::string>;

// The values that an argument is completed with; choices and suggestions never both.
const std::vector<std::string>& ValuesOf(const Arg& arg) { return arg.choices.empty() ? arg.suggestions : arg.choices; }

bool TakesValue(const Arg& arg) { return !arg.positional() && !arg.value.empty(); }

// Inside single quotes, which all three shells read alike but for the quote itself.
std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

// "/desk/show", the key of a command in bash and fish; "" for the root.
std::string KeyOf(const Path& path) {
  std::string key;
  for (const std::string& name : path) absl::StrAppend(&key, "/", name);
  return key;
}

void WalkWithRoot(const Command& root, absl::FunctionRef<void(const Command&, const Path&)> visit) {
  visit(root, {});
  Walk(root, visit);
}

// ---- bash ----

// What may stand next in a command: its children, its options, the values of its positionals.
std::string BashWords(const Command& command) {
  std::vector<std::string> words;
  for (const Command& child : command.children) words.push_back(child.name);
  for (const Arg& arg : command.args) {
    if (!arg.positional()) words.push_back(arg.name);
    if (arg.positional()) words.insert(words.end(), ValuesOf(arg).begin(), ValuesOf(arg).end());
  }
  return absl::StrJoin(words, " ");
}

// Lines of a case: what completes the value of each option. "*" as key: wherever it stands.
std::string BashValues(const Command& command, absl::string_view key) {
  std::string out;
  for (const Arg& arg : command.args) {
    if (!TakesValue(arg)) continue;
    const std::string action = arg.takes_path() ? "files=yes"
                               : ValuesOf(arg).empty()
                                   ? ":"
                                   : absl::StrCat("words='", absl::StrJoin(ValuesOf(arg), " "), "'");
    absl::StrAppend(&out, "    ", key == "*" ? "*" : Quoted(key), ":", arg.name, ") ", action, " ;;\n");
  }
  return out;
}

bool HasFilePositional(const Command& command) {
  for (const Arg& arg : command.args) {
    if (arg.positional() && arg.takes_path()) return true;
  }
  return false;
}

constexpr absl::string_view kBash = R"(# bash completion for qingfeng; written by: qingfeng completion bash
_qingfeng() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local path='' words='' files='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$path:${COMP_WORDS[at]}" in
@SKIPPED@        at=$((at + 1)) ;;
      *)
        case "$path/${COMP_WORDS[at]}" in
@PATHS@            path=$path/${COMP_WORDS[at]} ;;
        esac ;;
    esac
  done
  case "$path:$previous" in
@VALUES@    *)
      case "$path" in
@WORDS@      esac
      [[ $current == -* ]] && words="$words @GLOBALS@ --help"
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files ]]; then
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _qingfeng qingfeng
)";

// ---- zsh ----

// The text of a help inside [..] or behind a colon of _arguments and _describe.
std::string ZshHelp(absl::string_view help) {
  return absl::StrReplaceAll(help, {{"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}});
}

std::string ZshValue(const Arg& arg) {
  const std::string name = ZshHelp(arg.positional() ? arg.name : arg.value);
  if (!ValuesOf(arg).empty()) return absl::StrCat(":", name, ":(", absl::StrJoin(ValuesOf(arg), " "), ")");
  return absl::StrCat(":", name, ":", arg.takes_path() ? "_files" : " ");
}

std::string ZshArg(const Arg& arg) {
  if (!arg.positional()) {
    const std::string help = absl::StrCat(arg.name, "[", ZshHelp(arg.help), "]");
    return Quoted(absl::StrCat(arg.repeats() ? "*" : "", help, TakesValue(arg) ? ZshValue(arg) : ""));
  }
  return Quoted(absl::StrCat(arg.repeats() ? "*" : arg.required ? "" : ":", ZshValue(arg)));
}

std::string ZshName(const Path& path) {
  return absl::StrReplaceAll(absl::StrCat("_qingfeng", KeyOf(path)), {{"/", "_"}});
}

std::string ZshChildren(const Command& command, const Path& path) {
  std::string described;
  std::string dispatched;
  for (const Command& child : command.children) {
    Path below = path;
    below.push_back(child.name);
    absl::StrAppend(&described, "      ", Quoted(absl::StrCat(child.name, ":", ZshHelp(child.help))), "\n");
    absl::StrAppend(&dispatched, "      ", child.name, ") ", ZshName(below), " ;;\n");
  }
  return absl::StrCat("  case $state in\n    command)\n      local -a commands=(\n", described,
                      "      )\n      _describe command commands ;;\n    rest)\n      case $line[1] in\n", dispatched,
                      "      esac ;;\n  esac\n");
}

std::string ZshFunction(const Command& command, const Path& path, const std::vector<Arg>& globals) {
  std::string out = absl::StrCat(ZshName(path), "() {\n  local state line\n  _arguments -C");
  const auto add = [&](const Arg& arg) { absl::StrAppend(&out, " \\\n    ", ZshArg(arg)); };
  if (!path.empty()) {
    for (const Arg& arg : globals) add(arg);
  }
  for (const Arg& arg : command.args) add(arg);
  absl::StrAppend(&out, " \\\n    ", Quoted(absl::StrCat("--help[", ZshHelp(Tr("this help")), "]")));
  if (!command.children.empty()) absl::StrAppend(&out, " \\\n    '1: :->command' \\\n    '*:: :->rest'");
  absl::StrAppend(&out, "\n", command.children.empty() ? "" : ZshChildren(command, path), "}\n");
  return out;
}

// ---- fish ----

std::string FishQuoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string FishArg(const Arg& arg, const std::string& condition) {
  std::string out = absl::StrCat("complete -c qingfeng", condition);
  if (!arg.positional()) absl::StrAppend(&out, " -l ", arg.name.substr(2), " -d ", FishQuoted(arg.help));
  if (TakesValue(arg)) absl::StrAppend(&out, " -r");
  if (arg.takes_path()) absl::StrAppend(&out, " -F");
  if (TakesValue(arg) && !arg.takes_path()) absl::StrAppend(&out, " -f");
  if (!ValuesOf(arg).empty()) absl::StrAppend(&out, " -a ", FishQuoted(absl::StrJoin(ValuesOf(arg), " ")));
  return out + "\n";
}

std::string FishCommand(const Command& command, const Path& path) {
  const std::string condition = path.empty() ? "" : absl::StrCat(" -n '__qingfeng_at ", KeyOf(path), "'");
  std::string out;
  for (const Arg& arg : command.args) {
    const bool says_something = !arg.positional() || arg.takes_path() || !ValuesOf(arg).empty();
    if (says_something) absl::StrAppend(&out, FishArg(arg, condition));
  }
  for (const Command& child : command.children) {
    const std::string here = path.empty() ? " -n \"__qingfeng_at ''\"" : condition;
    absl::StrAppend(&out, "complete -c qingfeng", here, " -a ", child.name, " -d ", FishQuoted(child.help), "\n");
  }
  return out;
}

constexpr absl::string_view kFish = R"(# fish completion for qingfeng; written by: qingfeng completion fish
function __qingfeng_at --description 'whether the words so far lead to this command'
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    while set -q words[1]
        if contains -- "$path:$words[1]" @SKIPPED@
            set -e words[1]
        else if contains -- "$path/$words[1]" @PATHS@
            set path "$path/$words[1]"
        end
        set -e words[1]
    end
    test "$path" = "$argv[1]"
end
complete -c qingfeng -f
)";

}  // namespace

std::string BashCompletion(const Command& root) {
  std::string skipped, paths, words;
  std::string values = BashValues(root, "*");
  std::vector<std::string> globals;
  for (const Arg& arg : root.args) globals.push_back(arg.name);
  WalkWithRoot(root, [&](const Command& command, const Path& path) {
    const std::string key = KeyOf(path);
    for (const Arg& arg : command.args) {
      if (TakesValue(arg))
        absl::StrAppend(&skipped, "      ", path.empty() ? "*" : Quoted(key), ":", arg.name, "|\\\n");
    }
    if (!path.empty()) {
      absl::StrAppend(&paths, "          ", Quoted(key), "|\\\n");
      absl::StrAppend(&values, BashValues(command, key));
    }
    absl::StrAppend(&words, "        ", Quoted(key), ") words='", BashWords(command), "'",
                    HasFilePositional(command) ? "; files=yes" : "", " ;;\n");
  });
  // A list of patterns has a last one, also when it is empty: a word that nothing is.
  for (std::string* list : {&skipped, &paths}) absl::StrAppend(list, "      '//')\n");
  return absl::StrReplaceAll(kBash, {{"@SKIPPED@", skipped},
                                     {"@PATHS@", paths},
                                     {"@VALUES@", values},
                                     {"@WORDS@", words},
                                     {"@GLOBALS@", absl::StrJoin(globals, " ")}});
}

std::string ZshCompletion(const Command& root) {
  std::string out = "#compdef qingfeng\n# zsh completion for qingfeng; written by: qingfeng completion zsh\n";
  WalkWithRoot(root, [&](const Command& command, const Path& path) {
    absl::StrAppend(&out, ZshFunction(command, path, root.args));
  });
  // Loaded from $fpath the script itself is the function; sourced it has to be registered.
  return absl::StrCat(
      out, "if [[ $funcstack[1] == _qingfeng ]]; then _qingfeng \"$@\"; else compdef _qingfeng qingfeng; fi\n");
}

std::string FishCompletion(const Command& root) {
  std::vector<std::string> skipped, paths;
  std::string lines;
  WalkWithRoot(root, [&](const Command& command, const Path& path) {
    if (!path.empty()) paths.push_back(KeyOf(path));
    for (const Arg& arg : root.args) {
      if (TakesValue(arg)) skipped.push_back(absl::StrCat(KeyOf(path), ":", arg.name));
    }
    for (const Arg& arg : command.args) {
      if (TakesValue(arg) && !path.empty()) skipped.push_back(absl::StrCat(KeyOf(path), ":", arg.name));
    }
    absl::StrAppend(&lines, FishCommand(command, path));
  });
  const std::string script =
      absl::StrReplaceAll(kFish, {{"@SKIPPED@", absl::StrJoin(skipped, " ")}, {"@PATHS@", absl::StrJoin(paths, " ")}});
  return absl::StrCat(script, lines);
}

}  // namespace qf::cli
