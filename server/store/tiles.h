// The tree's nodes in the store: common/log/tree.h says what a row is.
#pragma once

#include <vector>

#include "common/log/tree.h"
#include "common/sql/database.h"

namespace qf::server {

absl::Status SaveTiles(sql::WriteTxn& tx, const std::vector<log::TileRow>& rows);

// Reads rows of transactions that have ended, on a connection of its own. `database` outlives it.
class StoredTiles final : public log::TileStore {
 public:
  explicit StoredTiles(sql::Database& database) : database_(database) {}
  absl::StatusOr<std::string> ReadTile(int level, uint64_t index) override;

 private:
  sql::Database& database_;
};

}  // namespace qf::server
