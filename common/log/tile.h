// A tile: up to 256 neighbouring nodes of one height of the tree, and all that can be computed above them.
//
// Tile (level, index) begins with node index × 256 of height 8 × level. Its own root, eight heights up, is
// node `index` there and one of the lowest of tile (level + 1, index / 256). Stored are the lowest hashes, 32
// bytes each. For: tree.h. Threads: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/strings.h"

namespace qf::log {

constexpr int kTileHeights = 8;
constexpr int kTileHashes = 1 << kTileHeights;
constexpr size_t kTileBytes = kTileHashes * Digest::kSize;

// Names a tile.
struct TileRef {
  int level = 0;
  uint64_t index = 0;

  friend bool operator==(const TileRef& a, const TileRef& b) { return a.level == b.level && a.index == b.index; }
  template <typename H>
  friend H AbslHashValue(H h, const TileRef& tile) {
    return H::combine(std::move(h), tile.level, tile.index);
  }
};

// 16 KiB in memory: a path costs look-ups, not hashing.
class Tile {
 public:
  // The first `count` hashes of stored bytes; DATA_LOSS(STORE_DAMAGED) when they hold fewer, or are no tile.
  static absl::StatusOr<std::unique_ptr<Tile>> From(Bytes stored, int count);

  // One more lowest hash; the tile is not full. Computes what it completes: one hash on the average.
  void Append(const Digest& hash);
  // Forgets all lowest hashes from the `count`-th on.
  void Cut(int count) { count_ = count; }

  int count() const { return count_; }
  bool full() const { return count_ == kTileHashes; }
  // The node `height` (0 … 8) over the lowest ones, complete: all lowest hashes below it are there.
  const Digest& at(int height, int slot) const { return nodes_[Offset(height) + slot]; }
  // Root of a full tile.
  const Digest& root() const { return at(kTileHeights, 0); }
  // As stored: the lowest hashes.
  std::string Stored() const;

 private:
  // 256 lowest nodes, then 128, 64, … 1.
  static constexpr int Offset(int height) { return 2 * kTileHashes - (2 * kTileHashes >> height); }

  int count_ = 0;
  std::array<Digest, 2 * kTileHashes - 1> nodes_;
};

// The full tiles used last, at most `capacity` (≥ 1) of them.
class TileCache {
 public:
  explicit TileCache(size_t capacity);
  // The tile, or nullptr. Valid until the cache changes.
  const Tile* Find(TileRef ref);
  // Takes a tile in, and lets the one go that was used longest ago.
  const Tile* Put(TileRef ref, std::unique_ptr<const Tile> tile);
  // Drops every tile that is not full in a tree of `size` leaves.
  void EraseBeyond(uint64_t size);

 private:
  using Entry = std::pair<TileRef, std::unique_ptr<const Tile>>;
  const size_t capacity_;
  std::list<Entry> by_use_;  // the last used first
  absl::flat_hash_map<TileRef, std::list<Entry>::iterator> by_ref_;
};

// Index of the tile of `level` that a tree of `size` leaves has begun but not filled; those before are full.
inline uint64_t EdgeIndex(int level, uint64_t size) {
  const int shift = kTileHeights * (level + 1);
  return shift < 64 ? size >> shift : 0;
}

// How many lowest hashes of `level` a tree of `size` leaves has.
inline uint64_t LevelHashes(int level, uint64_t size) { return level == 0 ? size : EdgeIndex(level - 1, size); }

}  // namespace qf::log
