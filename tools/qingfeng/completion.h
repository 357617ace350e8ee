// Completion scripts for shells, written from the tree of commands: names, options, values of choices, and files.
#pragma once

#include <string>

#include "tools/qingfeng/command.h"

namespace qf::cli {

// Each takes the root, whose args are the options that every command has.
std::string BashCompletion(const Command& root);
std::string ZshCompletion(const Command& root);
std::string FishCompletion(const Command& root);

}  // namespace qf::cli
