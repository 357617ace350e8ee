#include "common/log/note.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/base/utf8.h"
#include "common/log/text.h"

namespace qf::log {
namespace {

constexpr char kSignatureMark[] = "\xe2\x80\x94 ";  // an em dash and a space
constexpr size_t kKeyIdBytes = 4;

absl::Status Malformed(absl::string_view why) { return Error(Reason::REASON_MALFORMED, why); }

// White_Space of Unicode, control characters among it left to the caller.
bool IsSpace(uint32_t c) {
  return c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool IsNoteText(Bytes text) {
  while (!text.empty()) {
    const auto c = TakeCharacter(&text);
    if (!c.has_value() || (*c < ' ' && *c != '\n')) return false;
  }
  return true;
}

std::string TypedKey(KeyType type, const SigningKey& key) {
  return absl::StrCat(std::string(1, static_cast<char>(type)), key.bytes());
}

std::string KeyIdBytes(uint32_t key_id) { return U64(key_id).substr(8 - kKeyIdBytes); }

absl::StatusOr<NoteSignature> ParseSignature(Bytes line) {
  if (!absl::ConsumePrefix(&line, kSignatureMark)) return Malformed("a note's signature line has no em dash");
  const size_t space = line.find(' ');
  if (space == Bytes::npos || !IsKeyName(line.substr(0, space))) {
    return Malformed("a note's key name is not allowed");
  }
  const auto bytes = internal::ParseBase64(line.substr(space + 1));
  if (!bytes.has_value() || bytes->size() <= kKeyIdBytes) {
    return Malformed("a note's signature is not base64");
  }
  NoteSignature out{std::string(line.substr(0, space)), 0, bytes->substr(kKeyIdBytes)};
  for (const char c : bytes->substr(0, kKeyIdBytes)) out.key_id = out.key_id << 8 | static_cast<uint8_t>(c);
  return out;
}

}  // namespace

bool IsKeyName(Bytes name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const auto c = TakeCharacter(&name);
    if (!c.has_value() || *c < ' ' || *c == '+' || IsSpace(*c)) return false;
  }
  return true;
}

uint32_t KeyId(Bytes key_name, KeyType type, const SigningKey& key) {
  const Digest hash = Sha256(absl::StrCat(key_name, "\n", TypedKey(type, key)));
  uint32_t id = 0;
  for (size_t i = 0; i < kKeyIdBytes; ++i) id = id << 8 | hash.data()[i];
  return id;
}

std::string VerifierKey(Bytes key_name, KeyType type, const SigningKey& key) {
  return absl::StrCat(key_name, "+", ToHex(KeyIdBytes(KeyId(key_name, type, key))), "+",
                      absl::Base64Escape(TypedKey(type, key)));
}

absl::StatusOr<Note> ParseNote(Bytes note) {
  if (note.size() > kNoteBytes) return Error(Reason::REASON_TOO_LARGE, "a note is larger than 128 KiB");
  if (!IsNoteText(note)) return Malformed("a note has bytes that are not allowed in it");
  const size_t end = note.rfind("\n\n");
  if (end == Bytes::npos) return Malformed("a note has no signatures");
  Note out{std::string(note.substr(0, end + 1)), {}};
  Bytes rest = note.substr(end + 2);
  do {
    const auto line = internal::TakeLine(&rest);
    if (!line.has_value()) return Malformed("a note's last line does not end");
    if (out.signatures.size() == kNoteSignatures) {
      return Error(Reason::REASON_TOO_LARGE, "a note has more than 32 signatures");
    }
    QF_TRY_ASSIGN(auto signature, ParseSignature(*line));
    out.signatures.push_back(std::move(signature));
  } while (!rest.empty());
  return out;
}

std::string FormatNote(const Note& note) {
  std::string out = absl::StrCat(note.text, "\n");
  for (const NoteSignature& s : note.signatures) {
    absl::StrAppend(&out, kSignatureMark, s.key_name, " ",
                    absl::Base64Escape(absl::StrCat(KeyIdBytes(s.key_id), s.signature)), "\n");
  }
  return out;
}

NoteSignature SignNote(Bytes text, Bytes key_name, const record::Signer& key) {
  QF_CHECK(IsKeyName(key_name));
  return {std::string(key_name), KeyId(key_name, KeyType::kEd25519, key.public_key()), key.Sign(text)};
}

absl::Status VerifyNote(const Note& note, Bytes key_name, const SigningKey& key) {
  const uint32_t key_id = KeyId(key_name, KeyType::kEd25519, key);
  bool signed_by_key = false;
  for (const NoteSignature& s : note.signatures) {
    if (s.key_name != key_name || s.key_id != key_id) continue;
    if (!record::Verify(key, note.text, s.signature)) {
      return Error(Reason::REASON_PROOF, "a note's signature does not verify");
    }
    signed_by_key = true;
  }
  if (!signed_by_key) return Error(Reason::REASON_PROOF, "a note lacks the signature of the expected key");
  return absl::OkStatus();
}

}  // namespace qf::log
