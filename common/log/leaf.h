// What the log says of one accepted record (docs/protocol.md, Log; the bytes are in format.h).
//
//   QF_TRY_ASSIGN(auto leaf, LeafFrom(entry.placement(), record_id, Sha256(record.signature())));
//   tree.Append(LeafHash(LeafData(leaf)));
//
// For: server, desks and phones alike, each from what it holds: an entry, or a receipt, which names the
// signature by its hash only. Not for: record ids and signatures themselves (common/record). Threads: any.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "qingfeng/record/v1/log.pb.h"

namespace qf::log {

// Times are microseconds since 1970 UTC.
struct Leaf {
  uint64_t position = 0;
  uint64_t received_at_us = 0;
  uint64_t clock_at_us = 0;
  uint16_t verdict = 0;  // 0 kept, else a refusal code
  RecordId record_id;
  Digest signature_sha256;  // of the record's signature as received
};

// The leaf at `placement`. INVALID_ARGUMENT(MALFORMED) when a number is larger than the log can hold: a
// verdict beyond two bytes must not pass for its low ones, of which 0 means kept.
absl::StatusOr<Leaf> LeafFrom(const qingfeng::record::v1::Placement& placement, const RecordId& record_id,
                              const Digest& signature_sha256);

// The 106 bytes of `leaf`.
std::string LeafData(const Leaf& leaf);

}  // namespace qf::log
