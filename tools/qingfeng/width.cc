#include "tools/qingfeng/width.h"

#include <wchar.h>

#include <vector>

namespace qf::cli {
namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr absl::string_view kReplacementText = "\xef\xbf\xbd";
constexpr absl::string_view kEllipsis = "\xe2\x80\xa6";

// One character of a text: its code point and how many bytes it took.
struct Rune {
  char32_t code;
  size_t size_bytes;
};

// The first character of `text`, which is not empty. What is not UTF-8 (RFC 3629) counts byte by byte as U+FFFD.
Rune First(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xf0 && lead <= 0xf4  ? 4
                      : lead >= 0xe0 && lead < 0xf0 ? 3
                      : lead >= 0xc2 && lead < 0xe0 ? 2
                                                    : 0;
  if (size == 0 || text.size() < size) return {kReplacement, 1};
  char32_t code = lead & (0xff >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {kReplacement, 1};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest[size] || code > 0x10ffff || surrogate) return {kReplacement, 1};
  return {code, size};
}

bool Dangerous(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0x200e ||
                     code == 0x200f || code == 0x061c;
  return control || turns || code == kReplacement;
}

int RuneWidth(char32_t code) {
  const int width = wcwidth(static_cast<wchar_t>(code));
  return width < 0 ? 1 : width;
}

// Where the next line ends: the byte after its last character, and where the one after it begins.
struct Break {
  size_t end;
  size_t next;
};

// `line` is wider than `columns`.
Break BreakOf(absl::string_view line, int columns) {
  size_t at = 0;
  size_t space = 0;  // the last one that fits; 0 = none
  int width = 0;
  while (at < line.size()) {
    const Rune rune = First(line.substr(at));
    width += RuneWidth(rune.code);
    if (rune.code == ' ' && at > 0) space = at;
    if (width > columns) break;
    at += rune.size_bytes;
  }
  return space > 0 ? Break{space, space + 1} : Break{at, at};
}

}  // namespace

std::string Clean(absl::string_view text, bool keep_lines) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = First(text);
    if (rune.code == '\n' || rune.code == '\t') {
      out += keep_lines ? static_cast<char>(rune.code) : ' ';
    } else if (rune.code == '\r' && text.size() > 1 && text[1] == '\n') {
      // The line end that follows is enough.
    } else if (Dangerous(rune.code)) {
      out.append(kReplacementText.data(), kReplacementText.size());
    } else {
      out.append(text.data(), rune.size_bytes);
    }
    text.remove_prefix(rune.size_bytes);
  }
  return out;
}

int WidthOf(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Rune rune = First(text);
    width += RuneWidth(rune.code);
    text.remove_prefix(rune.size_bytes);
  }
  return width;
}

std::string Fit(absl::string_view text, int columns) {
  if (WidthOf(text) <= columns) return std::string(text);
  std::string out;
  int width = 0;
  while (!text.empty()) {
    const Rune rune = First(text);
    width += RuneWidth(rune.code);
    if (width > columns - 1) break;
    out.append(text.data(), rune.size_bytes);
    text.remove_prefix(rune.size_bytes);
  }
  return out.append(kEllipsis.data(), kEllipsis.size());
}

std::string Wrap(absl::string_view text, int columns) {
  std::string out;
  while (true) {
    const size_t end = text.find('\n');
    absl::string_view line = text.substr(0, end);
    while (WidthOf(line) > columns) {
      const Break at = BreakOf(line, columns);
      out.append(line.data(), at.end).append("\n");
      line.remove_prefix(at.next);
    }
    out.append(line.data(), line.size());
    if (end == absl::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace qf::cli
