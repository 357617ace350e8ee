#include "common/log/cosignature.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/format.h"
#include "common/log/note.h"

namespace qf::log {
namespace {

constexpr size_t kTimeBytes = 8;

std::string Message(uint64_t time_s, Bytes text) { return absl::StrCat("cosignature/v1\ntime ", time_s, "\n", text); }

// The time of a cosignature's bytes, if `key` signed it over `text`.
std::optional<uint64_t> VerifiedTime(Bytes signature, Bytes text, const SigningKey& key) {
  if (signature.size() < kTimeBytes) return std::nullopt;
  const uint64_t time_s = TakeU64(&signature);
  if (time_s > kMaxSize) return std::nullopt;
  if (!record::Verify(key, Message(time_s, text), signature)) return std::nullopt;
  return time_s;
}

}  // namespace

absl::StatusOr<std::string> AddCosignature(Bytes checkpoint, Bytes witness, const record::Signer& key, uint64_t now_s) {
  if (!IsKeyName(witness) || now_s > kMaxSize) {
    return Error(Reason::REASON_MALFORMED, "a witness needs a name without spaces or '+', and a time");
  }
  QF_TRY_ASSIGN(Note note, ParseNote(checkpoint));
  note.signatures.push_back({std::string(witness), KeyId(witness, KeyType::kCosignature, key.public_key()),
                             absl::StrCat(U64(now_s), key.Sign(Message(now_s, note.text)))});
  std::string cosigned = FormatNote(note);
  QF_TRY(ParseNote(cosigned).status());  // within the bounds of a note
  return cosigned;
}

absl::StatusOr<uint64_t> VerifyCosignature(Bytes checkpoint, Bytes witness, const SigningKey& key) {
  QF_TRY_ASSIGN(const Note note, ParseNote(checkpoint));
  const uint32_t key_id = KeyId(witness, KeyType::kCosignature, key);
  std::optional<uint64_t> latest_s;
  for (const NoteSignature& s : note.signatures) {
    if (s.key_name != witness || s.key_id != key_id) continue;
    const auto time_s = VerifiedTime(s.signature, note.text, key);
    if (!time_s.has_value()) return Error(Reason::REASON_PROOF, "a witness's signature does not verify");
    latest_s = std::max(latest_s.value_or(0), *time_s);
  }
  if (!latest_s.has_value()) {
    return Error(Reason::REASON_NOT_FOUND, "this witness has not signed the checkpoint");
  }
  return *latest_s;
}

}  // namespace qf::log
