#include "common/log/leaf.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/log/format.h"

namespace qf::log {

absl::StatusOr<Leaf> LeafFrom(const qingfeng::record::v1::Placement& placement, const RecordId& record_id,
                              const Digest& signature_sha256) {
  if (placement.position() >= kMaxSize || placement.received_at_us() > kMaxSize || placement.clock_at_us() > kMaxSize ||
      placement.verdict() > std::numeric_limits<uint16_t>::max()) {
    return Error(Reason::REASON_MALFORMED, "a place in the log has a number that is too large");
  }
  return Leaf{.position = placement.position(),
              .received_at_us = placement.received_at_us(),
              .clock_at_us = placement.clock_at_us(),
              .verdict = static_cast<uint16_t>(placement.verdict()),
              .record_id = record_id,
              .signature_sha256 = signature_sha256};
}

std::string LeafData(const Leaf& leaf) {
  const char verdict[2] = {static_cast<char>(leaf.verdict >> 8), static_cast<char>(leaf.verdict & 0xff)};
  return absl::StrCat(Bytes(kLeafLabel, sizeof kLeafLabel), U64(leaf.position), U64(leaf.received_at_us),
                      U64(leaf.clock_at_us), Bytes(verdict, sizeof verdict), leaf.record_id.bytes(),
                      leaf.signature_sha256.bytes());
}

}  // namespace qf::log
