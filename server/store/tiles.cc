#include "server/store/tiles.h"

namespace qf::server {
namespace {

constexpr sql::Statement kSave(
    "INSERT INTO tile (tile, hashes) VALUES ($1, $2) ON CONFLICT (tile) DO UPDATE SET hashes = excluded.hashes");
constexpr sql::Statement kRead("SELECT hashes FROM tile WHERE tile = $1");

// Levels 0 … 7 name tiles of 2^55 and fewer leaves each: positions of 63 bits fit.
uint64_t NameOf(int level, uint64_t index) { return static_cast<uint64_t>(level) << 56 | index; }

}  // namespace

absl::Status SaveTiles(sql::WriteTxn& tx, const std::vector<log::TileRow>& rows) {
  for (const log::TileRow& row : rows) {
    QF_TRY(tx.Execute(kSave, {NameOf(row.level, row.index), sql::Blob(row.hashes)}));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> StoredTiles::ReadTile(int level, uint64_t index) {
  return database_.Read([&](sql::ReadTxn& tx) -> absl::StatusOr<std::string> {
    QF_TRY_ASSIGN(auto found, tx.QueryValue<std::string>(kRead, {NameOf(level, index)}));
    if (!found) return Error(Reason::REASON_STORE_DAMAGED, "nodes of the tree are missing");
    return *std::move(found);
  });
}

}  // namespace qf::server
