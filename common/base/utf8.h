// Characters of UTF-8 text.
#pragma once

#include <optional>

#include "common/base/strings.h"

namespace qf {

// The next character of `text`, which is not empty, taken off it; nothing, and nothing taken, when the bytes are no
// UTF-8: shortest form only, no surrogates (RFC 3629, section 3).
std::optional<char32_t> TakeCharacter(Bytes* text);

// White space of every width, and controls below U+0020.
bool IsSpace(char32_t character);

// `text` without the white space around it. Bytes that are no UTF-8 stay.
Bytes TrimSpace(Bytes text);

// A character that is not seen and changes how others are read: a control, a direction, a joiner, a mark of zero width.
bool IsInvisible(char32_t character);

}  // namespace qf
