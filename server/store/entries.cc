#include "server/store/entries.h"

#include "common/base/sha256.h"
#include "common/log/format.h"
#include "common/log/leaf.h"

namespace qf::server {
namespace {

constexpr sql::Statement kInsert(
    "INSERT INTO entry (position, received_at_us, clock_at_us, verdict, feed, fact, sequence, previous, jump, header,"
    " signature, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
constexpr sql::Statement kSetBody("UPDATE entry SET body = $2 WHERE position = $1");
constexpr sql::Statement kEnd("SELECT position + 1, received_at_us FROM entry ORDER BY position DESC LIMIT 1");
constexpr sql::Statement kAt(
    "SELECT position, received_at_us, clock_at_us, verdict, header, signature, body, sequence, previous, jump"
    " FROM entry WHERE position = $1");
constexpr sql::Statement kLinks("SELECT sequence, previous, jump FROM entry WHERE position = $1");
constexpr sql::Statement kScan(
    "SELECT position, received_at_us, clock_at_us, verdict, header, signature, body"
    " FROM entry WHERE position >= $1 AND position < $2 ORDER BY position");
constexpr sql::Statement kScanFeed(
    "SELECT position, received_at_us, clock_at_us, verdict, header, signature, body"
    " FROM entry WHERE feed = $1 AND feed > 2 AND position >= $2 AND position < $3 ORDER BY position");
constexpr sql::Statement kFacts(
    "SELECT position, received_at_us, clock_at_us, verdict, header, signature, ''"
    " FROM entry WHERE fact = 1 ORDER BY position");

record::Placement PlaceOf(const sql::Row& row) {
  return {row.Get<uint64_t>(0), row.Get<uint64_t>(1), row.Get<uint64_t>(2), row.Get<uint32_t>(3)};
}

Links LinksOf(const sql::Row& row, size_t column) {
  return {row.Get<std::optional<uint64_t>>(column), row.Get<std::optional<uint64_t>>(column + 1)};
}

absl::Status Missing() { return Error(Reason::REASON_NOT_FOUND, "the log has no such position"); }

// A query ends early by an error; this one means "enough" and is taken back here.
absl::Status Scan(sql::ReadTxn& tx, const sql::Statement& statement, absl::Span<const sql::Value> arguments,
                  EachEntry each) {
  bool enough = false;
  const absl::Status status = tx.Query(statement, arguments, [&](const sql::Row& row) -> absl::Status {
    QF_TRY_ASSIGN(const bool more, each({PlaceOf(row), row.Get<Bytes>(4), row.Get<Bytes>(5), row.Get<Bytes>(6)}));
    if (more) return absl::OkStatus();
    enough = true;
    return absl::CancelledError();
  });
  return enough ? absl::OkStatus() : status;
}

}  // namespace

absl::StatusOr<LogEnd> EndOfLog(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto end, tx.QueryOne(kEnd, {}, [](const sql::Row& row) {
    return LogEnd{row.Get<uint64_t>(0), row.Get<uint64_t>(1)};
  }));
  return end.value_or(LogEnd());
}

absl::Status InsertEntry(sql::WriteTxn& tx, const EntryView& entry, const EntryKeys& keys) {
  const record::Placement& place = entry.place;
  return tx.Execute(kInsert, {place.position, place.received_at_us, place.clock_at_us, place.verdict, keys.feed,
                              keys.fact, keys.sequence, keys.links.previous, keys.links.jump, sql::Blob(entry.header),
                              sql::Blob(entry.signature), sql::Blob(entry.body)});
}

absl::Status SetBody(sql::WriteTxn& tx, uint64_t position, Bytes body) {
  return tx.Execute(kSetBody, {position, sql::Blob(body)});
}

absl::StatusOr<StoredEntry> EntryAt(sql::ReadTxn& tx, uint64_t position) {
  QF_TRY_ASSIGN(auto found, tx.QueryOne(kAt, {position}, [](const sql::Row& row) {
    return StoredEntry{PlaceOf(row),         row.Get<std::string>(4), row.Get<std::string>(5), row.Get<std::string>(6),
                       row.Get<uint64_t>(7), LinksOf(row, 8)};
  }));
  if (!found) return Missing();
  return *std::move(found);
}

absl::StatusOr<std::pair<uint64_t, Links>> LinksAt(sql::ReadTxn& tx, uint64_t position) {
  QF_TRY_ASSIGN(const auto found, tx.QueryOne(kLinks, {position}, [](const sql::Row& row) {
    return std::make_pair(row.Get<uint64_t>(0), LinksOf(row, 1));
  }));
  if (!found) return Missing();
  return *found;
}

absl::Status ScanLog(sql::ReadTxn& tx, uint64_t from, uint64_t to, EachEntry each) {
  return Scan(tx, kScan, {from, to}, each);
}

absl::Status ScanFeed(sql::ReadTxn& tx, FeedId feed, uint64_t from, uint64_t to, EachEntry each) {
  return Scan(tx, kScanFeed, {feed, from, to}, each);
}

absl::Status ScanFacts(sql::ReadTxn& tx, EachEntry each) { return Scan(tx, kFacts, {}, each); }

void ToProto(const EntryView& entry, recordpb::Entry* out) {
  *out->mutable_placement() = entry.place.ToProto();
  auto* record = out->mutable_record();
  record->set_header(entry.header.data(), entry.header.size());
  record->set_signature(entry.signature.data(), entry.signature.size());
  record->set_body(entry.body.data(), entry.body.size());
}

absl::StatusOr<Digest> LeafHashOf(const record::Placement& place, const RecordId& id, Bytes signature) {
  const auto leaf = log::LeafFrom(place.ToProto(), id, Sha256(signature));
  if (!leaf.ok()) return Error(Reason::REASON_STORE_DAMAGED, "a row of the log cannot be an entry");
  return log::LeafHash(log::LeafData(*leaf));
}

}  // namespace qf::server
