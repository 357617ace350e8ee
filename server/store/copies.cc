#include "server/store/copies.h"

namespace qf::server {
namespace {

constexpr sql::Statement kAll("SELECT copy, folder, log_size, root, made_at_us, verified FROM copy ORDER BY copy");
constexpr sql::Statement kLast("SELECT COALESCE(MAX(copy), 0) FROM copy");
constexpr sql::Statement kSave(
    "INSERT INTO copy (copy, folder, log_size, root, made_at_us, verified) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (copy) DO UPDATE SET log_size = excluded.log_size, root = excluded.root, verified = "
    "excluded.verified");
constexpr sql::Statement kForget("DELETE FROM copy WHERE copy = $1");

}  // namespace

absl::StatusOr<std::vector<Copy>> Copies(sql::ReadTxn& tx) {
  return tx.QueryAll(kAll, {}, [](const sql::Row& row) {
    return Copy{row.Get<uint64_t>(0), row.Get<std::string>(1), row.Get<uint64_t>(2),
                row.Get<Digest>(3),   row.Get<uint64_t>(4),    row.Get<bool>(5)};
  });
}

absl::Status SaveCopy(sql::WriteTxn& tx, Copy& copy) {
  if (copy.row == 0) {
    QF_TRY_ASSIGN(const auto last, tx.QueryValue<uint64_t>(kLast));
    copy.row = last.value_or(0) + 1;
  }
  return tx.Execute(kSave,
                    {copy.row, sql::Text(copy.folder), copy.log_size, copy.root, copy.made_at_us, copy.verified});
}

absl::Status ForgetCopy(sql::WriteTxn& tx, uint64_t row) { return tx.Execute(kForget, {row}); }

}  // namespace qf::server
