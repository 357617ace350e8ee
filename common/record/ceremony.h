// The two records that carry their own proof: GENESIS (by the root key) and RESTART (by its signer's certificates).
// docs/protocol.md, "Keys" and "Restore".
#pragma once

#include "common/record/record.h"

namespace qf::record {

// The term that GENESIS begins.
constexpr uint64_t kFirstTerm = 1;

// First 16 bytes of SHA-256 of the root key.
OfficeId OfficeIdOf(const SigningKey& root);

// Checks that `record` is the GENESIS of `office`: by a root key with that id, alone at sequence 1 of broadcast, with a
// first administrator, a recovery key and a log key. MALFORMED, OFFICE, SIGNATURE.
absl::StatusOr<recordpb::Genesis> VerifyGenesis(const recordpb::SignedHeader& record, const OfficeId& office);

// A RESTART that its own chain proves.
struct Restart {
  RecordId id;
  SigningKey signer;
  recordpb::Restart clear;
};

// Checks a RESTART by its chain: GENESIS of `office`, and the root's certificate of the signer unless GENESIS names
// it. Does not know of revocations: whoever holds a REVOKE of `signer` asks Authority. MALFORMED, OFFICE, SIGNATURE,
// ROLE.
absl::StatusOr<Restart> VerifyRestart(const Record& record, const OfficeId& office);

// The next term after the highest that signer or server have seen; `random_low` gives its low 16 bits.
uint64_t NextTerm(uint64_t highest_seen, uint16_t random_low);

}  // namespace qf::record
