#include "common/log/tile.h"

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/log/format.h"

namespace qf::log {

absl::StatusOr<std::unique_ptr<Tile>> Tile::From(Bytes stored, int count) {
  if (stored.size() % Digest::kSize != 0 || stored.size() > kTileBytes || stored.size() < count * Digest::kSize) {
    return Error(Reason::REASON_STORE_DAMAGED, "a tile of the log's tree has a wrong size");
  }
  auto tile = std::make_unique<Tile>();
  for (int i = 0; i < count; ++i) {
    tile->Append(*Digest::From(stored.substr(i * Digest::kSize, Digest::kSize)));
  }
  return tile;
}

void Tile::Append(const Digest& hash) {
  QF_CHECK(!full());
  int slot = count_++;
  nodes_[slot] = hash;
  for (int height = 0; slot & 1; ++height) {
    const Digest parent = NodeHash(at(height, slot - 1), at(height, slot));
    slot >>= 1;
    nodes_[Offset(height + 1) + slot] = parent;
  }
}

std::string Tile::Stored() const {
  std::string out;
  out.reserve(count_ * Digest::kSize);
  for (int i = 0; i < count_; ++i) out.append(nodes_[i].bytes().data(), Digest::kSize);
  return out;
}

TileCache::TileCache(size_t capacity) : capacity_(capacity) { QF_CHECK(capacity > 0); }

const Tile* TileCache::Find(TileRef ref) {
  const auto found = by_ref_.find(ref);
  if (found == by_ref_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->second.get();
}

const Tile* TileCache::Put(TileRef ref, std::unique_ptr<const Tile> tile) {
  by_use_.emplace_front(ref, std::move(tile));
  QF_CHECK(by_ref_.emplace(ref, by_use_.begin()).second);
  if (by_use_.size() > capacity_) {
    by_ref_.erase(by_use_.back().first);
    by_use_.pop_back();
  }
  return by_use_.front().second.get();
}

void TileCache::EraseBeyond(uint64_t size) {
  for (auto entry = by_use_.begin(); entry != by_use_.end();) {
    const TileRef ref = entry->first;
    if (ref.index < EdgeIndex(ref.level, size)) {
      ++entry;
      continue;
    }
    by_ref_.erase(ref);
    entry = by_use_.erase(entry);
  }
}

}  // namespace qf::log
