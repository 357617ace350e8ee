// Text as it stands on a terminal: Chinese characters take two columns, combining marks none.
// Widths are wcwidth's, so SetLanguage (text.h) comes first.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace qf::cli {

// `text`, safe to show: whatever could move the cursor, colour the screen or turn the direction of reading (C0 and C1
// controls, bidirectional overrides, bytes that are no UTF-8) becomes U+FFFD. Line ends and tabs become a space unless
// `keep_lines`. What others wrote passes through here before it is printed: a report may come from an enemy.
std::string Clean(absl::string_view text, bool keep_lines = false);

// Columns that `text` takes; it has been cleaned.
int WidthOf(absl::string_view text);

// The longest front part of `text` that fits `columns`, with "…" at its end if anything was cut. columns >= 1.
std::string Fit(absl::string_view text, int columns);

// `text` cut into lines of at most `columns`: at spaces where there are any, else between characters, as Chinese is.
// Line ends in `text` stay; columns >= 2.
std::string Wrap(absl::string_view text, int columns);

}  // namespace qf::cli
