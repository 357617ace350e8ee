#include "client-core/store/entry.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

#define QF_ENTRY_COLUMNS \
  "position, received_at_us, clock_at_us, verdict, record_id, header, signature, body, path, checkpoint_id"

constexpr sql::Statement kInsert(
    "INSERT INTO entry (position, received_at_us, clock_at_us, verdict, record_id, author, incarnation, feed, "
    "sequence, "
    "kind, header, signature, body, body_absent, path, checkpoint_id) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
constexpr sql::Statement kSetBody(
    "UPDATE entry SET body = $2, body_absent = 0 WHERE record_id = $1 AND body_absent = 1");
constexpr sql::Statement kByRecord("SELECT " QF_ENTRY_COLUMNS
                                   " FROM entry WHERE record_id = $1 ORDER BY position LIMIT 1");
constexpr sql::Statement kAt("SELECT " QF_ENTRY_COLUMNS " FROM entry WHERE position = $1");
constexpr sql::Statement kFrom("SELECT " QF_ENTRY_COLUMNS " FROM entry WHERE position >= $1 ORDER BY position");
constexpr sql::Statement kOfKind("SELECT " QF_ENTRY_COLUMNS
                                 " FROM entry WHERE kind = $1 AND position >= $2 ORDER BY position");
constexpr sql::Statement kNewestOfKind("SELECT " QF_ENTRY_COLUMNS
                                       " FROM entry WHERE kind = $1 AND position < $2 ORDER BY position DESC LIMIT 1");
constexpr sql::Statement kCut("DELETE FROM entry WHERE position >= $1");
constexpr sql::Statement kWithoutBody("SELECT record_id FROM entry WHERE body_absent = 1 ORDER BY position LIMIT $1");
constexpr sql::Statement kCount("SELECT COUNT(*) FROM entry WHERE feed = $1 AND position < $2");
constexpr sql::Statement kGetCursor("SELECT position FROM feed_cursor WHERE feed = $1");
constexpr sql::Statement kPutCursor(
    "INSERT INTO feed_cursor (feed, position) VALUES ($1, $2) ON CONFLICT (feed) DO UPDATE SET position = "
    "excluded.position");
constexpr sql::Statement kLowerCursors("UPDATE feed_cursor SET position = $1 WHERE position > $1");
constexpr sql::Statement kGetRead(
    "SELECT sequence FROM stream_read WHERE author = $1 AND incarnation = $2 AND feed = $3");
constexpr sql::Statement kPutRead(
    "INSERT INTO stream_read (author, incarnation, feed, sequence) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (author, incarnation, feed) DO UPDATE SET sequence = excluded.sequence");
constexpr sql::Statement kClearRead("DELETE FROM stream_read");
constexpr sql::Statement kRebuildRead(
    "INSERT INTO stream_read (author, incarnation, feed, sequence) "
    "SELECT author, incarnation, feed, MAX(sequence) FROM entry GROUP BY author, incarnation, feed");

absl::StatusOr<StoredEntry> FromRow(const sql::Row& row) {
  recordpb::Record raw;
  raw.set_header(row.Get<std::string>(5));
  raw.set_signature(row.Get<std::string>(6));
  if (!row.IsNull(7)) raw.set_body(row.Get<std::string>(7));
  StoredEntry stored;
  QF_TRY_ASSIGN(stored.entry.record, record::ParseRecord(raw, record::SignatureCheck::kKnownGood));
  stored.entry.place = {row.Get<uint64_t>(0), row.Get<uint64_t>(1), row.Get<uint64_t>(2), row.Get<uint32_t>(3)};
  if (!row.IsNull(8)) stored.proof.path = row.Get<std::string>(8);
  if (!row.IsNull(9)) stored.proof.checkpoint_id = row.Get<uint64_t>(9);
  return stored;
}

absl::Status Each(sql::ReadTxn& tx, const sql::Statement& statement, absl::Span<const sql::Value> arguments,
                  absl::FunctionRef<absl::Status(const StoredEntry&)> each) {
  return tx.Query(statement, arguments, [&each](const sql::Row& row) -> absl::Status {
    QF_TRY_ASSIGN(const StoredEntry stored, FromRow(row));
    return each(stored);
  });
}

}  // namespace

