#include "client-core/store/offer.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr sql::Statement kPut(
    "INSERT INTO offer (record_id, rank, clock_at_us, sequence, feed, header, signature, body, prior, pending, unread) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 1) ON CONFLICT (record_id) DO UPDATE SET pending = 1, unread = 1, "
    "body = COALESCE(excluded.body, offer.body), "
    "prior = CASE WHEN offer.prior IS NULL OR (excluded.prior IS NOT NULL AND excluded.clock_at_us < "
    "offer.clock_at_us) "
    "THEN excluded.prior ELSE offer.prior END, "
    "clock_at_us = CASE WHEN offer.prior IS NULL OR (excluded.prior IS NOT NULL AND excluded.clock_at_us < "
    "offer.clock_at_us) "
    "THEN excluded.clock_at_us ELSE offer.clock_at_us END");
constexpr sql::Statement kPending(
    "SELECT header, signature, body, prior FROM offer WHERE pending = 1 ORDER BY rank, clock_at_us, sequence LIMIT $1");
constexpr sql::Statement kCountPending("SELECT COUNT(*) FROM offer WHERE pending = 1");
constexpr sql::Statement kIsPending("SELECT 1 FROM offer WHERE record_id = $1 AND pending = 1");
constexpr sql::Statement kFind("SELECT header, signature, body, prior FROM offer WHERE record_id = $1");
constexpr sql::Statement kAnswer("UPDATE offer SET pending = 0 WHERE record_id = $1");
constexpr sql::Statement kDropDone("DELETE FROM offer WHERE record_id = $1 AND pending = 0 AND unread = 0");
constexpr sql::Statement kRead("UPDATE offer SET unread = 0 WHERE record_id = $1");
constexpr sql::Statement kRenew("UPDATE offer SET pending = 1 WHERE unread = 1");
constexpr sql::Statement kPutRestart(
    "INSERT INTO term_restart (term, record) VALUES ($1, $2) ON CONFLICT (term) DO NOTHING");
constexpr sql::Statement kRestarts("SELECT record FROM term_restart ORDER BY term");
constexpr sql::Statement kGetPlaced("SELECT sequence FROM stream_placed WHERE incarnation = $1 AND feed = $2");
constexpr sql::Statement kPutPlaced(
    "INSERT INTO stream_placed (incarnation, feed, sequence) VALUES ($1, $2, $3) "
    "ON CONFLICT (incarnation, feed) DO UPDATE SET sequence = excluded.sequence");
constexpr sql::Statement kListPlaced("SELECT feed, sequence FROM stream_placed WHERE incarnation = $1 ORDER BY feed");

int RankOf(const record::Header& header) {
  if (header.kind == recordpb::KIND_RESTART) return 0;
  const auto feed = header.feed.kind;
  return feed == record::FeedKind::kBroadcast || feed == record::FeedKind::kRoster ? 1 : 2;
}

absl::StatusOr<StoredOffer> FromRow(const sql::Row& row) {
  recordpb::Record raw;
  raw.set_header(row.Get<std::string>(0));
  raw.set_signature(row.Get<std::string>(1));
  if (!row.IsNull(2)) raw.set_body(row.Get<std::string>(2));
  StoredOffer offer;
  QF_TRY_ASSIGN(offer.record, record::ParseRecord(raw, record::SignatureCheck::kKnownGood));
  if (!row.IsNull(3)) offer.prior = row.Get<std::string>(3);
  return offer;
}

}  // namespace

absl::Status PutOffer(sql::WriteTxn& tx, const record::Record& record, const std::string& prior, uint64_t clock_at_us) {
  const std::string feed = record.header.feed.name();
  return tx.Execute(kPut, {record.id, RankOf(record.header), clock_at_us, record.header.sequence, sql::Text(feed),
                           sql::Blob(record.header_bytes), sql::Blob(record.signature), sql::BlobOrNull(record.body),
                           sql::BlobOrNull(prior)});
}

absl::StatusOr<std::vector<StoredOffer>> PendingOffers(sql::ReadTxn& tx, size_t limit) {
  return tx.QueryAll(kPending, {limit}, FromRow);
}

absl::StatusOr<uint64_t> CountPendingOffers(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto count, tx.QueryValue<uint64_t>(kCountPending));
  return *count;
}

absl::StatusOr<bool> IsOfferPending(sql::ReadTxn& tx, const RecordId& record) {
  QF_TRY_ASSIGN(const auto pending, tx.QueryValue<int>(kIsPending, {record}));
  return pending.has_value();
}

absl::StatusOr<std::optional<StoredOffer>> FindOffer(sql::ReadTxn& tx, const RecordId& record) {
  return tx.QueryOne(kFind, {record}, FromRow);
}

absl::Status AnswerOffer(sql::WriteTxn& tx, const RecordId& record) {
  QF_TRY(tx.Execute(kAnswer, {record}));
  return tx.Execute(kDropDone, {record});
}

absl::Status ReadOffer(sql::WriteTxn& tx, const RecordId& record) {
  QF_TRY(tx.Execute(kRead, {record}));
  return tx.Execute(kDropDone, {record});
}

absl::Status RenewOffers(sql::WriteTxn& tx) { return tx.Execute(kRenew); }

absl::Status PutRestart(sql::WriteTxn& tx, uint64_t term, const recordpb::Record& record) {
  const std::string bytes = record.SerializeAsString();
  return tx.Execute(kPutRestart, {term, sql::Blob(bytes)});
}

absl::StatusOr<std::vector<recordpb::Record>> ListRestarts(sql::ReadTxn& tx) {
  return tx.QueryAll(kRestarts, {}, [](const sql::Row& row) -> absl::StatusOr<recordpb::Record> {
    recordpb::Record record;
    if (!record.ParseFromString(row.Get<std::string>(0))) {
      return Error(Reason::REASON_STORE_DAMAGED, "a RESTART in the store cannot be read");
    }
    return record;
  });
}

absl::StatusOr<uint64_t> GetSequencePlaced(sql::ReadTxn& tx, const Incarnation& incarnation, const std::string& feed) {
  QF_TRY_ASSIGN(const auto sequence, tx.QueryValue<uint64_t>(kGetPlaced, {incarnation, sql::Text(feed)}));
  return sequence.value_or(0);
}

absl::Status PutSequencePlaced(sql::WriteTxn& tx, const Incarnation& incarnation, const std::string& feed,
                               uint64_t sequence) {
  return tx.Execute(kPutPlaced, {incarnation, sql::Text(feed), sequence});
}

absl::StatusOr<std::vector<std::pair<std::string, uint64_t>>> ListPlaced(sql::ReadTxn& tx,
                                                                         const Incarnation& incarnation) {
  return tx.QueryAll(kListPlaced, {incarnation},
                     [](const sql::Row& row) { return std::make_pair(row.Get<std::string>(0), row.Get<uint64_t>(1)); });
}

}  // namespace qf::client
