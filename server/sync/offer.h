// A record of a push, read and checked: everything that costs and needs no place in the log is done here, on the
// carrier's threads, so that the writer only assigns positions. docs/protocol.md, "Sync" 3 and "Restore".
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/record/ceremony.h"
#include "common/record/entry.h"
#include "qingfeng/server/v1/sync.pb.h"
#include "server/store/log_book.h"

namespace qf::server {

// What an old receipt is worth.
enum class PriorState {
  kNone,         // there is none, or it does not hold: the record is judged now
  kProved,       // `prior` stood in the log of its term: verdict and clock_at stand
  kUnknownTerm,  // of a term whose RESTART is not here yet: LATER(TERM)
};

struct Offer {
  // Set: cannot be taken, nothing is kept.
  std::optional<Reason> malformed;
  record::Record record;  // of use only if not malformed
  PriorState prior_state = PriorState::kNone;
  record::Placement prior;
  // Set for a RESTART: what its own chain proves. Without it (its signer is no administrator) it is refused.
  std::optional<record::Restart> restart;
};

// A push as the writer takes it.
struct Push {
  SigningKey caller;
  // The term that the caller knows. In another one it has to learn of that first, and nothing but a RESTART that takes
  // effect is taken. nullopt: it need not know (an ENROL that comes alone).
  std::optional<uint64_t> term;
  std::vector<Offer> offers;
  uint64_t size_bytes = 0;
};

// Reads the push of `request`, verifying every signature and prior. One Offer for each, in order. `request` is within
// the bounds of an Exchange (checked by the caller).
Push ReadPush(const serverpb::ExchangeRequest& request, const SigningKey& caller, const LogBook& book);

// The same for one record that came alone.
Push ReadSingle(const recordpb::Record& record, const SigningKey& caller, const LogBook& book);

}  // namespace qf::server
