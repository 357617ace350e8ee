#include "server/store/quotas.h"

namespace qf::server {
namespace {

constexpr sql::Statement kFind("SELECT records, size_bytes FROM quota WHERE device = $1 AND day = $2");
constexpr sql::Statement kSave(
    "INSERT INTO quota (device, day, records, size_bytes) VALUES ($1, $2, $3, $4) ON CONFLICT (device) DO UPDATE"
    " SET day = excluded.day, records = excluded.records, size_bytes = excluded.size_bytes");

}  // namespace

absl::StatusOr<Usage> UsageOf(sql::ReadTxn& tx, const SigningKey& device, uint64_t day) {
  QF_TRY_ASSIGN(const auto found, tx.QueryOne(kFind, {device, day}, [day](const sql::Row& row) {
    return Usage{day, row.Get<uint64_t>(0), row.Get<uint64_t>(1)};
  }));
  return found.value_or(Usage{day, 0, 0});
}

absl::Status SaveUsage(sql::WriteTxn& tx, const SigningKey& device, const Usage& usage) {
  return tx.Execute(kSave, {device, usage.day, usage.records, usage.size_bytes});
}

}  // namespace qf::server
