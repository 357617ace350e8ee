// An entry of the log: a record and its place. docs/protocol.md, "Log".
#pragma once

#include <cstdint>

#include "common/record/record.h"

namespace qf::record {

// Where a record stands.
struct Placement {
  uint64_t position = 0;
  uint64_t received_at_us = 0;  // strictly increases along a term
  uint64_t clock_at_us = 0;     // where statutory clocks start; orders entries across terms
  uint32_t verdict = 0;         // 0 kept, else the Reason of the refusal

  static Placement From(const recordpb::Placement& in) {
    return {in.position(), in.received_at_us(), in.clock_at_us(), in.verdict()};
  }
  recordpb::Placement ToProto() const {
    recordpb::Placement out;
    out.set_position(position);
    out.set_received_at_us(received_at_us);
    out.set_clock_at_us(clock_at_us);
    out.set_verdict(verdict);
    return out;
  }
};

struct Entry {
  Placement place;
  Record record;
};

// Reads an entry of a page. Errors as ParseRecord.
inline absl::StatusOr<Entry> ParseEntry(const recordpb::Entry& in, SignatureCheck check = SignatureCheck::kVerify) {
  auto record = ParseRecord(in.record(), check);
  if (!record.ok()) return record.status();
  return Entry{Placement::From(in.placement()), *std::move(record)};
}

}  // namespace qf::record
