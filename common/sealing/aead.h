// ChaCha20-Poly1305 (RFC 8439, with its 12-byte nonce) by libsodium.
// For: the three users below it, each of which never uses a key twice with one nonce: hpke.h, stream.h,
// seal.h.
// Not for: anything else. It does not commit to its key (two keys can open one ciphertext to two texts): who
// needs that adds a commitment, as seal.h does. Threads: any.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/strings.h"
#include "common/sealing/format.h"

namespace qf::sealing {

// `plaintext` sealed, 16 bytes longer; `associated` is bound to it and not contained. `key` has 32 bytes,
// `nonce` 12 (our own callers, checked).
std::string AeadSeal(Bytes key, Bytes nonce, Bytes associated, Bytes plaintext);

// The plaintext again. MALFORMED when `sealed` is shorter than a tag; SEAL when a bit of anything differs.
absl::StatusOr<std::string> AeadOpen(Bytes key, Bytes nonce, Bytes associated, Bytes sealed);

}  // namespace qf::sealing