absl::Status InsertEntry(sql::WriteTxn& tx, const record::Entry& entry, const EntryProof& proof) {
  const auto& [place, record] = entry;
  const record::Header& header = record.header;
  const std::string feed = header.feed.name();
  const bool absent = record.body_missing() && place.verdict == 0;
  const sql::Value body = record.body.empty() ? sql::Value(std::nullopt) : sql::Value(sql::Blob(record.body));
  const bool by_tree = proof.checkpoint_id == 0;
  return tx.Execute(kInsert, {place.position, place.received_at_us, place.clock_at_us, place.verdict, record.id,
                              header.author, header.incarnation, sql::Text(feed), header.sequence, header.kind,
                              sql::Blob(record.header_bytes), sql::Blob(record.signature), body, absent,
                              by_tree ? sql::Value(std::nullopt) : sql::Value(sql::Blob(proof.path)),
                              by_tree ? sql::Value(std::nullopt) : sql::Value(proof.checkpoint_id)});
}

absl::Status SetEntryBody(sql::WriteTxn& tx, const RecordId& record, Bytes body) {
  return tx.Execute(kSetBody, {record, sql::Blob(body)});
}

absl::StatusOr<std::optional<StoredEntry>> FindEntry(sql::ReadTxn& tx, const RecordId& record) {
  return tx.QueryOne(kByRecord, {record}, FromRow);
}

absl::StatusOr<std::optional<StoredEntry>> EntryAt(sql::ReadTxn& tx, uint64_t position) {
  return tx.QueryOne(kAt, {position}, FromRow);
}

absl::Status ForEachEntry(sql::ReadTxn& tx, uint64_t from, absl::FunctionRef<absl::Status(const StoredEntry&)> each) {
  return Each(tx, kFrom, {from}, each);
}

absl::Status ForEachEntryOfKind(sql::ReadTxn& tx, recordpb::Kind kind, uint64_t from,
                                absl::FunctionRef<absl::Status(const StoredEntry&)> each) {
  return Each(tx, kOfKind, {kind, from}, each);
}

absl::StatusOr<std::optional<StoredEntry>> NewestEntryOfKind(sql::ReadTxn& tx, recordpb::Kind kind, uint64_t before) {
  return tx.QueryOne(kNewestOfKind, {kind, before}, FromRow);
}

absl::Status CutEntries(sql::WriteTxn& tx, uint64_t size) { return tx.Execute(kCut, {size}); }

absl::StatusOr<std::vector<RecordId>> EntriesWithoutBody(sql::ReadTxn& tx, size_t limit) {
  return tx.QueryAll(kWithoutBody, {limit}, [](const sql::Row& row) { return row.Get<RecordId>(0); });
}

absl::StatusOr<uint64_t> CountEntries(sql::ReadTxn& tx, const std::string& feed, uint64_t size) {
  QF_TRY_ASSIGN(const auto count, tx.QueryValue<uint64_t>(kCount, {sql::Text(feed), size}));
  return *count;
}

absl::StatusOr<uint64_t> GetCursor(sql::ReadTxn& tx, const std::string& feed) {
  QF_TRY_ASSIGN(const auto position, tx.QueryValue<uint64_t>(kGetCursor, {sql::Text(feed)}));
  return position.value_or(0);
}

absl::Status PutCursor(sql::WriteTxn& tx, const std::string& feed, uint64_t position) {
  return tx.Execute(kPutCursor, {sql::Text(feed), position});
}

absl::Status LowerCursors(sql::WriteTxn& tx, uint64_t size) { return tx.Execute(kLowerCursors, {size}); }

absl::StatusOr<uint64_t> GetSequenceRead(sql::ReadTxn& tx, const record::StreamId& stream) {
  QF_TRY_ASSIGN(const auto sequence,
                tx.QueryValue<uint64_t>(kGetRead, {stream.author, stream.incarnation, sql::Text(stream.feed)}));
  return sequence.value_or(0);
}

absl::Status PutSequenceRead(sql::WriteTxn& tx, const record::StreamId& stream, uint64_t sequence) {
  return tx.Execute(kPutRead, {stream.author, stream.incarnation, sql::Text(stream.feed), sequence});
}

absl::Status RebuildSequencesRead(sql::WriteTxn& tx) {
  QF_TRY(tx.Execute(kClearRead));
  return tx.Execute(kRebuildRead);
}

}  // namespace qf::client
