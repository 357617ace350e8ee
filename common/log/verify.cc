#include "common/log/verify.h"

#include <bit>

namespace qf::log {
namespace {

absl::Status Refuse(absl::string_view why) { return Error(Reason::REASON_PROOF, why); }

// The pair (fn, sn) of the RFC: a node's index and the index of the last node, at one height of the tree.
struct Walk {
  uint64_t node;
  uint64_t last;

  bool AtRoot() const { return last == 0; }
  void Up() {
    node >>= 1;
    last >>= 1;
  }
  // Whether the next hash of a path stands left of this node. Then passes the heights at which the node,
  // being the last and even, has no sibling.
  bool SiblingIsLeft() {
    if ((node & 1) == 0 && node != last) return false;
    while ((node & 1) == 0 && node != 0) Up();
    return true;
  }
};

}  // namespace

absl::Status VerifyInclusion(const Digest& leaf_hash, uint64_t position, uint64_t size, absl::Span<const Digest> path,
                             const Digest& root) {
  if (position >= size) return Refuse("the position is not below the size of the tree");
  Walk walk{position, size - 1};
  Digest hash = leaf_hash;
  for (const Digest& sibling : path) {
    if (walk.AtRoot()) return Refuse("the path is too long");
    hash = walk.SiblingIsLeft() ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
    walk.Up();
  }
  if (!walk.AtRoot()) return Refuse("the path is too short");
  if (hash != root) return Refuse("the path does not lead to the root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t new_size, const Digest& new_root,
                               absl::Span<const Digest> path) {
  if (old_size > new_size) return Refuse("the newer tree is smaller");
  if (old_size == 0 || old_size == new_size) {
    if (!path.empty()) return Refuse("the path is too long");
    if (old_root != (old_size == 0 ? EmptyRoot() : new_root)) return Refuse("two roots for one size");
    return new_size == 0 && new_root != EmptyRoot() ? Refuse("two roots for one size") : absl::OkStatus();
  }
  if (path.empty()) return Refuse("the path is too short");
  // A power of two of leaves has its root as a node of the newer tree: the path leaves it out.
  const bool begins_with_root = std::has_single_bit(old_size);
  Digest old_hash = begins_with_root ? old_root : path[0];
  Digest new_hash = old_hash;
  Walk walk{old_size - 1, new_size - 1};
  while (walk.node & 1) walk.Up();
  for (const Digest& sibling : path.subspan(begins_with_root ? 0 : 1)) {
    if (walk.AtRoot()) return Refuse("the path is too long");
    if (walk.SiblingIsLeft()) {
      old_hash = NodeHash(sibling, old_hash);
      new_hash = NodeHash(sibling, new_hash);
    } else {
      new_hash = NodeHash(new_hash, sibling);
    }
    walk.Up();
  }
  if (!walk.AtRoot()) return Refuse("the path is too short");
  if (old_hash != old_root) return Refuse("the path does not lead to the older root");
  if (new_hash != new_root) return Refuse("the path does not lead to the newer root");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Digest>> PathFromTable(Bytes nodes, absl::Span<const uint32_t> indexes) {
  if (nodes.size() % Digest::kSize != 0) {
    return Error(Reason::REASON_MALFORMED, "the table of hashes does not divide into hashes");
  }
  if (indexes.size() > kMaxPathHashes) {
    return Error(Reason::REASON_MALFORMED, "a path is longer than any tree is high");
  }
  std::vector<Digest> path;
  path.reserve(indexes.size());
  for (const uint32_t index : indexes) {
    if (index >= nodes.size() / Digest::kSize) {
      return Error(Reason::REASON_MALFORMED, "a path points beyond its table of hashes");
    }
    path.push_back(*Digest::From(nodes.substr(size_t{index} * Digest::kSize, Digest::kSize)));
  }
  return path;
}

void Accumulator::Append(const Digest& leaf_hash) {
  Digest hash = leaf_hash;
  for (uint64_t carry = size_; carry & 1; carry >>= 1) {
    hash = NodeHash(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  ++size_;
}

Digest Accumulator::Root() const {
  if (peaks_.empty()) return EmptyRoot();
  Digest hash = peaks_.back();
  for (size_t i = peaks_.size() - 1; i-- > 0;) hash = NodeHash(peaks_[i], hash);
  return hash;
}

}  // namespace qf::log
