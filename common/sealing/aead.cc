#include "common/sealing/aead.h"

#include <sodium.h>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/sealing/sodium_support.h"

namespace qf::sealing {
namespace {

void CheckSizes(Bytes key, Bytes nonce) {
  SodiumReady();
  QF_CHECK(key.size() == kAeadKeyBytes && nonce.size() == kAeadNonceBytes);
}

}  // namespace

std::string AeadSeal(Bytes key, Bytes nonce, Bytes associated, Bytes plaintext) {
  CheckSizes(key, nonce);
  std::string out(plaintext.size() + kTagBytes, '\0');
  crypto_aead_chacha20poly1305_ietf_encrypt(MutableData(out), nullptr, Data(plaintext), plaintext.size(),
                                            Data(associated), associated.size(), nullptr, Data(nonce), Data(key));
  return out;
}

absl::StatusOr<std::string> AeadOpen(Bytes key, Bytes nonce, Bytes associated, Bytes sealed) {
  CheckSizes(key, nonce);
  if (sealed.size() < kTagBytes) {
    return Error(Reason::REASON_MALFORMED, "sealed bytes are shorter than a tag");
  }
  std::string out(sealed.size() - kTagBytes, '\0');
  if (crypto_aead_chacha20poly1305_ietf_decrypt(MutableData(out), nullptr, nullptr, Data(sealed), sealed.size(),
                                                Data(associated), associated.size(), Data(nonce), Data(key)) != 0) {
    return Error(Reason::REASON_SEAL, "the seal does not open");
  }
  return out;
}

}  // namespace qf::sealing
