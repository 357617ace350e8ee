#include "common/log/tree.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/format.h"

namespace qf::log {
namespace {

absl::Status NoSuch(absl::string_view what) { return Error(Reason::REASON_NOT_FOUND, what); }

// How many lowest hashes of `level` the store has for a tree of `size`: of leaves only full tiles.
uint64_t StoredHashes(int level, uint64_t size) {
  return level == 0 ? Tree::TailStart(size) : LevelHashes(level, size);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Tree>> Tree::Open(TileStore& store, uint64_t size, absl::Span<const Digest> tail,
                                                 TreeOptions options) {
  if (size > kMaxSize || tail.size() != size % kTileHashes) {
    return Error(Reason::REASON_STORE_DAMAGED, "the leaves of the log do not fit its size");
  }
  auto tree = std::unique_ptr<Tree>(new Tree(store, options));
  tree->size_ = size;
  tree->edges_.push_back(std::make_unique<Tile>());
  for (const Digest& leaf_hash : tail) tree->edges_[0]->Append(leaf_hash);
  for (int level = 1; LevelHashes(level, size) > 0; ++level) {
    const int count = LevelHashes(level, size) % kTileHashes;
    std::string stored;
    if (count > 0) {
      QF_TRY_ASSIGN(stored, store.ReadTile(level, EdgeIndex(level, size)));
    }
    QF_TRY_ASSIGN(auto edge, Tile::From(stored, count));
    tree->edges_.push_back(std::move(edge));
  }
  for (size_t level = 0; level < tree->edges_.size(); ++level) {
    tree->taken_.push_back(StoredHashes(static_cast<int>(level), size));
  }
  return tree;
}

uint64_t Tree::Append(const Digest& leaf_hash) {
  QF_CHECK(size_ < kMaxSize);
  const uint64_t position = size_++;
  Digest hash = leaf_hash;
  for (int level = 0;; ++level) {
    if (level == static_cast<int>(edges_.size())) {
      edges_.push_back(std::make_unique<Tile>());
      taken_.push_back(0);
    }
    edges_[level]->Append(hash);
    if (!edges_[level]->full()) return position;
    hash = edges_[level]->root();
    // The tile that was the edge before this leaf.
    fresh_[TileRef{level, EdgeIndex(level, position)}] = {std::move(edges_[level])};
    edges_[level] = std::make_unique<Tile>();
  }
}

std::string Tree::StoredTile(TileRef ref) const {
  if (ref.index == EdgeIndex(ref.level, size_)) return edges_[ref.level]->Stored();
  const auto fresh = fresh_.find(ref);
  QF_CHECK(fresh != fresh_.end());
  return fresh->second.tile->Stored();
}

std::vector<TileRow> Tree::TakeTiles() {
  for (auto fresh = fresh_.begin(); fresh != fresh_.end();) {
    if (fresh->second.taken) {
      cache_.Put(fresh->first, std::move(fresh->second.tile));
      fresh_.erase(fresh++);
    } else {
      fresh->second.taken = true;
      ++fresh;
    }
  }
  std::vector<TileRow> rows;
  for (int level = 0; level < static_cast<int>(edges_.size()); ++level) {
    const uint64_t hashes = StoredHashes(level, size_);
    for (uint64_t index = taken_[level] / kTileHashes; taken_[level] < hashes; ++index) {
      rows.push_back({level, index, StoredTile({level, index})});
      taken_[level] = std::min(hashes, (index + 1) * kTileHashes);
    }
  }
  return rows;
}

// The edges of the tree of the first `size` leaves. Where an edge of today begins at the same hash, it is
// given as nullptr: it only has to be cut.
absl::StatusOr<std::vector<std::unique_ptr<Tile>>> Tree::EdgesAt(uint64_t size) {
  std::vector<std::unique_ptr<Tile>> edges(edges_.size());
  for (int level = 0; level < static_cast<int>(edges.size()); ++level) {
    const uint64_t index = EdgeIndex(level, size);
    if (index == EdgeIndex(level, size_)) continue;
    if (LevelHashes(level, size) % kTileHashes == 0) {
      edges[level] = std::make_unique<Tile>();
      continue;
    }
    QF_TRY_ASSIGN(const Tile* const full, FullTile({level, index}));
    edges[level] = std::make_unique<Tile>(*full);
  }
  return edges;
}

absl::Status Tree::Truncate(uint64_t size) {
  if (size > size_) return NoSuch("the log has fewer leaves");
  QF_TRY_ASSIGN(auto edges, EdgesAt(size));
  for (int level = 0; level < static_cast<int>(edges_.size()); ++level) {
    if (edges[level] != nullptr) edges_[level] = std::move(edges[level]);
    edges_[level]->Cut(static_cast<int>(LevelHashes(level, size) % kTileHashes));
    taken_[level] = std::min(taken_[level], StoredHashes(level, size));
  }
  if (TailStart(size) != TailStart(size_)) {
    cache_.EraseBeyond(size);
    absl::erase_if(fresh_,
                   [size](const auto& fresh) { return fresh.first.index >= EdgeIndex(fresh.first.level, size); });
  }
  size_ = size;
  return absl::OkStatus();
}

absl::StatusOr<Digest> Tree::RootAt(uint64_t size) {
  if (size > size_) return NoSuch("the log has fewer leaves");
  if (size == 0) return EmptyRoot();
  return RangeHash(0, size);
}

absl::StatusOr<std::vector<Digest>> Tree::InclusionPath(uint64_t position, uint64_t size) {
  if (size > size_ || position >= size) return NoSuch("the log has no such position");
  return Hashes(InclusionNodes(position, size), size);
}

absl::StatusOr<std::vector<Digest>> Tree::ConsistencyPath(uint64_t old_size, uint64_t new_size) {
  if (new_size > size_ || old_size > new_size) return NoSuch("the log has no such sizes");
  return Hashes(ConsistencyNodes(old_size, new_size), new_size);
}

absl::StatusOr<std::vector<Digest>> Tree::Hashes(const std::vector<NodeRef>& nodes, uint64_t size) {
  std::vector<Digest> hashes;
  hashes.reserve(nodes.size());
  for (const NodeRef& node : nodes) {
    QF_TRY_ASSIGN(const Digest hash, NodeAt(node, size));
    hashes.push_back(hash);
  }
  return hashes;
}

absl::StatusOr<Digest> Tree::NodeAt(NodeRef node, uint64_t size) {
  const uint64_t start = node.index << node.height;
  if (size > size_ || start >= size) return NoSuch("the log has no such node");
  return RangeHash(start, std::min(size, (node.index + 1) << node.height));
}

// The hash over the leaves [start, end), where `start` is a multiple of a power of two that is ≥ end - start:
// full subtrees, narrower to the right, joined from the right (RFC 9162, section 2.1.1).
absl::StatusOr<Digest> Tree::RangeHash(uint64_t start, uint64_t end) {
  std::optional<Digest> hash;
  while (end > start) {
    const int height = std::countr_zero(end - start);
    QF_TRY_ASSIGN(const Digest left, CompleteNode({height, (end - 1) >> height}));
    hash = hash.has_value() ? NodeHash(left, *hash) : left;
    end -= uint64_t{1} << height;
  }
  return *hash;
}

absl::StatusOr<Digest> Tree::CompleteNode(NodeRef node) {
  const int level = node.height / kTileHeights;
  const int within = node.height % kTileHeights;
  const TileRef ref{level, (node.index << within) / kTileHashes};
  const int slot = static_cast<int>(node.index % (kTileHashes >> within));
  if (ref.index == EdgeIndex(level, size_)) return edges_[level]->at(within, slot);
  QF_TRY_ASSIGN(const Tile* const tile, FullTile(ref));
  return tile->at(within, slot);
}

// Valid until the next call.
absl::StatusOr<const Tile*> Tree::FullTile(TileRef ref) {
  if (const auto fresh = fresh_.find(ref); fresh != fresh_.end()) return fresh->second.tile.get();
  if (const Tile* const cached = cache_.Find(ref)) return cached;
  QF_TRY_ASSIGN(const std::string stored, store_.ReadTile(ref.level, ref.index));
  QF_TRY_ASSIGN(auto tile, Tile::From(stored, kTileHashes));
  QF_TRY_ASSIGN(const Digest root, CompleteNode({kTileHeights * (ref.level + 1), ref.index}));
  if (tile->root() != root) {
    return Error(Reason::REASON_STORE_DAMAGED, "a tile of the log's tree has wrong hashes");
  }
  return cache_.Put(ref, std::move(tile));
}

}  // namespace qf::log
