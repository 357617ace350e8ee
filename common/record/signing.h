// Ed25519 signatures (RFC 8032) by libsodium. The only place that signs: records, calls, checkpoints.
// What is signed always starts with its own label ending in a zero byte (docs/protocol.md, first lines).
#pragma once

#include <string>

#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/secret.h"

namespace qf::record {

constexpr size_t kSeedBytes = 32;
constexpr size_t kSignatureBytes = 64;

// A key that can sign. Immutable; any thread.
class Signer {
 public:
  // `seed` is exactly 32 bytes (LENGTH otherwise).
  static absl::StatusOr<Signer> FromSeed(Bytes seed);
  static Signer Generate(Entropy& entropy);

  const SigningKey& public_key() const { return public_key_; }
  // The 32 bytes that make this signer again.
  Bytes seed() const { return seed_.bytes(); }
  Signer Copy() const;
  // 64 bytes over `message`.
  std::string Sign(Bytes message) const;

 private:
  Signer() = default;
  SigningKey public_key_;
  Secret seed_;
  Secret expanded_;  // libsodium's 64-byte form
};

// True if `signature` is 64 bytes and `author` made it over `message`. Any thread; about 50 µs.
bool Verify(const SigningKey& author, Bytes message, Bytes signature);

}  // namespace qf::record
