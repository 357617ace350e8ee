// Questions to a person at the terminal: one line, several lines, one of a list.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {

struct Choice {
  std::string id;     // what it stands for
  std::string label;  // what people read
};

// One line. Enter alone keeps `present`, which is shown; "-" alone makes it empty.
// CANCELLED(CANCELLED) at the end of the input, as for all of these.
absl::StatusOr<std::string> AskLine(Console& console, absl::string_view question, const std::string& present);

// Several lines up to one that is empty. Enter at once keeps `present`.
absl::StatusOr<std::string> AskLines(Console& console, absl::string_view question, const std::string& present);

// One of `choices`: by number, by id, or by a part of its label or id; a part that fits several shows those. Enter
// alone keeps `present` (an id; empty = none chosen). Asks again until it understands.
absl::StatusOr<std::string> AskChoice(Console& console, absl::string_view question, const std::vector<Choice>& choices,
                                      const std::string& present);

// What a person wants to say: `given` on the command line, standard input if that is "-", else asked.
// INVALID_ARGUMENT(USAGE) when there is nothing and nobody can be asked.
absl::StatusOr<std::string> TextFrom(Console& console, const std::string& given, absl::string_view question);

// The choices that `answer` may mean: one by number or by exact id or label, else all that hold it as a part.
// `answer` is not empty. For AskChoice, and open for its tests.
std::vector<const Choice*> Matching(const std::vector<Choice>& choices, absl::string_view answer);

}  // namespace qf::cli
