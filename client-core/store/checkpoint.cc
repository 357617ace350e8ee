#include "client-core/store/checkpoint.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr sql::Statement kFindId("SELECT id FROM checkpoint WHERE term = $1 AND size = $2");
constexpr sql::Statement kInsert(
    "INSERT INTO checkpoint (id, term, size, root, note) "
    "VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM checkpoint), $1, $2, $3, $4)");
constexpr sql::Statement kNote("SELECT note FROM checkpoint WHERE id = $1");
constexpr sql::Statement kKeepDay(
    "INSERT INTO checkpoint_kept (day, term, size, root, note, candidate) VALUES ($1, $2, $3, $4, $5, 1) "
    "ON CONFLICT (day, term) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, candidate "
    "= 1");
constexpr sql::Statement kCandidates(
    "SELECT term, size, root, note FROM checkpoint_kept WHERE candidate = 1 AND size > 0 AND size <= $1 "
    "ORDER BY size DESC, term DESC");
constexpr sql::Statement kRetire("UPDATE checkpoint_kept SET candidate = 0 WHERE size > $1");
constexpr sql::Statement kPutReceipt(
    "INSERT INTO receipt (record_id, position, received_at_us, clock_at_us, verdict, path, checkpoint_id) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (record_id) DO UPDATE SET position = excluded.position, "
    "received_at_us = excluded.received_at_us, clock_at_us = excluded.clock_at_us, verdict = excluded.verdict, "
    "path = excluded.path, checkpoint_id = excluded.checkpoint_id");
constexpr sql::Statement kFindReceipt(
    "SELECT record_id, position, received_at_us, clock_at_us, verdict, path, checkpoint_id FROM receipt WHERE "
    "record_id = $1");
constexpr sql::Statement kReceiptsFrom(
    "SELECT record_id, position, received_at_us, clock_at_us, verdict, path, checkpoint_id FROM receipt "
    "WHERE position >= $1 ORDER BY position");
constexpr sql::Statement kKeepEvidence(
    "INSERT INTO evidence (id, reason, what, bytes, seen_at_us) "
    "VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM evidence), $1, $2, $3, $4)");
constexpr sql::Statement kHasEvidence("SELECT 1 FROM evidence WHERE reason = $1 AND bytes = $2 LIMIT 1");
constexpr sql::Statement kRemoveEvidence("DELETE FROM evidence WHERE reason = $1 AND bytes = $2");
constexpr sql::Statement kEvidenceBytes(
    "SELECT CAST(COALESCE(SUM(LENGTH(bytes)), 0) AS BIGINT) FROM evidence WHERE reason = $1");
constexpr sql::Statement kListEvidence(
    "SELECT reason, what, bytes, seen_at_us FROM evidence ORDER BY id DESC LIMIT $1");
constexpr sql::Statement kCountEvidence("SELECT COUNT(*) FROM evidence");

StoredReceipt ReceiptFromRow(const sql::Row& row) {
  return {row.Get<RecordId>(0),
          {row.Get<uint64_t>(1), row.Get<uint64_t>(2), row.Get<uint64_t>(3), row.Get<uint32_t>(4)},
          row.Get<std::string>(5),
          row.Get<uint64_t>(6)};
}

}  // namespace

absl::StatusOr<uint64_t> KeepCheckpoint(sql::WriteTxn& tx, const SignedCheckpoint& signed_checkpoint) {
  const log::Checkpoint& checkpoint = signed_checkpoint.checkpoint;
  QF_TRY_ASSIGN(auto id, tx.QueryValue<uint64_t>(kFindId, {checkpoint.term, checkpoint.size}));
  if (!id.has_value()) {
    QF_TRY(tx.Execute(kInsert, {checkpoint.term, checkpoint.size, checkpoint.root, sql::Blob(signed_checkpoint.note)}));
    QF_TRY_ASSIGN(id, tx.QueryValue<uint64_t>(kFindId, {checkpoint.term, checkpoint.size}));
  }
  return *id;
}

