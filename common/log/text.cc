#include "common/log/text.h"

#include "absl/strings/escaping.h"
#include "common/log/format.h"

namespace qf::log::internal {
namespace {

// Bytes of the character that begins with `lead`; 0 when none does.
size_t Utf8Length(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >> 5 == 0x6) return 2;
  if (lead >> 4 == 0xe) return 3;
  return lead >> 3 == 0x1e ? 4 : 0;
}

}  // namespace

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

std::optional<uint32_t> TakeCharacter(Bytes* text) {
  const auto lead = static_cast<uint8_t>(text->front());
  const size_t length = Utf8Length(lead);
  if (length == 0 || text->size() < length) return std::nullopt;
  uint32_t character = length == 1 ? lead : lead & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>((*text)[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    character = character << 6 | (next & 0x3f);
  }
  // The shortest form only, no surrogates, nothing beyond Unicode (RFC 3629, section 3).
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (character < kLeast[length] || character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) {
    return std::nullopt;
  }
  text->remove_prefix(length);
  return character;
}

}  // namespace qf::log::internal
