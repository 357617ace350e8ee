#include "tools/qingfeng/catalogue.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::cli {
namespace {

// The header of a .mo file (GNU gettext manual, "The Format of GNU MO Files"), in the byte order of its writer;
// msgfmt writes little-endian unless told otherwise, and we do not tell it otherwise.
constexpr uint32_t kMagic = 0x950412de;
constexpr size_t kCountAt = 8;
constexpr size_t kEnglishTableAt = 12;
constexpr size_t kTranslatedTableAt = 16;
constexpr size_t kTableRowBytes = 8;  // length, offset

std::optional<uint32_t> Word(Bytes mo, size_t at) {
  if (mo.size() < 4 || at > mo.size() - 4) return std::nullopt;
  uint32_t word = 0;
  for (size_t i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(mo[at + i]);
  return word;
}

std::optional<Bytes> Row(Bytes mo, size_t table, size_t index) {
  const size_t at = table + index * kTableRowBytes;
  const auto length = Word(mo, at);
  const auto offset = Word(mo, at + 4);
  if (!length || !offset || *offset > mo.size() || *length > mo.size() - *offset) return std::nullopt;
  return mo.substr(*offset, *length);
}

}  // namespace

absl::StatusOr<Catalogue> Catalogue::Parse(Bytes mo) {
  const absl::Status malformed = Error(Reason::REASON_MALFORMED, "a message catalogue is damaged");
  const auto count = Word(mo, kCountAt);
  const auto english_table = Word(mo, kEnglishTableAt);
  const auto translated_table = Word(mo, kTranslatedTableAt);
  if (!count || !english_table || !translated_table || Word(mo, 0) != kMagic) return malformed;
  Catalogue out;
  for (size_t i = 0; i < *count; ++i) {
    const auto english = Row(mo, *english_table, i);
    const auto translated = Row(mo, *translated_table, i);
    if (!english || !translated) return malformed;
    if (!translated->empty()) out.messages_.emplace(std::string(*english), std::string(*translated));
  }
  return out;
}

const char* Catalogue::Find(absl::string_view english) const {
  const auto found = messages_.find(english);
  return found == messages_.end() ? nullptr : found->second.c_str();
}

const char* Catalogue::Find(absl::string_view context, absl::string_view english) const {
  return Find(absl::StrCat(context, "\004", english));
}

}  // namespace qf::cli
