// The verifying reader: says whether what a log claims is true, by RFC 9162's own algorithms and nothing of
// ours that makes proofs (tree.h is another library; only the bytes of format.h are common).
//
//   QF_TRY(VerifyInclusion(LeafHash(LeafData(leaf)), leaf.position, checkpoint.size, path, checkpoint.root));
//
// For: phones, desks, `qingfeng verify-log`. Not for: signatures of checkpoints (checkpoint.h), or making
// paths. Every failure is DATA_LOSS(PROOF): a proof that fails is none, and the caller keeps it as evidence.
// Threads: functions any; an Accumulator one at a time. Vectors: tests/vectors/proof.json.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/strings.h"
#include "common/base/try.h"
#include "common/log/format.h"

namespace qf::log {

// OK if `path` (leaf's sibling first) proves that the tree of `size` leaves with `root` holds `leaf_hash` at
// `position`. RFC 9162, section 2.1.3.2.
absl::Status VerifyInclusion(const Digest& leaf_hash, uint64_t position, uint64_t size, absl::Span<const Digest> path,
                             const Digest& root);

// OK if `path` proves that the tree of `new_size` leaves with `new_root` begins with the `old_size` leaves of
// `old_root`. RFC 9162, section 2.1.4.2, and what it leaves out: equal sizes need equal roots and an empty
// path; size 0 needs the empty root and an empty path, since everything begins with nothing.
absl::Status VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t new_size, const Digest& new_root,
                               absl::Span<const Digest> path);

// The path that `indexes` picks from a table of node hashes, `nodes` (32 bytes each): how the answers of an
// Exchange carry paths (docs/protocol.md, Receipt). INVALID_ARGUMENT(MALFORMED) when the table does not
// divide into hashes, an index lies beyond it, or the path is longer than any tree is high.
absl::StatusOr<std::vector<Digest>> PathFromTable(Bytes nodes, absl::Span<const uint32_t> indexes);

// The path in a list of byte strings, as receipts and consistency proofs carry it. MALFORMED when it is
// longer than any tree is high, INVALID_ARGUMENT(LENGTH) when one of them has not 32 bytes.
template <class Strings>
absl::StatusOr<std::vector<Digest>> PathFromHashes(const Strings& hashes) {
  std::vector<Digest> path;
  for (const auto& bytes : hashes) {
    if (path.size() == kMaxPathHashes) {
      return Error(Reason::REASON_MALFORMED, "a path is longer than any tree is high");
    }
    QF_TRY_ASSIGN(const Digest hash, Digest::From(bytes));
    path.push_back(hash);
  }
  return path;
}

// The root of leaves that pass by once, in order; keeps one hash for each one-bit of their number.
// For checking a whole export against its checkpoint without holding it.
class Accumulator {
 public:
  // The next leaf.
  void Append(const Digest& leaf_hash);
  // Leaves appended so far.
  uint64_t size() const { return size_; }
  // Root of the tree of those leaves.
  Digest Root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Digest> peaks_;  // roots of the full subtrees, widest first
};

}  // namespace qf::log
