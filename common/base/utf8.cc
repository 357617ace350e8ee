#include "common/base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace qf {
namespace {

// Bytes of the character that begins with `lead`; 0 when none does.
size_t LengthOf(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >> 5 == 0x6) return 2;
  if (lead >> 4 == 0xe) return 3;
  return lead >> 3 == 0x1e ? 4 : 0;
}

}  // namespace

std::optional<char32_t> TakeCharacter(Bytes* text) {
  const auto lead = static_cast<uint8_t>(text->front());
  const size_t length = LengthOf(lead);
  if (length == 0 || text->size() < length) return std::nullopt;
  char32_t character = length == 1 ? lead : lead & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>((*text)[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    character = character << 6 | (next & 0x3f);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (character < kLeast[length] || character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) {
    return std::nullopt;
  }
  text->remove_prefix(length);
  return character;
}

bool IsSpace(char32_t c) {
  return c <= ' ' || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200b) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

Bytes TrimSpace(Bytes text) {
  size_t begin = text.size(), end = 0;
  for (Bytes rest = text; !rest.empty();) {
    const size_t at = text.size() - rest.size();
    const auto character = TakeCharacter(&rest);
    if (!character.has_value()) rest.remove_prefix(1);
    if (character.has_value() && IsSpace(*character)) continue;
    begin = std::min(begin, at);
    end = text.size() - rest.size();
  }
  return begin < end ? text.substr(begin, end - begin) : Bytes();
}

bool IsInvisible(char32_t c) {
  return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

}  // namespace qf
