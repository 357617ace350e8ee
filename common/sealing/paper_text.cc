#include "common/sealing/paper_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/base/wipe.h"

namespace qf::sealing {
namespace {

constexpr Bytes kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr Bytes kBetween = "- \t\r\n";
constexpr size_t kSymbolBits = 5;
constexpr size_t kLineSymbols = kLineBits / kSymbolBits;  // and the check symbol
constexpr size_t kGroupSymbols = 3;

// One step of Horner's rule over GF(32): `sum` × x + `symbol`.
unsigned Step(unsigned sum, unsigned symbol) {
  sum <<= 1;
  if (sum & 0x20) sum ^= 0x25;
  return sum ^ symbol;
}

// Symbol number `index` of `bytes`: bits 5 index to 5 index + 4, the highest first.
unsigned SymbolAt(Bytes bytes, size_t index) {
  unsigned symbol = 0;
  for (size_t bit = index * kSymbolBits; bit < (index + 1) * kSymbolBits; ++bit) {
    symbol = symbol << 1 | (static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8) & 1);
  }
  return symbol;
}

void PutSymbol(unsigned char* bytes, size_t index, unsigned symbol) {
  for (size_t i = 0; i < kSymbolBits; ++i) {
    const size_t bit = index * kSymbolBits + i;
    bytes[bit / 8] |= static_cast<unsigned char>((symbol >> (kSymbolBits - 1 - i) & 1) << (7 - bit % 8));
  }
}

// The value of a character; 32 when it is no symbol.
unsigned ValueOf(char character) {
  switch (const char upper = absl::ascii_toupper(character)) {
    case 'I':
    case 'L':
      return 1;
    case 'O':
      return 0;
    default:
      return static_cast<unsigned>(std::min(kSymbols.find(upper), kSymbols.size()));
  }
}

absl::Status TypoIn(size_t line) {
  return Error(Reason::REASON_TYPO, absl::StrCat("line ", line + 1, " has a mistake"));
}

// The values of all symbols in `text`, check symbols too.
absl::StatusOr<Secret> ReadSymbols(absl::string_view text, size_t lines) {
  Secret values(lines * (kLineSymbols + 1));
  size_t read = 0;
  for (char character : text) {
    if (kBetween.find(character) != Bytes::npos) continue;
    if (read == values.size()) return Error(Reason::REASON_LENGTH, "there are too many symbols");
    const unsigned value = ValueOf(character);
    if (value == kSymbols.size()) return TypoIn(read / (kLineSymbols + 1));
    values.mutable_data()[read++] = static_cast<unsigned char>(value);
  }
  if (read != values.size()) return Error(Reason::REASON_LENGTH, "there are too few symbols");
  return values;
}

}  // namespace

Secret FormatPaperText(Bytes bytes, size_t lines) {
  QF_CHECK(bytes.size() == PaperBytes(lines));
  std::string text;
  text.reserve(lines * (kLineSymbols + 1) * 2);  // so that nothing secret is left behind by growing
  for (size_t line = 0; line < lines; ++line) {
    unsigned sum = static_cast<unsigned>(line);
    for (size_t i = 0; i <= kLineSymbols; ++i) {
      const bool check = i == kLineSymbols;
      const unsigned symbol = check ? Step(sum, 0) : SymbolAt(bytes, line * kLineSymbols + i);
      sum = Step(sum, symbol);
      if (i > 0 && i % kGroupSymbols == 0) text.push_back('-');
      text.push_back(kSymbols[symbol]);
    }
    if (line + 1 < lines) text.push_back('\n');
  }
  Secret out(text);
  Wipe(&text[0], text.size());
  return out;
}

absl::StatusOr<Secret> ParsePaperText(absl::string_view text, size_t lines) {
  QF_TRY_ASSIGN(const Secret values, ReadSymbols(text, lines));
  Secret out(PaperBytes(lines));
  const unsigned char* next = values.data();
  for (size_t line = 0; line < lines; ++line) {
    unsigned sum = static_cast<unsigned>(line);
    for (size_t i = 0; i <= kLineSymbols; ++i, ++next) {
      sum = Step(sum, *next);
      if (i < kLineSymbols) PutSymbol(out.mutable_data(), line * kLineSymbols + i, *next);
    }
    if (sum != 0) return TypoIn(line);
  }
  return out;
}

}  // namespace qf::sealing
