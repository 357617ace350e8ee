// Reads a command line by CLI11. The one place that includes it: it costs twelve seconds a translation unit.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/qingfeng/command.h"

namespace qf::cli {

struct Parsed {
  // What to run; nullptr when `text` is all there is to do (--help, --version).
  const Command* command = nullptr;
  std::string text;
  // False when `text` is help that nobody asked for, because no command was named.
  bool complete = true;
};

// Parses `words` (without the program's name) by the tree below `root`, whose own args are the global options: they
// may stand before or behind a command's name. Fills the targets of the args. `version` is what --version says.
// INVALID_ARGUMENT(USAGE) with a sentence that names the word. `root` outlives the result.
absl::StatusOr<Parsed> ParseCommandLine(const Command& root, const std::vector<std::string>& words,
                                        const std::string& version);

}  // namespace qf::cli
