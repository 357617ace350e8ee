// A QR code on the terminal, two modules a character cell.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qf::cli {

// `text` as a QR code of half blocks with its quiet zone, error correction L. `coloured`: black on white by escape
// codes, right on every terminal; without, white is drawn, which a dark terminal shows rightly.
// OUT_OF_RANGE(TOO_LARGE) when no code holds it; OUT_OF_RANGE(TOO_LARGE) too when it is wider than `columns` > 0.
absl::StatusOr<std::string> TerminalQr(absl::string_view text, bool coloured, int columns);

}  // namespace qf::cli
