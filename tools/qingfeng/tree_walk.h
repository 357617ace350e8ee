// Walks the tree of commands, for whatever is written from it: completion scripts and manuals.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "tools/qingfeng/command.h"

namespace qf::cli {

// Calls `visit` with every command below `root`, parents first, and the names that lead to it.
void Walk(const Command& root,
          absl::FunctionRef<void(const Command& command, const std::vector<std::string>& path)> visit);

// "report [--file FILE] ITEM": how a command at `path` is written, without the global options.
std::string Synopsis(const Command& command, const std::vector<std::string>& path);

// The argument's help, with the values that are allowed, and that an option is required if it is.
std::string HelpOf(const Arg& arg);

}  // namespace qf::cli
