#include "common/record/signing.h"

#include <sodium.h>

#include "common/base/check.h"
#include "common/base/error.h"

namespace qf::record {
namespace {

const unsigned char* Data(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

absl::StatusOr<Signer> Signer::FromSeed(Bytes seed) {
  static const bool ready = sodium_init() >= 0;
  QF_CHECK(ready);
  if (seed.size() != kSeedBytes) return Error(Reason::REASON_LENGTH, "an Ed25519 seed must have 32 bytes");
  Signer out;
  out.seed_ = Secret(seed);
  out.expanded_ = Secret(size_t{crypto_sign_SECRETKEYBYTES});
  QF_CHECK(crypto_sign_seed_keypair(out.public_key_.mutable_data(), out.expanded_.mutable_data(), Data(seed)) == 0);
  return out;
}

Signer Signer::Generate(Entropy& entropy) { return *FromSeed(entropy.RandomSecret(kSeedBytes).bytes()); }

Signer Signer::Copy() const { return *FromSeed(seed_.bytes()); }

std::string Signer::Sign(Bytes message) const {
  std::string signature(kSignatureBytes, '\0');
  QF_CHECK(crypto_sign_detached(reinterpret_cast<unsigned char*>(&signature[0]), nullptr, Data(message), message.size(),
                                expanded_.data()) == 0);
  return signature;
}

bool Verify(const SigningKey& author, Bytes message, Bytes signature) {
  return signature.size() == kSignatureBytes &&
         crypto_sign_verify_detached(Data(signature), Data(message), message.size(), author.data()) == 0;
}

}  // namespace qf::record
