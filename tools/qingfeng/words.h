// Values of the contract as words: states, roles, times, sizes, ids.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/error.h"
#include "common/base/proto_names.h"
#include "common/base/strings.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace qf::cli {

// The word by which a value is typed: "case-manager" for ROLE_CASE_MANAGER. Empty for a value that this build does
// not know.
std::string WordOf(const google::protobuf::EnumDescriptor& type, int value);
// All of them but UNSPECIFIED, in order.
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type);
// The value of a word, or of its translation; INVALID_ARGUMENT(USAGE) with the nearest word.
absl::StatusOr<int> ValueOf(const google::protobuf::EnumDescriptor& type, absl::string_view word);

// The same for a generated enum. Shown() is the word in the person's language; empty for UNSPECIFIED.
template <class Enum>
std::vector<std::string> Words() {
  return WordsOf(*google::protobuf::GetEnumDescriptor<Enum>());
}
template <class Enum>
absl::StatusOr<Enum> FromWord(absl::string_view word) {
  const auto value = ValueOf(*google::protobuf::GetEnumDescriptor<Enum>(), word);
  if (!value.ok()) return value.status();
  return static_cast<Enum>(*value);
}
std::string ShownWord(const google::protobuf::EnumDescriptor& type, int value);
template <class Enum>
std::string Shown(Enum value) {
  return ShownWord(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}
// "PIN_WRONG: the PIN is wrong", by name where there is no sentence; empty for none.
std::string ShownReason(Reason reason);

// The one of `known` that is most like `word` (fewest changes, at most two); empty if none is.
std::string Nearest(absl::string_view word, const std::vector<std::string>& known);

// "2026-03-15 14:03" in this machine's zone; empty for 0.
std::string ShownTime(uint64_t us);
// A day in this machine's zone: from its first instant up to the next day's.
struct Day {
  uint64_t begin_us = 0;
  uint64_t end_us = 0;
};
// Of "2026-03-15"; INVALID_ARGUMENT(USAGE) for what is no day since 1970.
absl::StatusOr<Day> DayOf(absl::string_view text);
// "12.3 MB"; thousands, as disks and networks are sold.
std::string ShownSize(uint64_t size_bytes);
std::string ShownYes(bool value);

// An id as people see it: the first twelve hexadecimal digits.
std::string ShortId(Bytes id);

// A thing that an id may mean.
struct Candidate {
  std::string id;
  std::string label;  // another name that finds it, such as a person's or a file's; may be empty
};
// Everything that an id could mean; called only when the id is not complete.
using ListCandidates = absl::FunctionRef<absl::StatusOr<std::vector<Candidate>>()>;

// The id of `size_bytes` that `text` names: all of it in hexadecimal or base64 (as --json prints it), its first four or
// more hexadecimal digits, or a label. INVALID_ARGUMENT(USAGE) when several fit, NOT_FOUND(NOT_FOUND) when none does.
absl::StatusOr<std::string> ResolveId(absl::string_view text, size_t size_bytes, ListCandidates list);
// The same where nothing can be listed: a complete id only.
absl::StatusOr<std::string> CompleteId(absl::string_view text, size_t size_bytes);

}  // namespace qf::cli
