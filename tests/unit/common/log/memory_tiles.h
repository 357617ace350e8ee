// A store of tiles in memory that behaves like a database: a transaction's rows are seen when it has ended.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/log/tree.h"

namespace qf::log {

class MemoryTiles final : public TileStore {
 public:
  absl::StatusOr<std::string> ReadTile(int level, uint64_t index) override {
    ++reads;
    const auto row = rows.find({level, index});
    if (row == rows.end()) return Error(Reason::REASON_STORE_DAMAGED, "a tile is missing");
    return row->second;
  }
  void Commit(const std::vector<TileRow>& taken) {
    for (const TileRow& row : taken) rows[{row.level, row.index}] = row.hashes;
  }

  std::map<std::pair<int, uint64_t>, std::string> rows;
  int reads = 0;
};

}  // namespace qf::log
