// What one guess of a PIN costs: the parameters of Argon2id (RFC 9106, one lane), kept in each vault file, so that a
// vault opens with what it was made with whatever the program's default has become.
//
// Measured on the reference machine (one core, libsodium 1.0.18, t = 3): 16 MiB 18 ms, 64 MiB 85–110 ms,
// 128 MiB 190–210 ms, 256 MiB 430–450 ms. Whoever holds the machine and has no better one tries as fast; a rented
// graphics card does some thousands of guesses a second at 64 MiB, a quarter of that at 256.
//
// Why the default is 64 MiB. The platform secret decides more than any cost: without it no number of guesses opens
// a vault. Where it is a file beside the store, six digits are 10^6 guesses: a day at 64 MiB, five days at 256,
// neither of which protects against somebody who wants it. What does is a passphrase: five random words (64 bits)
// are out of reach at either. So the default is what a slow phone still opens in a second, and ProtectionOf says in
// words what a chosen PIN is worth.
#pragma once

#include <cstdint>

namespace qf::client {

struct VaultCost {
  uint64_t memory_kib = 0;
  uint64_t passes = 0;

  friend bool operator==(const VaultCost& a, const VaultCost& b) {
    return a.memory_kib == b.memory_kib && a.passes == b.passes;
  }
};

// Where the platform secret is a plain file: the command line, a PC.
inline constexpr VaultCost kFileSecretCost{64 * 1024, 3};
// For tests and simulations of many stores: protects nothing.
inline constexpr VaultCost kTestCost{8, 1};

// A vault file that asks for more is damaged, or made to exhaust memory.
inline constexpr VaultCost kVaultCostMax{1024 * 1024, 16};
inline constexpr VaultCost kVaultCostMin{8, 1};

// Milliseconds of one core for one guess, from the measurements above.
constexpr uint64_t GuessMs(const VaultCost& cost) { return cost.memory_kib * cost.passes / 1900 + 1; }

}  // namespace qf::client
