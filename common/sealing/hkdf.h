// HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869), over libsodium's HMAC-SHA256.
// For: every key that is made from another. Not for: passwords and PINs, which need Argon2id
// (client-core/vault).
// Threads: any. Results are secret until their user decides otherwise.
#pragma once

#include <initializer_list>

#include "common/base/secret.h"
#include "common/base/strings.h"

namespace qf::sealing {

constexpr size_t kHmacBytes = 32;

// HMAC-SHA256 of `parts`, one after the other, under `key` (any length). 32 bytes.
Secret HmacSha256(Bytes key, std::initializer_list<Bytes> parts);

// RFC 5869, 2.2: 32 bytes of even randomness from `input_key`, whose randomness may be spread thin. An empty
// `salt` is the same as 32 zero bytes.
Secret HkdfExtract(Bytes salt, Bytes input_key);

// RFC 5869, 2.3: `size_bytes` (at most 255 × 32; our own callers, checked) from the 32 bytes
// `pseudorandom_key`. Different `info` gives unrelated bytes.
Secret HkdfExpand(Bytes pseudorandom_key, Bytes info, size_t size_bytes);

// Both, one after the other.
Secret HkdfSha256(Bytes input_key, Bytes salt, Bytes info, size_t size_bytes);

}  // namespace qf::sealing
