#include "common/sealing/hpke.h"

#include <sodium.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/sealing/aead.h"
#include "common/sealing/hkdf.h"
#include "common/sealing/sodium_support.h"

namespace qf::sealing {
namespace {

constexpr Bytes kVersion = "HPKE-v1";
constexpr char kKemSuite[] = {'K', 'E', 'M', 0x00, 0x20};
constexpr char kHpkeSuite[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x03};
constexpr Bytes kKem(kKemSuite, sizeof kKemSuite);
constexpr Bytes kHpke(kHpkeSuite, sizeof kHpkeSuite);
constexpr char kModeBase = 0x00;

// RFC 9180, 4: LabeledExtract and LabeledExpand.
Secret LabeledExtract(Bytes suite, Bytes salt, Bytes label, Bytes input_key) {
  return HmacSha256(salt, {kVersion, suite, label, input_key});
}
Secret LabeledExpand(Bytes suite, const Secret& key, Bytes label, Bytes info, size_t size_bytes) {
  const char size[] = {static_cast<char>(size_bytes >> 8), static_cast<char>(size_bytes & 0xff)};
  return HkdfExpand(key.bytes(), absl::StrCat(Bytes(size, sizeof size), kVersion, suite, label, info), size_bytes);
}

// X25519; false when the result is all zero, as RFC 9180, 7.1.4, asks to check.
bool DiffieHellman(const Secret& secret_key, const SealingKey& public_key, Secret* dh) {
  SodiumReady();
  *dh = Secret(size_t{crypto_scalarmult_BYTES});
  return crypto_scalarmult(dh->mutable_data(), secret_key.data(), public_key.data()) == 0;
}

}  // namespace

Secret HpkeSharedSecret(const Secret& dh, const SealingKey& enc, const SealingKey& recipient) {
  return LabeledExpand(kKem, LabeledExtract(kKem, "", "eae_prk", dh.bytes()), "shared_secret",
                       absl::StrCat(enc.bytes(), recipient.bytes()), kHmacBytes);
}

HpkeContext HpkeSchedule(const Secret& shared_secret, Bytes info) {
  static const std::string* const psk_id_hash =
      new std::string(LabeledExtract(kHpke, "", "psk_id_hash", "").bytes());  // base mode: the same for all
  const Secret info_hash = LabeledExtract(kHpke, "", "info_hash", info);
  const std::string context = absl::StrCat(Bytes(&kModeBase, 1), *psk_id_hash, info_hash.bytes());
  const Secret secret = LabeledExtract(kHpke, shared_secret.bytes(), "secret", "");
  return {LabeledExpand(kHpke, secret, "key", context, kAeadKeyBytes),
          LabeledExpand(kHpke, secret, "base_nonce", context, kAeadNonceBytes)};
}

absl::StatusOr<std::string> HpkeSeal(Entropy& entropy, const SealingKey& recipient, Bytes info, Bytes associated,
                                     Bytes plaintext) {
  const SealingKeyPair ephemeral = SealingKeyPair::Generate(entropy);
  const SealingKey& enc = ephemeral.public_key();
  Secret dh;
  if (!DiffieHellman(ephemeral.secret_key(), recipient, &dh)) {
    return Error(Reason::REASON_MALFORMED, "the reader's key is no usable X25519 key");
  }
  const HpkeContext context = HpkeSchedule(HpkeSharedSecret(dh, enc, recipient), info);
  return absl::StrCat(enc.bytes(), AeadSeal(context.key.bytes(), context.nonce.bytes(), associated, plaintext));
}

absl::StatusOr<std::string> HpkeOpen(const SealingKeyPair& recipient, Bytes info, Bytes associated, Bytes sealed) {
  if (sealed.size() < kEncBytes + kTagBytes) {
    return Error(Reason::REASON_MALFORMED, "a sealed part is cut short");
  }
  const SealingKey enc = *SealingKey::From(sealed.substr(0, kEncBytes));
  Secret dh;
  if (!DiffieHellman(recipient.secret_key(), enc, &dh)) {
    return Error(Reason::REASON_SEAL, "the seal does not open");
  }
  const HpkeContext context = HpkeSchedule(HpkeSharedSecret(dh, enc, recipient.public_key()), info);
  return AeadOpen(context.key.bytes(), context.nonce.bytes(), associated, sealed.substr(kEncBytes));
}

}  // namespace qf::sealing
