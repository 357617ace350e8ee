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

// Is that the root's certificate by which `device` is an administrator?
bool MakesAdministrator(const Header& header, const SigningKey& root, const SigningKey& device);

// What a server's log key signs in its request for a ceremony, in front of the request's bytes.
inline constexpr absl::string_view kServerRequestLabel{"qingfeng/server-request/1\0", 26};

// A RESTART that its own chain proves.
struct Restart {
  RecordId id;
  SigningKey signer;
  recordpb::Restart clear;
};

// Checks a RESTART by its chain: GENESIS of `office`, and the root's certificate of the signer unless GENESIS names
// it; and that its term may follow the one that it continues. Does not know of revocations: whoever holds a REVOKE of
// `signer` asks Authority. MALFORMED, OFFICE, SIGNATURE, ROLE.
absl::StatusOr<Restart> VerifyRestart(const Record& record, const OfficeId& office);

// The next term after the highest that signer or server have seen; `random_low` gives its low 16 bits.
uint64_t NextTerm(uint64_t highest_seen, uint16_t random_low);

// A term is at most this many times NextTerm above the one that it continues: room for every copy of a log that was put
// back and restarted apart from the others, and none for a claim that would leave nothing above it.
constexpr uint64_t kTermStepsMax = 1 << 16;
bool MayFollow(uint64_t term, uint64_t continues_term);

// May a server or device of term `ours`, to which somebody has shown `seen` without proof, sign or take one above it?
bool IsBelievable(uint64_t seen, uint64_t ours);

}  // namespace qf::record
