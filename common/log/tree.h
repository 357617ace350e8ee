// The log's Merkle tree (RFC 9162, section 2.1), append-only, kept in tiles.
//
// What is durable is the caller's: it keeps the leaves and, in the same transaction, the rows that TakeTiles
// gives. The ragged right edge lives in memory and is rebuilt by Open, so that a log of ten million leaves
// opens by reading at most 255 leaves and one row a level.
//
//   QF_TRY_ASSIGN(auto tree, Tree::Open(tiles, size, leaf_hashes_from(Tree::TailStart(size)), {}));
//   begin;  tree->Append(LeafHash(…)) …;  for (row : tree->TakeTiles()) upsert(row);  commit
//   the commit failed, or a part of it was taken back:  QF_TRY(tree->Truncate(size_before));
//
// What the caller has to do:
// - Write what TakeTiles gives by (level, index), replacing what is there, in the transaction of the leaves
//   that came since; call TakeTiles once in a transaction, as its last step. A row of level 0 is always full;
//   the last row of a higher level grows from 1 to 256 hashes and comes again each time.
// - After Truncate, remove the leaves at and beyond the new size in the transaction that took the decision.
//   Rows of tiles may stay: only what lies below the size is read of them, and before that grows they are
//   replaced. Truncate cannot be undone: when the transaction of a RESTART fails, open the tree anew.
// - After Open, compare Root() with the root that the store noted last. A tile read later is checked against
//   the one above it, so from then on a damaged row is an error and never a wrong path.
//
// For: the stores of server and desk. Not for: checking what others claim (verify.h), or one pass over an
// export (Accumulator).
// Threads: one at a time, reading methods too, since they move the cache; the owner locks. Append never reads
// the store. Memory: 16 KiB for each cached tile, for each level, and for each tile not yet taken.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/ids.h"
#include "common/log/nodes.h"
#include "common/log/tile.h"

namespace qf::log {

// A row to write: `hashes` is 1 to 256 hashes of 32 bytes.
struct TileRow {
  int level = 0;
  uint64_t index = 0;
  std::string hashes;
};

// Where rows are read again. Asked only for rows whose transaction has ended.
class TileStore {
 public:
  virtual ~TileStore() = default;
  // The hashes written last for that tile. A missing row is DATA_LOSS(STORE_DAMAGED).
  virtual absl::StatusOr<std::string> ReadTile(int level, uint64_t index) = 0;
};

struct TreeOptions {
  // Full tiles kept in memory, at least 1; each is 16 KiB. 256 hold the paths of the last 65,000 leaves.
  size_t cached_tiles = 256;
};

class Tree {
 public:
  // First position whose leaf hash Open wants for a log of `size` leaves.
  static uint64_t TailStart(uint64_t size) { return size - size % kTileHashes; }

  // The tree of the first `size` (≤ kMaxSize) leaves of a store. `tail` are the leaf hashes of the positions
  // [TailStart(size), size). `store` outlives the tree. Fails with what the store says, or
  // DATA_LOSS(STORE_DAMAGED) when tail or rows do not fit the size.
  static absl::StatusOr<std::unique_ptr<Tree>> Open(TileStore& store, uint64_t size, absl::Span<const Digest> tail,
                                                    TreeOptions options);

  // The next leaf; returns its position. About one hash on the average.
  uint64_t Append(const Digest& leaf_hash);
  // Rows completed or grown since the last call. They stay in memory until the next one, when their
  // transaction has ended.
  std::vector<TileRow> TakeTiles();
  // Keeps the first `size` leaves; the next Append gives position `size`. For a transaction that failed, and
  // for a RESTART that keeps fewer leaves than the store has: proofs of what is cut must be made before.
  // Reads at most one row a level and is unchanged when that fails. NOT_FOUND when the tree is smaller.
  absl::Status Truncate(uint64_t size);

  uint64_t size() const { return size_; }
  absl::StatusOr<Digest> Root() { return RootAt(size_); }
  // Root of the first `size` leaves. Here and below, a size or position that the tree does not have is
  // NOT_FOUND, and a row that is missing or damaged is the store's error or DATA_LOSS(STORE_DAMAGED).
  absl::StatusOr<Digest> RootAt(uint64_t size);
  // The audit path of the leaf at `position` < `size`, its sibling first.
  absl::StatusOr<std::vector<Digest>> InclusionPath(uint64_t position, uint64_t size);
  // The consistency path between two sizes, old_size ≤ new_size.
  absl::StatusOr<std::vector<Digest>> ConsistencyPath(uint64_t old_size, uint64_t new_size);
  // One node as it stands in the tree of `size` leaves, of which it must have some. For PathTable.
  absl::StatusOr<Digest> NodeAt(NodeRef node, uint64_t size);

 private:
  // A full tile that the store may not have yet.
  struct Fresh {
    std::unique_ptr<const Tile> tile;
    bool taken = false;
  };

  Tree(TileStore& store, TreeOptions options) : store_(store), cache_(options.cached_tiles) {}
  absl::StatusOr<std::vector<Digest>> Hashes(const std::vector<NodeRef>& nodes, uint64_t size);
  absl::StatusOr<Digest> RangeHash(uint64_t start, uint64_t end);
  absl::StatusOr<Digest> CompleteNode(NodeRef node);
  absl::StatusOr<const Tile*> FullTile(TileRef ref);
  absl::StatusOr<std::vector<std::unique_ptr<Tile>>> EdgesAt(uint64_t size);
  std::string StoredTile(TileRef ref) const;

  TileStore& store_;
  uint64_t size_ = 0;
  std::vector<std::unique_ptr<Tile>> edges_;  // by level: the tile begun and not full; level 0 always
  std::vector<uint64_t> taken_;               // by level: how many lowest hashes the store has or is given
  absl::flat_hash_map<TileRef, Fresh> fresh_;
  TileCache cache_;
};

}  // namespace qf::log
