// Keys that open: X25519 pairs, their short names, and the keys that one secret stands for.
// Source: docs/protocol.md, "Keys". Immutable once made; any thread.
// Not for: keys that sign (common/record/signing.h); this folder hands out their seeds only.
#pragma once

#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/secret.h"
#include "common/sealing/format.h"

namespace qf::sealing {

struct KeyIdTag {
  static constexpr char kName[] = "key id";
};
using KeyId = FixedBytes<kKeyIdBytes, KeyIdTag>;  // names a reader's key in a body

// The first 8 bytes of SHA-256 of the 32 bytes of `key`.
KeyId KeyIdOf(const SealingKey& key);

// A reader's X25519 pair (RFC 7748).
class SealingKeyPair {
 public:
  // A fresh pair; draws 32 bytes.
  static SealingKeyPair Generate(Entropy& entropy);
  // The pair of `secret_key`, exactly 32 bytes (LENGTH otherwise).
  static absl::StatusOr<SealingKeyPair> FromSecret(Bytes secret_key);
  SealingKeyPair Copy() const;

  const SealingKey& public_key() const { return public_key_; }
  const KeyId& id() const { return id_; }
  // The 32 bytes that make this pair again.
  const Secret& secret_key() const { return secret_key_; }

 private:
  explicit SealingKeyPair(Secret secret_key);
  SealingKey public_key_;
  KeyId id_;
  Secret secret_key_;
};

// What one secret gives its holder: a seed to sign with (Ed25519, for record::Signer::FromSeed) and a pair to
// receive with. Two separate keys; neither is converted into the other.
struct SigningSeedAndPair {
  Secret signing_seed;  // 32 bytes
  SealingKeyPair sealing;
};

// 64 bytes of HKDF-SHA256(`input_key`, `salt`, info = `label`): the first 32 the Ed25519 seed, the last 32
// the X25519 secret. For the two secrets that have such keys: DeriveThreadKeys (thread_code.h), DeriveKitKeys
// (shares.h).
SigningSeedAndPair DeriveSeedAndPair(Bytes input_key, Bytes salt, Bytes label);

}  // namespace qf::sealing
