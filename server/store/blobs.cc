#include "server/store/blobs.h"

#include "server/store/lacking.h"

namespace qf::server {
namespace {

constexpr sql::Statement kFindByName("SELECT blob, complete FROM blob WHERE sha256 = $1 AND size_bytes = $2");
constexpr sql::Statement kLast("SELECT COALESCE(MAX(blob), 0) FROM blob");
constexpr sql::Statement kInsert(
    "INSERT INTO blob (blob, sha256, size_bytes, committed_bytes, complete, progress_at_us) VALUES ($1, $2, $3, 0, 0, "
    "0)");
constexpr sql::Statement kUse(
    "INSERT INTO blob_use (record_id, blob, position) VALUES ($1, $2, $3) ON CONFLICT (record_id, blob) DO NOTHING");
constexpr sql::Statement kMissing(
    "SELECT blob.sha256 FROM blob_use JOIN blob ON blob.blob = blob_use.blob"
    " WHERE blob_use.record_id = $1 AND blob.complete = 0 ORDER BY blob.blob");
constexpr sql::Statement kFind(
    "SELECT blob.blob, blob.sha256, blob.size_bytes, blob.committed_bytes, blob.complete, blob_use.position"
    " FROM blob_use JOIN blob ON blob.blob = blob_use.blob WHERE blob_use.record_id = $1 AND blob.sha256 = $2");
constexpr sql::Statement kProgress(
    "UPDATE blob SET committed_bytes = $2, progress_at_us = $3 WHERE blob = $1 AND complete = 0");
constexpr sql::Statement kAt("SELECT blob, sha256, size_bytes, committed_bytes, complete FROM blob WHERE blob = $1");
constexpr sql::Statement kComplete(
    "UPDATE blob SET committed_bytes = size_bytes, complete = 1, progress_at_us = $2 WHERE blob = $1 AND complete = 0");
constexpr sql::Statement kIncomplete(
    "UPDATE blob SET committed_bytes = 0, complete = 0 WHERE blob = $1 AND complete = 1");
constexpr sql::Statement kUsers(
    "SELECT blob_use.position, entry.header FROM blob_use JOIN entry ON entry.position = blob_use.position"
    " WHERE blob_use.blob = $1");
constexpr sql::Statement kLackMore("UPDATE lacking SET blobs = blobs + 1 WHERE position = $1");
constexpr sql::Statement kResting(
    "SELECT blob, sha256, size_bytes, committed_bytes, complete FROM blob"
    " WHERE complete = 0 AND committed_bytes > 0 AND progress_at_us < $1");
constexpr sql::Statement kEach("SELECT blob, sha256, size_bytes, committed_bytes, complete FROM blob ORDER BY blob");
constexpr sql::Statement kBytes("SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM blob WHERE complete = 1");

BlobRow RowOf(const sql::Row& row) {
  return {row.Get<uint64_t>(0), row.Get<Digest>(1), row.Get<uint64_t>(2), row.Get<uint64_t>(3), row.Get<bool>(4)};
}

// The row of a blob, made if there is none; and whether it is complete.
absl::StatusOr<std::pair<uint64_t, bool>> RowFor(sql::WriteTxn& tx, const record::BlobRef& blob) {
  QF_TRY_ASSIGN(const auto found, tx.QueryOne(kFindByName, {blob.sha256, blob.size_bytes}, [](const sql::Row& row) {
    return std::make_pair(row.Get<uint64_t>(0), row.Get<bool>(1));
  }));
  if (found) return *found;
  QF_TRY_ASSIGN(const auto last, tx.QueryValue<uint64_t>(kLast));
  const uint64_t row = last.value_or(0) + 1;
  QF_TRY(tx.Execute(kInsert, {row, blob.sha256, blob.size_bytes}));
  return std::make_pair(row, false);
}

// One more blob is lacking at `position`.
absl::Status LackOneMore(sql::WriteTxn& tx, uint64_t position, Bytes header_bytes) {
  QF_TRY_ASSIGN(const uint64_t changed, tx.ExecuteCounting(kLackMore, {position}));
  if (changed > 0) return absl::OkStatus();
  QF_TRY_ASSIGN(const record::Header header, record::ParseHeader(header_bytes));
  return InsertLacking(tx, {position, record::IdOf(header_bytes), header.author, false, 1});
}

}  // namespace

absl::StatusOr<uint64_t> UseBlobs(sql::WriteTxn& tx, const RecordId& record, uint64_t position,
                                  const std::vector<record::BlobRef>& blobs) {
  uint64_t missing = 0;
  for (const record::BlobRef& blob : blobs) {
    QF_TRY_ASSIGN(const auto row, RowFor(tx, blob));
    QF_TRY(tx.Execute(kUse, {record, row.first, position}));
    if (!row.second) ++missing;
  }
  return missing;
}

absl::StatusOr<std::vector<Digest>> MissingBlobs(sql::ReadTxn& tx, const RecordId& record) {
  return tx.QueryAll(kMissing, {record}, [](const sql::Row& row) { return row.Get<Digest>(0); });
}

absl::StatusOr<std::optional<NamedBlob>> FindBlob(sql::ReadTxn& tx, const RecordId& record, const Digest& sha256) {
  return tx.QueryOne(kFind, {record, sha256},
                     [](const sql::Row& row) { return NamedBlob{RowOf(row), row.Get<uint64_t>(5)}; });
}

absl::StatusOr<BlobRow> BlobAt(sql::ReadTxn& tx, uint64_t blob) {
  QF_TRY_ASSIGN(const auto found, tx.QueryOne(kAt, {blob}, RowOf));
  if (!found) return Error(Reason::REASON_NOT_FOUND, "there is no such file");
  return *found;
}

absl::Status SaveProgress(sql::WriteTxn& tx, uint64_t blob, uint64_t committed_bytes, uint64_t now_us) {
  return tx.Execute(kProgress, {blob, committed_bytes, now_us});
}

absl::Status SetComplete(sql::WriteTxn& tx, uint64_t blob, uint64_t now_us) {
  QF_TRY_ASSIGN(const uint64_t changed, tx.ExecuteCounting(kComplete, {blob, now_us}));
  return changed > 0 ? BlobArrived(tx, blob) : absl::OkStatus();
}

absl::Status SetIncomplete(sql::WriteTxn& tx, uint64_t blob) {
  QF_TRY_ASSIGN(const uint64_t changed, tx.ExecuteCounting(kIncomplete, {blob}));
  if (changed == 0) return absl::OkStatus();
  QF_TRY_ASSIGN(const auto users, tx.QueryAll(kUsers, {blob}, [](const sql::Row& row) {
    return std::make_pair(row.Get<uint64_t>(0), row.Get<std::string>(1));
  }));
  for (const auto& [position, header] : users) QF_TRY(LackOneMore(tx, position, header));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BlobRow>> RestingBlobs(sql::ReadTxn& tx, uint64_t before_us) {
  return tx.QueryAll(kResting, {before_us}, RowOf);
}

absl::Status EachBlob(sql::ReadTxn& tx, absl::FunctionRef<absl::Status(const BlobRow&)> each) {
  return tx.Query(kEach, {}, [&](const sql::Row& row) { return each(RowOf(row)); });
}

absl::StatusOr<uint64_t> CompleteBytes(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto bytes, tx.QueryValue<uint64_t>(kBytes));
  return bytes.value_or(0);
}

}  // namespace qf::server
