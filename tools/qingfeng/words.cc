#include "tools/qingfeng/words.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

constexpr size_t kShortIdDigits = 12;
constexpr size_t kPrefixDigitsMin = 4;
constexpr size_t kChangesMax = 2;

// "ITEM_STATE_" for ItemState: what buf's ENUM_VALUE_PREFIX puts before every value.
std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  return std::string(absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED"));
}

// Levenshtein distance, by bytes: good enough to find a slip of the finger.
size_t Changes(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t swap = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, swap});
    }
  }
  return row[b.size()];
}

absl::Status Ambiguous(absl::string_view text, const std::vector<const Candidate*>& found) {
  const std::string ids = absl::StrJoin(
      found, ", ", [](std::string* out, const Candidate* candidate) { absl::StrAppend(out, ShortId(candidate->id)); });
  return Error(Reason::REASON_USAGE, absl::Substitute(Tr("$0 may mean any of: $1"), text, ids));
}

}  // namespace

std::string WordOf(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* found = type.FindValueByNumber(value);
  if (found == nullptr) return "";
  const std::string word(absl::StripPrefix(found->name(), PrefixOf(type)));
  return absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", "-"}});
}

std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) words.push_back(WordOf(type, type.value(i)->number()));
  }
  return words;
}

absl::StatusOr<int> ValueOf(const google::protobuf::EnumDescriptor& type, absl::string_view word) {
  const std::string wanted = absl::AsciiStrToLower(absl::StripAsciiWhitespace(word));
  for (int i = 0; i < type.value_count(); ++i) {
    const int value = type.value(i)->number();
    if (value == 0) continue;
    if (wanted == WordOf(type, value) || wanted == ShownWord(type, value)) return value;
  }
  const std::vector<std::string> words = WordsOf(type);
  const std::string nearest = Nearest(wanted, words);
  return Error(Reason::REASON_USAGE, nearest.empty()
                                         ? absl::Substitute(Tr("$0 is none of: $1"), word, absl::StrJoin(words, ", "))
                                         : absl::Substitute(Tr("$0 is unknown; did you mean $1?"), word, nearest));
}

std::string ShownWord(const google::protobuf::EnumDescriptor& type, int value) {
  return value == 0 ? "" : TrText(WordOf(type, value));
}

std::string ShownReason(Reason reason) {
  if (reason == Reason::REASON_UNSPECIFIED) return "";
  const std::string sentence = TrReason(reason);
  return sentence.empty() ? NameOf(reason) : absl::StrCat(sentence, " (", NameOf(reason), ")");
}

std::string Nearest(absl::string_view word, const std::vector<std::string>& known) {
  std::string nearest;
  size_t best = kChangesMax + 1;
  for (const std::string& candidate : known) {
    const size_t changes = Changes(word, candidate);
    if (changes < best && changes < candidate.size()) {
      best = changes;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string ShownTime(uint64_t us) {
  if (us == 0) return "";
  const absl::Time time = absl::FromUnixMicros(static_cast<int64_t>(us));
  return absl::FormatTime("%Y-%m-%d %H:%M", time, absl::LocalTimeZone());
}

absl::StatusOr<Day> DayOf(absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day) || day < absl::CivilDay(1970, 1, 2)) {
    return Error(Reason::REASON_USAGE, absl::Substitute(Tr("$0 is no day; write it like 2026-03-15"), text));
  }
  const auto start_us = [](absl::CivilDay of) {
    return static_cast<uint64_t>(absl::ToUnixMicros(absl::FromCivil(of, absl::LocalTimeZone())));
  };
  return Day{start_us(day), start_us(day + 1)};
}

std::string ShownSize(uint64_t size_bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  if (size_bytes < 1000) return absl::StrCat(size_bytes, " B");
  double size = static_cast<double>(size_bytes);
  size_t unit = 0;
  while (size >= 999.95 && unit + 1 < std::size(kUnits)) {
    size /= 1000;
    ++unit;
  }
  return absl::StrFormat("%.1f %s", size, kUnits[unit]);
}

std::string ShownYes(bool value) { return value ? Tr("yes") : ""; }

std::string ShortId(Bytes id) { return ToHex(id).substr(0, kShortIdDigits); }

absl::StatusOr<std::string> CompleteId(absl::string_view text, size_t size_bytes) {
  std::string id;
  if (FromHex(absl::AsciiStrToLower(text), &id) && id.size() == size_bytes) return id;
  if (absl::Base64Unescape(text, &id) && id.size() == size_bytes) return id;
  return Error(Reason::REASON_USAGE, absl::Substitute(Tr("$0 is no complete id"), text));
}

absl::StatusOr<std::string> ResolveId(absl::string_view text, size_t size_bytes, ListCandidates list) {
  if (auto id = CompleteId(text, size_bytes); id.ok()) return id;
  const auto candidates = list();
  if (!candidates.ok()) return candidates.status();
  const std::string prefix = absl::AsciiStrToLower(text);
  std::vector<const Candidate*> found;
  for (const Candidate& candidate : *candidates) {
    const bool begins = prefix.size() >= kPrefixDigitsMin && absl::StartsWith(ToHex(candidate.id), prefix);
    const bool fits = begins || (!text.empty() && candidate.label == text);
    const bool known =
        std::any_of(found.begin(), found.end(), [&](const Candidate* c) { return c->id == candidate.id; });
    if (fits && !known) found.push_back(&candidate);
  }
  if (found.empty()) return Error(Reason::REASON_NOT_FOUND, absl::Substitute(Tr("there is no $0 here"), text));
  if (found.size() > 1) return Ambiguous(text, found);
  return found.front()->id;
}

}  // namespace qf::cli
