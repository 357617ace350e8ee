#include "tools/qingfeng/run.h"

#include <algorithm>
#include <utility>

#include "tools/qingfeng/command_tree.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/errors.h"

namespace qf::cli {
namespace {

int End(Console& console, bool json, const absl::Status& status) {
  console.out().flush();
  if (!status.ok()) console.err() << (json ? ErrorJson(status) : ErrorText(status, console));
  return ExitCodeOf(status);
}

}  // namespace

int Run(const std::vector<std::string>& words, const std::string& version, Console& console, Files& files,
        Context::StartCore start_core) {
  GlobalOptions options;
  const Command root = AllCommands(&options);
  const auto parsed = ParseCommandLine(root, words, version);
  if (!parsed.ok()) {
    // What could not be parsed filled no options.
    const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
    return End(console, json, parsed.status());
  }
  if (parsed->command == nullptr) {
    console.out() << parsed->text;
    return parsed->complete ? kExitOk : kExitUsage;
  }
  Context context(console, files, options, std::move(start_core));
  context.root = &root;
  return End(console, options.json, parsed->command->run(context));
}

}  // namespace qf::cli
