// Sizes that tell little: what a body or a blob is padded to, so that its size on the wire does not name it.
// Source: docs/protocol.md, "Record", Padding. Pure functions; any thread.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"

namespace qf::sealing {

// How a body's whole size is chosen; the zero bytes stand after the frame, inside the seal.
enum class Padding {
  kPadme,    // named records: at most 12 % more
  kLetter,   // letters and replies: exactly 4,096
  kClasses,  // a web page's threads and casework: 4, 16, 64 or 256 KiB
};

// Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
// 2019): with E = ⌊log2 size⌋ and S = ⌊log2 E⌋ + 1, the smallest number ≥ `size_bytes` whose low E − S bits
// are zero. Never above the next power of two. 0 and 1 stay. At most 2^63 (our own callers, checked).
uint64_t Padme(uint64_t size_bytes);

// The size of a body that needs `body_bytes` without padding. TOO_LARGE when it fits into no size that
// `padding` has, at most limits::kBodyBytes.
absl::StatusOr<size_t> PaddedBodySize(Padding padding, size_t body_bytes);

}  // namespace qf::sealing
