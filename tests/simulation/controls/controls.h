// Rules of which the simulator can do without one at a time, to show that it would notice: each of these must be
// caught.
//
// The product has no switch for any of them. Two are faults of the simulated world (a disk whose log is not synced, a
// server that answers before its commit). For the others the program compiles the rule's own source once more, with the
// rule's function under another name, and puts a function of the same name before it that asks InUse(): the linker then
// takes that one, and the library's is not linked in (verify.cc, signing.cc, offer.cc, order.cc of this folder).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/base/ids.h"

namespace qf::sim {

enum class Control {
  kNone,
  kSynchronousNormal,   // commits reach the disk when it pleases: SQLite's synchronous=NORMAL
  kAckBeforeCommit,     // the server answers, and loses what it answered for when its power goes
  kInOrderOff,          // sequences of a stream are taken as they come
  kNoReoffer,           // after a RESTART nothing is offered again
  kReceiptUnchecked,    // proofs of the log are believed
  kSignatureUnchecked,  // signatures are believed
};

// "synchronous-normal", …; nullopt: there is none of that name.
std::optional<Control> ControlNamed(const std::string& name);
std::vector<std::string> ControlNames();

// For the whole process.
void Use(Control control);
bool InUse(Control control);

// log::VerifyInclusion as it is, whatever control is in use: what an oracle asks.
absl::Status ProvesInclusion(const Digest& leaf_hash, uint64_t position, uint64_t size, absl::Span<const Digest> path,
                             const Digest& root);

}  // namespace qf::sim
