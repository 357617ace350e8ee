// Secrets as people copy them by hand, from paper or from a screen: lines of 20 symbols of five bits and a
// check symbol, in seven groups of three: "4TH-0KM-…". The 32 symbols are Crockford's, 0–9 and A–Z without I,
// L, O and U.
//
// The check symbol of a line is chosen so that, over GF(32) with x^5 + x^2 + 1, the polynomial whose
// coefficients are the number of the line (from 0), the 20 symbols and the check symbol is zero at x. All its
// 22 weights differ, so any one wrong symbol, any two exchanged symbols and any two exchanged lines are found
// for certain; of other mistakes one in 32 passes.
//
// For: thread codes (thread_code.h) and shares (shares.h). Not for: text without a person in between.
// Threads: any.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/secret.h"
#include "common/base/strings.h"

namespace qf::sealing {

constexpr size_t kLineBits = 100;

// Bytes that hold `lines` lines; where the last byte is not full, its low bits are zero.
constexpr size_t PaperBytes(size_t lines) { return (lines * kLineBits + 7) / 8; }

// `bytes` (exactly PaperBytes(lines), our own callers, checked) as `lines` lines, each ended by a newline but
// the last. Bits go from the high end of the first byte to the low end of the last.
Secret FormatPaperText(Bytes bytes, size_t lines);

// The bytes again. Capital or small letters; I and L are read as 1, O as 0; spaces, hyphens and newlines are
// passed over wherever they stand. LENGTH when there are too few or too many symbols; TYPO, naming the line
// and counting from 1, when a character is no symbol or a line's check symbol is not right.
absl::StatusOr<Secret> ParsePaperText(absl::string_view text, size_t lines);

}  // namespace qf::sealing
