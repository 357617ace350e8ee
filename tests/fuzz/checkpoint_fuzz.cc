// The texts of the log that come from outside: signed notes, checkpoints and exported receipts.
// What is read must be written the same again, and nothing may pass for signed by a key that signed nothing.
#include <cstddef>
#include <cstdint>

#include "common/base/check.h"
#include "common/log/checkpoint.h"
#include "common/log/cosignature.h"
#include "common/log/format.h"
#include "common/log/note.h"
#include "common/log/tlog_proof.h"

namespace qf::log {
namespace {

// A key whose secret half is nowhere: its seed is forgotten as soon as the program has made the public one.
const SigningKey& UnusedKey() {
  static const SigningKey key = record::Signer::Generate(SystemEntropy()).public_key();
  return key;
}

void CheckNote(Bytes text) {
  const auto note = ParseNote(text);
  if (!note.ok()) return;
  QF_CHECK(FormatNote(*note) == text);
  for (const NoteSignature& s : note->signatures) {
    QF_CHECK(IsKeyName(s.key_name));
    QF_CHECK(!VerifyNote(*note, s.key_name, UnusedKey()).ok());
    QF_CHECK(!VerifyCosignature(text, s.key_name, UnusedKey()).ok());
  }
}

void CheckCheckpoint(Bytes text) {
  const auto checkpoint = ParseUnverified(text);
  if (!checkpoint.ok()) return;
  QF_CHECK(checkpoint->term > 0 && checkpoint->size <= kMaxSize);
  QF_CHECK(!ParseCheckpoint(text, checkpoint->office, UnusedKey()).ok());
}

void CheckTlogProof(Bytes text) {
  const auto proof = ParseTlogProof(text);
  if (!proof.ok()) return;
  QF_CHECK(FormatTlogProof(*proof) == text);
  QF_CHECK(!VerifyTlogProof(text, EmptyRoot(), OfficeId(), UnusedKey()).ok());
}

}  // namespace
}  // namespace qf::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const qf::Bytes text(reinterpret_cast<const char*>(data), size);
  qf::log::CheckNote(text);
  qf::log::CheckCheckpoint(text);
  qf::log::CheckTlogProof(text);
  return 0;
}
