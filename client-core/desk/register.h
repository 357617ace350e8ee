// The register of a desk, kept in step with its copy of the log: arrivals, messages, case actions, names. A projection:
// after a RESTART it is made again from the entries.
//
// Opened content lies in the encrypted store, so that a list costs a query and not a decryption. What cannot be opened
// yet (no key granted, body not arrived) is tried again when there is a chance. What lists are filtered by is worked
// out here too (arrival_facet.h). Lives on the loop; steps are bounded, but for the fold of the cases.
#pragma once

#include <vector>

#include "client-core/desk/mirror.h"

namespace qf::client {

// Entries of one step: some 30 ms with everything to be opened.
constexpr size_t kRegisterStep = 256;

// What a step did.
struct RegisterStep {
  bool more = false;      // not at the end yet
  bool arrivals = false;  // lists that changed
  bool messages = false;
  bool cases = false;
  bool roster = false;               // invitations, enrolments, certificates, keys, grants, names
  std::vector<StoredEntry> entries;  // those that were folded in for the first time
};

class Register {
 public:
  explicit Register(Session& session) : session_(session) {}

  // Folds in the next entries and works out stale facets, and then numbers the cases; first begins anew if the mirror
  // is of another term.
  absl::StatusOr<RegisterStep> Step();
  // Everything is made again from the entries, by the next steps.
  absl::Status Restart();

 private:
  // Folds the cases anew; reports whose number that changes get stale facets.
  absl::StatusOr<RegisterStep> NumberCases();

  Session& session_;
};

// Rows in the register: arrivals, whether they could be opened or not.
absl::StatusOr<uint64_t> CountArrivals(sql::ReadTxn& tx);

}  // namespace qf::client
