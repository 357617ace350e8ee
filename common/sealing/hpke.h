// HPKE (RFC 9180), base mode, single shot, of one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
// ChaCha20-Poly1305 (ids 0x0020, 0x0001, 0x0003). No primitive is ours: X25519, HMAC-SHA256 and the AEAD are
// libsodium's; what stands here is how RFC 9180, sections 4 to 6.1, joins them. Its appendix A.2.1 is a test.
// For: seal.h. Not for: other modes (PSK, Auth), exports, several messages in one context.
// Threads: any. A seal costs one base and one variable multiplication on X25519, an open one variable.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/sealing/keys.h"

namespace qf::sealing {

// RFC 9180, 5.1: what a context holds, for its first and only message.
struct HpkeContext {
  Secret key;    // 32 bytes
  Secret nonce;  // 12 bytes
};

// RFC 9180, 4.1, ExtractAndExpand: the shared secret (32 bytes) of the Diffie-Hellman value `dh` of `enc` and
// `recipient`.
Secret HpkeSharedSecret(const Secret& dh, const SealingKey& enc, const SealingKey& recipient);

// RFC 9180, 5.1, KeySchedule in base mode.
HpkeContext HpkeSchedule(const Secret& shared_secret, Bytes info);

// RFC 9180, 6.1: enc(32) ‖ ciphertext, 48 bytes longer than `plaintext`. Draws 32 bytes for the ephemeral
// key. MALFORMED when `recipient` is no usable key (a point of low order: the result would be known to
// everybody).
absl::StatusOr<std::string> HpkeSeal(Entropy& entropy, const SealingKey& recipient, Bytes info, Bytes associated,
                                     Bytes plaintext);

// The plaintext again. MALFORMED when `sealed` is shorter than 48 bytes; SEAL when `recipient` is not the
// reader or a bit of anything differs.
absl::StatusOr<std::string> HpkeOpen(const SealingKeyPair& recipient, Bytes info, Bytes associated, Bytes sealed);

}  // namespace qf::sealing
