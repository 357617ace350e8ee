#include "client-core/desk/words.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/utf8.h"

namespace qf::client {
namespace {

constexpr char kSeparator = '\n';
constexpr char32_t kReplacement = 0xFFFD;
constexpr int kSymbolsPerCharacter = 5;
constexpr size_t kAuthorTokenBytes = 16;

// The next character, taken off `text`; a byte that belongs to none is one replacement character.
char32_t Take(absl::string_view* text) {
  const auto character = TakeCharacter(text);
  if (!character.has_value()) text->remove_prefix(1);
  return character.value_or(kReplacement);
}

void AppendUtf8(std::string* out, char32_t c) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    absl::StrAppend(out, std::string{static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))});
  } else if (c < 0x10000) {
    absl::StrAppend(out, std::string{static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                                     static_cast<char>(0x80 | (c & 0x3F))});
  } else {
    absl::StrAppend(out, std::string{static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                                     static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))});
  }
}

char32_t FoldCharacter(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFF01 - '!';
  if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return c;
}

std::vector<char32_t> CharactersOf(absl::string_view folded) {
  std::vector<char32_t> characters;
  while (!folded.empty()) characters.push_back(Take(&folded));
  return characters;
}

void AppendSymbols(std::string* out, char32_t c) {
  constexpr char kSymbols[] = "abcdefghijklmnopqrstuvwxyz234567";
  for (int i = kSymbolsPerCharacter - 1; i >= 0; --i) out->push_back(kSymbols[c >> (5 * i) & 31]);
}

std::string Token(char32_t first) {
  std::string token;
  AppendSymbols(&token, first);
  return token;
}
std::string Token(char32_t first, char32_t second) {
  std::string token = Token(first);
  AppendSymbols(&token, second);
  return token;
}

// What a text has that holds `word`.
std::set<std::string> TermsOf(absl::string_view word) {
  const std::vector<char32_t> characters = CharactersOf(word);
  if (characters.size() == 1) return {Token(characters[0]) + "*"};
  std::set<std::string> terms;
  for (size_t i = 0; i + 1 < characters.size(); ++i) terms.insert(Token(characters[i], characters[i + 1]));
  return terms;
}

}  // namespace

std::string FoldText(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = Take(&text);
    if (!IsSpace(c)) {
      AppendUtf8(&out, FoldCharacter(c));
    } else if (!out.empty() && out.back() != kSeparator) {
      out.push_back(kSeparator);
    }
  }
  return out;
}

std::string IndexTokens(absl::string_view folded) {
  std::set<std::string> tokens;
  for (const absl::string_view run : absl::StrSplit(folded, kSeparator, absl::SkipEmpty())) {
    const std::vector<char32_t> characters = CharactersOf(run);
    for (size_t i = 0; i + 1 < characters.size(); ++i) tokens.insert(Token(characters[i], characters[i + 1]));
    tokens.insert(Token(characters.back()));
  }
  return absl::StrJoin(tokens, " ");
}

std::vector<std::string> QueryWords(absl::string_view query) {
  std::vector<std::string> words =
      absl::StrSplit(FoldText(query.substr(0, kSearchBytesMax)), kSeparator, absl::SkipEmpty());
  if (words.size() > kSearchWordsMax) words.resize(kSearchWordsMax);
  return words;
}

std::string AuthorToken(const SigningKey& author) {
  // Tokens of text begin with a or b: the first five bits of 25 that hold a code point.
  return absl::StrCat("z", absl::BytesToHexString(author.bytes().substr(0, kAuthorTokenBytes)));
}

std::string MatchExpression(const std::vector<std::string>& words,
                            absl::FunctionRef<std::vector<SigningKey>(absl::string_view word)> authors_named) {
  std::set<std::string> terms;  // of all words that no author's name holds
  std::vector<std::string> alternatives;
  for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
    const std::set<std::string> of_word = TermsOf(word);
    const std::vector<SigningKey> authors = authors_named(word);
    if (authors.empty()) {
      terms.insert(of_word.begin(), of_word.end());
      continue;
    }
    std::string either = absl::StrCat("((", absl::StrJoin(of_word, " AND "), ")");
    for (const SigningKey& author : authors) absl::StrAppend(&either, " OR ", AuthorToken(author));
    alternatives.push_back(either + ")");
  }
  alternatives.insert(alternatives.end(), terms.begin(), terms.end());
  return absl::StrJoin(alternatives, " AND ");
}

bool NeedsText(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return CharactersOf(word).size() > 2; });
}

bool HoldsAll(absl::string_view folded, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return absl::StrContains(folded, word); });
}

std::string SearchText(const qingfeng::content::v1::Report& report) {
  std::vector<absl::string_view> parts = {report.violation(), report.township(), report.title(),   report.what(),
                                          report.when(),      report.where(),    report.evidence()};
  for (const auto& person : report.people()) parts.insert(parts.end(), {person.name(), person.post(), person.unit()});
  for (const auto& file : report.attachments()) parts.push_back(file.name());
  parts.insert(parts.end(), {report.on_the_spot().by(), report.on_the_spot().what()});
  return absl::StrJoin(parts, "\n");
}

}  // namespace qf::client
