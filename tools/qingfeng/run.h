// One run of the program, from its words to its exit code; everything outside it comes in, so that tests can run it.
#pragma once

#include <string>
#include <vector>

#include "tools/qingfeng/context.h"

namespace qf::cli {

// `words` are argv without the program's name. The language is set (text.h) before.
int Run(const std::vector<std::string>& words, const std::string& version, Console& console, Files& files,
        Context::StartCore start_core);

}  // namespace qf::cli
