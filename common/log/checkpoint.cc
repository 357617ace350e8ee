#include "common/log/checkpoint.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/format.h"
#include "common/log/note.h"
#include "common/log/text.h"

namespace qf::log {
namespace {

constexpr char kOriginPrefix[] = "qingfeng";

absl::Status Malformed() { return Error(Reason::REASON_MALFORMED, "this is no checkpoint of a Qingfeng log"); }

std::string NoteText(const Checkpoint& c) {
  return absl::StrCat(Origin(c.office, c.term), "\n", c.size, "\n", absl::Base64Escape(c.root.bytes()), "\n");
}

absl::StatusOr<Checkpoint> FromNoteText(Bytes text) {
  const std::vector<Bytes> lines = absl::StrSplit(text, '\n');
  if (lines.size() < 3) return Malformed();
  const std::vector<Bytes> origin = absl::StrSplit(lines[0], '/');
  if (origin.size() != 3) return Malformed();
  const auto office = OfficeId::FromHexText(origin[1]);
  const auto term = internal::ParseDecimal(origin[2]);
  const auto size = internal::ParseDecimal(lines[1]);
  const auto root_bytes = internal::ParseBase64(lines[2]);
  if (!office.ok() || term.value_or(0) == 0 || !size.has_value() || !root_bytes.has_value()) {
    return Malformed();
  }
  const auto root = Digest::From(*root_bytes);
  if (!root.ok() || (*size == 0 && *root != EmptyRoot())) return Malformed();
  const Checkpoint checkpoint{*office, *term, *size, *root};
  // One form only. Refuses extension lines, other origins, and hexadecimal in upper case.
  if (NoteText(checkpoint) != text) return Malformed();
  return checkpoint;
}

}  // namespace

std::string Origin(const OfficeId& office, uint64_t term) {
  return absl::StrCat(kOriginPrefix, "/", office.hex(), "/", term);
}

std::string FormatCheckpoint(const Checkpoint& checkpoint, const record::Signer& log_key) {
  QF_CHECK(checkpoint.term > 0 && checkpoint.term <= kMaxSize && checkpoint.size <= kMaxSize);
  Note note{NoteText(checkpoint), {}};
  note.signatures.push_back(SignNote(note.text, Origin(checkpoint.office, checkpoint.term), log_key));
  return FormatNote(note);
}

absl::StatusOr<Checkpoint> ParseCheckpoint(Bytes text, const OfficeId& office, const SigningKey& log_key) {
  QF_TRY_ASSIGN(const Note note, ParseNote(text));
  QF_TRY_ASSIGN(const Checkpoint checkpoint, FromNoteText(note.text));
  if (checkpoint.office != office) {
    return Error(Reason::REASON_OFFICE, "the checkpoint is of another office's log");
  }
  QF_TRY(VerifyNote(note, Origin(checkpoint.office, checkpoint.term), log_key));
  return checkpoint;
}

absl::StatusOr<Checkpoint> ParseUnverified(Bytes text) {
  QF_TRY_ASSIGN(const Note note, ParseNote(text));
  return FromNoteText(note.text);
}

}  // namespace qf::log
