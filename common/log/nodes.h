// Which nodes of the tree a proof consists of: arithmetic only (RFC 9162, sections 2.1.3.1 and 2.1.4.1).
//
// A node is named by its height over the leaves and its index among the nodes of that height. In a tree of
// `size` leaves it stands for the leaves [index << height, min((index + 1) << height, size)).
// For: tree.h and path_table.h. Threads: any.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace qf::log {

struct NodeRef {
  int height = 0;  // 0 = a leaf
  uint64_t index = 0;

  friend bool operator==(const NodeRef& a, const NodeRef& b) { return a.height == b.height && a.index == b.index; }
  template <typename H>
  friend H AbslHashValue(H h, const NodeRef& node) {
    return H::combine(std::move(h), node.height, node.index);
  }
};

// The audit path of the leaf at `position` in the tree of `size` leaves, the leaf's sibling first.
// position < size <= kMaxSize.
std::vector<NodeRef> InclusionNodes(uint64_t position, uint64_t size);

// The consistency path from the tree of `old_size` leaves to that of `new_size`; empty if the sizes are equal
// or the older is 0. old_size <= new_size <= kMaxSize.
std::vector<NodeRef> ConsistencyNodes(uint64_t old_size, uint64_t new_size);

}  // namespace qf::log
