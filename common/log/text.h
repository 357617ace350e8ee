// Small parts of the log's text formats, read in one form only. For: the .cc files of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/strings.h"

namespace qf::log::internal {

// A decimal number without sign or leading zeros, at most kMaxSize.
std::optional<uint64_t> ParseDecimal(Bytes text);

// Standard base64 with padding, exactly as an encoder writes it (RFC 4648, section 4).
std::optional<std::string> ParseBase64(Bytes text);

// The text before the next newline, taken off `text` with it; nothing when there is none.
std::optional<Bytes> TakeLine(Bytes* text);

}  // namespace qf::log::internal
