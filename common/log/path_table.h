// A pack of paths that share one table of hashes, as the answers of an Exchange carry them: a path is a list
// of indexes into the table, and a node stands there once however many paths use it (docs/protocol.md,
// Receipt). For 64 neighbouring leaves of a log of a million it has 140 hashes instead of 1,280.
//
//   PathTable table(tree, size);
//   for (position : pack) QF_TRY_ASSIGN(auto path, table.AddInclusion(position));
//   answer.set_nodes(table.nodes());
//
// The reader's side is PathFromTable (verify.h). Threads: those of the tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/log/nodes.h"
#include "common/log/tree.h"

namespace qf::log {

class PathTable {
 public:
  // All paths lead to the root of the first `size` leaves. `tree` outlives the table and is not cut before.
  PathTable(Tree& tree, uint64_t size) : tree_(tree), size_(size) {}

  // The audit path of the leaf at `position` < size. Errors as Tree::InclusionPath; then the table is spoilt.
  absl::StatusOr<std::vector<uint32_t>> AddInclusion(uint64_t position);
  // The table so far, 32 bytes a hash, in the order of first use.
  const std::string& nodes() const { return nodes_; }

 private:
  absl::StatusOr<std::vector<uint32_t>> Add(const std::vector<NodeRef>& path);

  Tree& tree_;
  const uint64_t size_;
  std::string nodes_;
  absl::flat_hash_map<NodeRef, uint32_t> indexes_;
};

}  // namespace qf::log
