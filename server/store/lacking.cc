#include "server/store/lacking.h"

namespace qf::server {
namespace {

constexpr sql::Statement kInsert(
    "INSERT INTO lacking (position, record_id, author, body, blobs) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (position) DO UPDATE SET body = excluded.body, blobs = excluded.blobs");
constexpr sql::Statement kInsertLate(
    "INSERT INTO late_body (record_id, position) VALUES ($1, $2) ON CONFLICT (record_id) DO NOTHING");
constexpr sql::Statement kBody("UPDATE lacking SET body = 0 WHERE position = $1");
constexpr sql::Statement kBlob(
    "UPDATE lacking SET blobs = blobs - 1 WHERE blobs > 0 AND position IN (SELECT position FROM blob_use WHERE blob = "
    "$1)");
constexpr sql::Statement kDone("DELETE FROM lacking WHERE position = $1 AND body = 0 AND blobs = 0");
constexpr sql::Statement kDoneBlob(
    "DELETE FROM lacking WHERE body = 0 AND blobs = 0 AND position IN (SELECT position FROM blob_use WHERE blob = $1)");
constexpr sql::Statement kLacksBody("SELECT body FROM lacking WHERE position = $1");
constexpr sql::Statement kOfAuthor("SELECT record_id FROM lacking WHERE author = $1 ORDER BY position LIMIT $2");
constexpr sql::Statement kOfAnyone("SELECT record_id FROM lacking ORDER BY position LIMIT $1");
constexpr sql::Statement kLate("SELECT position FROM late_body WHERE record_id = $1");

RecordId IdOf(const sql::Row& row) { return row.Get<RecordId>(0); }

}  // namespace

absl::Status InsertLacking(sql::WriteTxn& tx, const Lacking& lacking) {
  QF_TRY(tx.Execute(kInsert, {lacking.position, lacking.record_id, lacking.author, lacking.body, lacking.blobs}));
  if (!lacking.body) return absl::OkStatus();
  return tx.Execute(kInsertLate, {lacking.record_id, lacking.position});
}

absl::Status BodyArrived(sql::WriteTxn& tx, uint64_t position) {
  QF_TRY(tx.Execute(kBody, {position}));
  return tx.Execute(kDone, {position});
}

absl::Status BlobArrived(sql::WriteTxn& tx, uint64_t blob) {
  QF_TRY(tx.Execute(kBlob, {blob}));
  return tx.Execute(kDoneBlob, {blob});
}

absl::StatusOr<bool> LacksBody(sql::ReadTxn& tx, uint64_t position) {
  QF_TRY_ASSIGN(const auto body, tx.QueryValue<bool>(kLacksBody, {position}));
  return body.value_or(false);
}

absl::StatusOr<std::vector<RecordId>> LackingIds(sql::ReadTxn& tx, const std::optional<SigningKey>& author,
                                                 size_t limit) {
  if (author) return tx.QueryAll(kOfAuthor, {*author, limit}, IdOf);
  return tx.QueryAll(kOfAnyone, {limit}, IdOf);
}

absl::StatusOr<std::optional<uint64_t>> LateBodyPosition(sql::ReadTxn& tx, const RecordId& record) {
  return tx.QueryValue<uint64_t>(kLate, {record});
}

}  // namespace qf::server
