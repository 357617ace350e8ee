// Bytes and text. `Bytes` is the view that every signature uses: Debian builds Abseil with its own string_view,
// so the std one must not be mixed in (docs/adr/0002). One line here moves the whole tree to std later.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace qf {

using Bytes = absl::string_view;

// Lower-case hexadecimal of `bytes`.
std::string ToHex(Bytes bytes);

// The bytes that `hex` stands for; false when it has an odd length or another character. `out` is replaced.
bool FromHex(absl::string_view hex, std::string* out);

// Eight bytes big-endian: how every integer enters a hash or a signature.
std::string U64(uint64_t value);
// The other way: takes eight bytes off the front of `bytes`, which has them.
uint64_t TakeU64(Bytes* bytes);

// `value` preceded by its length in two bytes: how a field of variable length enters a hash or associated data.
// `value` is at most 65,535 bytes (our own callers; checked).
std::string Counted(Bytes value);

}  // namespace qf