absl::StatusOr<std::string> CheckpointNote(sql::ReadTxn& tx, uint64_t id) {
  QF_TRY_ASSIGN(auto note, tx.QueryValue<std::string>(kNote, {id}));
  if (!note.has_value())
    return Error(Reason::REASON_STORE_DAMAGED, "a checkpoint that a proof needs is not in the store");
  return *std::move(note);
}

absl::Status KeepForDay(sql::WriteTxn& tx, uint64_t day, const SignedCheckpoint& signed_checkpoint) {
  const log::Checkpoint& checkpoint = signed_checkpoint.checkpoint;
  return tx.Execute(kKeepDay,
                    {day, checkpoint.term, checkpoint.size, checkpoint.root, sql::Blob(signed_checkpoint.note)});
}

absl::StatusOr<std::vector<SignedCheckpoint>> Candidates(sql::ReadTxn& tx, const OfficeId& office, uint64_t size_max) {
  return tx.QueryAll(kCandidates, {size_max}, [&office](const sql::Row& row) {
    return SignedCheckpoint{{office, row.Get<uint64_t>(0), row.Get<uint64_t>(1), row.Get<Digest>(2)},
                            row.Get<std::string>(3)};
  });
}

absl::Status RetireCandidates(sql::WriteTxn& tx, uint64_t size) { return tx.Execute(kRetire, {size}); }

absl::Status PutReceipt(sql::WriteTxn& tx, const StoredReceipt& receipt) {
  const record::Placement& place = receipt.place;
  return tx.Execute(kPutReceipt, {receipt.record, place.position, place.received_at_us, place.clock_at_us,
                                  place.verdict, sql::Blob(receipt.path), receipt.checkpoint_id});
}

absl::StatusOr<std::optional<StoredReceipt>> FindReceipt(sql::ReadTxn& tx, const RecordId& record) {
  return tx.QueryOne(kFindReceipt, {record}, ReceiptFromRow);
}

absl::Status ForEachReceipt(sql::ReadTxn& tx, uint64_t from,
                            absl::FunctionRef<absl::Status(const StoredReceipt&)> each) {
  return tx.Query(kReceiptsFrom, {from}, [&each](const sql::Row& row) { return each(ReceiptFromRow(row)); });
}

absl::StatusOr<bool> HasEvidence(sql::ReadTxn& tx, Reason reason, Bytes bytes) {
  QF_TRY_ASSIGN(const auto found, tx.QueryValue<int>(kHasEvidence, {reason, sql::Blob(bytes)}));
  return found.has_value();
}

absl::StatusOr<bool> KeepEvidence(sql::WriteTxn& tx, const Evidence& evidence) {
  QF_TRY_ASSIGN(const bool known, HasEvidence(tx, evidence.reason, evidence.bytes));
  if (known) return false;
  QF_TRY_ASSIGN(const auto kept_bytes, tx.QueryValue<uint64_t>(kEvidenceBytes, {evidence.reason}));
  if (*kept_bytes > 0 && *kept_bytes + evidence.bytes.size() > kEvidenceBytesMax) return true;
  QF_TRY(tx.Execute(kKeepEvidence,
                    {evidence.reason, sql::Text(evidence.what), sql::Blob(evidence.bytes), evidence.seen_at_us}));
  return true;
}

absl::Status RemoveEvidence(sql::WriteTxn& tx, Reason reason, Bytes bytes) {
  return tx.Execute(kRemoveEvidence, {reason, sql::Blob(bytes)});
}

absl::StatusOr<std::vector<Evidence>> ListEvidence(sql::ReadTxn& tx, size_t limit) {
  return tx.QueryAll(kListEvidence, {limit}, [](const sql::Row& row) {
    return Evidence{static_cast<Reason>(row.Get<int>(0)), row.Get<std::string>(1), row.Get<std::string>(2),
                    row.Get<uint64_t>(3)};
  });
}

absl::StatusOr<uint64_t> CountEvidence(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto count, tx.QueryValue<uint64_t>(kCountEvidence));
  return *count;
}

}  // namespace qf::client
