#include "common/log/nodes.h"

#include <bit>

#include "common/base/check.h"

namespace qf::log {
namespace {

// Appends the sibling of `node` and of each node above it, up to the children of the root.
void AppendSiblings(NodeRef node, uint64_t size, std::vector<NodeRef>* out) {
  for (uint64_t last = (size - 1) >> node.height; last > 0; last >>= 1) {
    const uint64_t sibling = node.index ^ 1;
    if (sibling <= last) out->push_back({node.height, sibling});
    node = {node.height + 1, node.index >> 1};
  }
}

}  // namespace

std::vector<NodeRef> InclusionNodes(uint64_t position, uint64_t size) {
  QF_CHECK(position < size);
  std::vector<NodeRef> out;
  AppendSiblings({0, position}, size, &out);
  return out;
}

std::vector<NodeRef> ConsistencyNodes(uint64_t old_size, uint64_t new_size) {
  QF_CHECK(old_size <= new_size);
  std::vector<NodeRef> out;
  if (old_size == 0 || old_size == new_size) return out;
  // The widest subtree that ends where the older tree ends. When it is the whole older tree, its hash is the
  // older root, which the reader has.
  const int height = std::countr_zero(old_size);
  const NodeRef node{height, (old_size - 1) >> height};
  if (node.index > 0) out.push_back(node);
  AppendSiblings(node, new_size, &out);
  return out;
}

}  // namespace qf::log
