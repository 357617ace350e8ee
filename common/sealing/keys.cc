#include "common/sealing/keys.h"

#include <sodium.h>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/sealing/hkdf.h"
#include "common/sealing/sodium_support.h"

namespace qf::sealing {
KeyId KeyIdOf(const SealingKey& key) {
  const Digest digest = Sha256(key.bytes());
  return *KeyId::From(digest.bytes().substr(0, KeyId::kSize));
}

SealingKeyPair::SealingKeyPair(Secret secret_key) : secret_key_(std::move(secret_key)) {
  SodiumReady();
  QF_CHECK(crypto_scalarmult_base(public_key_.mutable_data(), secret_key_.data()) == 0);
  id_ = KeyIdOf(public_key_);
}

SealingKeyPair SealingKeyPair::Generate(Entropy& entropy) {
  return SealingKeyPair(entropy.RandomSecret(kSecretKeyBytes));
}

absl::StatusOr<SealingKeyPair> SealingKeyPair::FromSecret(Bytes secret_key) {
  if (secret_key.size() != kSecretKeyBytes) {
    return Error(Reason::REASON_LENGTH, "an X25519 secret key must have 32 bytes");
  }
  return SealingKeyPair(Secret(secret_key));
}

SealingKeyPair SealingKeyPair::Copy() const { return SealingKeyPair(secret_key_.Copy()); }

SigningSeedAndPair DeriveSeedAndPair(Bytes input_key, Bytes salt, Bytes label) {
  const Secret both = HkdfSha256(input_key, salt, label, 2 * kSecretKeyBytes);
  return {Secret(both.bytes().substr(0, kSecretKeyBytes)),
          *SealingKeyPair::FromSecret(both.bytes().substr(kSecretKeyBytes))};
}

}  // namespace qf::sealing
