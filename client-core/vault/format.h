// The vault file, byte by byte. docs/protocol.md, "PIN and loss". Exactly 512 bytes, one sector, always:
//
//   at   bytes
//     0      8  "QFVAULT1"
//     8      8  memory of Argon2id, KiB
//    16      8  passes of Argon2id
//    24      8  failed tries since the last good one
//    32      8  moment of the last try, wall clock of this device, microseconds
//    40     16  salt
//    56    136  slot 0
//   192    136  slot 1
//   328    152  zero
//   480     32  SHA-256 of all before it: tells a damaged file from a wrong PIN
//
//   slot       = nonce(24) ‖ XChaCha20-Poly1305 of (store key(32) ‖ Ed25519 seed(32) ‖ X25519 secret(32)), 112 bytes
//   slot key   = HKDF-SHA256(Argon2id(PIN, salt)(32) ‖ platform secret(32), salt = salt, info = kSlotLabel)
//   associated = kSlotLabel ‖ the 48 bytes of magic, cost and salt, in this order
//
// Integers are big-endian. One slot is real, which of them is drawn when the vault is made; the other is random bytes,
// or the slot of a duress PIN: the file does not tell which. Both are under the same salt, so that one Argon2id tries
// both, and so that a new PIN in one leaves the other as it was.
//
// What is outside the slots is not secret and not authenticated by any key: whoever can write the file can set the
// count of tries back, as whoever can copy it can go on guessing elsewhere. The delays are for the person who holds
// the device and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/sealing/format.h"

namespace qf::client {

constexpr absl::string_view kVaultMagic = "QFVAULT1";
constexpr absl::string_view kSlotLabel = sealing::Label("qingfeng/vault-slot/1");

constexpr size_t kVaultSaltBytes = 16;
constexpr size_t kVaultSlots = 2;
constexpr size_t kSlotNonceBytes = 24;
constexpr size_t kSlotKeysBytes = 3 * 32;
constexpr size_t kSlotBytes = kSlotNonceBytes + kSlotKeysBytes + 16;
constexpr size_t kVaultDigestBytes = 32;
constexpr size_t kVaultHeaderBytes = 8 + 4 * 8 + kVaultSaltBytes;
constexpr size_t kVaultZeroBytes = 152;
constexpr size_t kVaultBytes = kVaultHeaderBytes + kVaultSlots * kSlotBytes + kVaultZeroBytes + kVaultDigestBytes;
static_assert(kVaultBytes == 512);

// How long to wait after so many failed tries in a row. Two slips of a finger cost nothing; whoever guesses on the
// device itself has 24 tries a day. It ends there: a store that erased itself after some tries would let any child,
// or anyone with a minute alone, make a filed report vanish.
constexpr uint64_t kTryDelaySeconds[] = {0, 0, 0, 5, 15, 60, 5 * 60, 15 * 60, 60 * 60};

}  // namespace qf::client
