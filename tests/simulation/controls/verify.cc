// common/log/verify.cc, with proofs that can be believed unseen.
#define VerifyInclusion VerifyInclusionAsItIs
#define VerifyConsistency VerifyConsistencyAsItIs
#include "common/log/verify.cc"
#undef VerifyInclusion
#undef VerifyConsistency

#include "tests/simulation/controls/controls.h"

namespace qf::log {

absl::Status VerifyInclusion(const Digest& leaf_hash, uint64_t position, uint64_t size, absl::Span<const Digest> path,
                             const Digest& root) {
  if (sim::InUse(sim::Control::kReceiptUnchecked)) return absl::OkStatus();
  return VerifyInclusionAsItIs(leaf_hash, position, size, path, root);
}

absl::Status VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t new_size, const Digest& new_root,
                               absl::Span<const Digest> path) {
  if (sim::InUse(sim::Control::kReceiptUnchecked)) return absl::OkStatus();
  return VerifyConsistencyAsItIs(old_size, old_root, new_size, new_root, path);
}

}  // namespace qf::log

namespace qf::sim {

absl::Status ProvesInclusion(const Digest& leaf_hash, uint64_t position, uint64_t size, absl::Span<const Digest> path,
                             const Digest& root) {
  return log::VerifyInclusionAsItIs(leaf_hash, position, size, path, root);
}

}  // namespace qf::sim
