#include "common/log/text.h"

#include "absl/strings/escaping.h"
#include "common/log/format.h"

namespace qf::log::internal {

std::optional<uint64_t> ParseDecimal(Bytes text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    if (value > (kMaxSize - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::string> ParseBase64(Bytes text) {
  // Abseil forgives spaces, missing padding and stray bits: what it read must be what it would write.
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<Bytes> TakeLine(Bytes* text) {
  const size_t end = text->find('\n');
  if (end == Bytes::npos) return std::nullopt;
  const Bytes line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return line;
}

}  // namespace qf::log::internal
