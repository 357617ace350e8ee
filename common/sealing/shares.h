// The recovery kit: 32 random bytes in three shares on paper, any two of which rebuild it and any one of
// which tells nothing. Source: docs/protocol.md, "Keys": by pairwise XOR as for custodians, which anybody can
// check with a pencil.
//
// For each pair (1, 2), (2, 3), (3, 1) there is a random r: the first of the pair holds r, the second secret
// ⊕ r. So share n holds `own`, the r of the pair it begins, and `other`, the secret ⊕ r of the pair it ends.
//
//   share = version 0x01 ‖ number(1) ‖ kit(5) ‖ own(32) ‖ other(32) ‖ check(4): 75 bytes, six lines of
//           paper_text.h
//   kit   = first 5 bytes of SHA-256(kKitLabel ‖ secret): tells which shares belong together and whether the
//           secret was rebuilt right. Of 256 random bits it gives nothing away.
//   check = first 4 bytes of SHA-256(kShareLabel ‖ the 71 bytes before it)
//
// Threads: any.
#pragma once

#include <array>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/secret.h"
#include "common/sealing/keys.h"

namespace qf::sealing {

struct Share {
  int number = 0;   // 1, 2 or 3
  std::string kit;  // 5 bytes, the same in the three shares of a kit
  Secret own;       // 32 bytes
  Secret other;     // 32 bytes
};

// Three shares of `secret`, numbers 1, 2, 3. Draws three times 32 bytes. LENGTH unless `secret` has 32.
absl::StatusOr<std::array<Share, 3>> Split(Entropy& entropy, Bytes secret);

// The secret of two shares, in either order. SHARES when they are the same one, of two kits, or do not fit.
absl::StatusOr<Secret> Combine(const Share& a, const Share& b);

// A share as it is printed: six lines of 27 characters.
Secret FormatShare(const Share& share);

// A share as it was typed. LENGTH or TYPO, naming the line where one line can be named; MALFORMED when it is
// a share of a later version.
absl::StatusOr<Share> ParseShare(absl::string_view text);

// The office root's seed and the recovery pair of a kit: DeriveSeedAndPair of its 32 bytes, no salt, label
// kKitKeysLabel. LENGTH unless `kit` has 32 bytes.
absl::StatusOr<SigningSeedAndPair> DeriveKitKeys(Bytes kit);

}  // namespace qf::sealing
