// Signed notes (C2SP signed-note): a text, an empty line, and signature lines "— <key name> <base64>".
//
// Checkpoints are notes (checkpoint.h), and so are what other logs and witnesses write, so that a stranger's
// tool reads ours and we read theirs. Strict where the specification leaves room: base64 only as an encoder
// writes it, so a note has one form, and FormatNote(*ParseNote(text)) == text.
// For: those who make or check signature lines. Not for: what a text means. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/strings.h"
#include "common/record/signing.h"

namespace qf::log {

// The specification wants room for 16 signatures, and post-quantum ones take almost 7 KB as text.
constexpr size_t kNoteBytes = 128 * 1024;
constexpr size_t kNoteSignatures = 32;

// What a key signs and how: one key may not serve two types under one id.
enum class KeyType : uint8_t {
  kEd25519 = 0x01,      // the note's text
  kCosignature = 0x04,  // cosignature.h
};

struct NoteSignature {
  std::string key_name;
  uint32_t key_id = 0;
  std::string signature;
};

struct Note {
  std::string text;  // ends with a newline, which is signed too
  std::vector<NoteSignature> signatures;
};

// Whether `name` may name a key: UTF-8, not empty, no spaces, control characters or '+'.
bool IsKeyName(Bytes name);

// First four bytes of SHA-256(name ‖ "\n" ‖ type ‖ key).
uint32_t KeyId(Bytes key_name, KeyType type, const SigningKey& key);

// How a key is given to other tools: "<name>+<key id in hex>+<base64 of type and key>".
std::string VerifierKey(Bytes key_name, KeyType type, const SigningKey& key);

// INVALID_ARGUMENT(MALFORMED) when `note` breaks the format, OUT_OF_RANGE(TOO_LARGE) beyond kNoteBytes or
// kNoteSignatures. Nothing is verified: the text must be ignored until VerifyNote says OK.
absl::StatusOr<Note> ParseNote(Bytes note);

std::string FormatNote(const Note& note);

// The signature line of an Ed25519 key over `text`. `key_name` is a key name (checked).
NoteSignature SignNote(Bytes text, Bytes key_name, const record::Signer& key);

// OK if the note carries a signature of that Ed25519 key, and each one that claims to be of it verifies;
// DATA_LOSS(PROOF) otherwise. Signatures of other keys are ignored.
absl::Status VerifyNote(const Note& note, Bytes key_name, const SigningKey& key);

}  // namespace qf::log
