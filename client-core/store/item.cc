#include "client-core/store/item.h"

#include "absl/strings/str_cat.h"
#include "client-core/store/blob.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

#define QF_ITEM_COLUMNS                                                                                          \
  "id, author, item_id, feed, kind, reference, clear_part, blobs, frame, body, audience, epoch, state, reason, " \
  "urgent, filed_at_us, incarnation, sequence, header, signature, record_id, malformed, files_left, settled_size"

constexpr sql::Statement kNextRow("SELECT COALESCE(MAX(id), 0) + 1 FROM item");
constexpr sql::Statement kInsert("INSERT INTO item (" QF_ITEM_COLUMNS
                                 ", waiting) VALUES "
                                 "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
                                 "$19, $20, $21, $22, $23, $24, $25)");
constexpr sql::Statement kFileDraft(
    "UPDATE item SET author = $2, feed = $3, kind = $4, reference = $5, clear_part = $6, blobs = $7, frame = $8, "
    "body = $9, audience = $10, epoch = $11, state = 1, urgent = $12, filed_at_us = $13, files_left = $14, "
    "report = NULL, attachments = NULL WHERE waiting = 1 AND item_id = $1 AND state = 0");
constexpr sql::Statement kUpdate(
    "UPDATE item SET frame = $2, body = $3, epoch = $4, state = $5, reason = $6, incarnation = $7, sequence = $8, "
    "header = $9, signature = $10, record_id = $11, malformed = $12, files_left = $13, settled_size = $14, urgent = "
    "$15, waiting = $16 WHERE id = $1");
constexpr sql::Statement kExists("SELECT 1 FROM item WHERE waiting IN (0, 1) AND item_id = $1");
constexpr sql::Statement kByItem("SELECT " QF_ITEM_COLUMNS
                                 " FROM item WHERE waiting IN (0, 1) AND item_id = $1 AND state > 0");
constexpr sql::Statement kByRecord("SELECT " QF_ITEM_COLUMNS " FROM item WHERE record_id = $1");
constexpr sql::Statement kByPlace("SELECT " QF_ITEM_COLUMNS
                                  " FROM item WHERE incarnation = $1 AND feed = $2 AND sequence = $3");
constexpr sql::Statement kByState("SELECT " QF_ITEM_COLUMNS
                                  " FROM item WHERE waiting = $1 AND state = $2 ORDER BY urgent DESC, id LIMIT $3");
constexpr sql::Statement kNewest("SELECT " QF_ITEM_COLUMNS
                                 " FROM item WHERE id < $1 AND state > 0 ORDER BY id DESC LIMIT $2");
constexpr sql::Statement kNewestInOutbox(
    "SELECT " QF_ITEM_COLUMNS
    " FROM item WHERE id < $1 AND state > 0 AND (waiting = 1 OR files_left > 0) ORDER BY id DESC LIMIT $2");
constexpr sql::Statement kNewestFiled("SELECT " QF_ITEM_COLUMNS
                                      " FROM item WHERE kind = $1 AND state BETWEEN 1 AND 3 "
                                      "ORDER BY id DESC LIMIT 1");
constexpr sql::Statement kFilesLeft(
    "SELECT " QF_ITEM_COLUMNS
    " FROM item WHERE files_left > 0 AND state = 3 AND EXISTS (SELECT 1 FROM blob WHERE "
    "blob.owner = item.item_id AND blob.complete = 0 AND blob.here = 1) "
    "ORDER BY urgent DESC, id LIMIT $1");
constexpr sql::Statement kCountWaiting("SELECT COUNT(*) FROM item WHERE waiting = 1 AND state > 0");
constexpr sql::Statement kRemove("DELETE FROM item WHERE waiting = 1 AND item_id = $1 AND state = 1");
constexpr sql::Statement kRefuseAfter(
    "UPDATE item SET state = 4, reason = $2 WHERE state = 3 AND frame IS NOT NULL AND record_id IN "
    "(SELECT record_id FROM receipt WHERE clock_at_us > $1)");
constexpr sql::Statement kCountUndelivered(
    "SELECT COUNT(*) FROM item WHERE (state IN (4, 5) AND frame IS NOT NULL) OR "
    "(state = 3 AND files_left > 0 AND body IS NOT NULL)");

// NULL stands for "not there", so that an id of zeros never enters an index.
template <class Id>
sql::Value OrNull(const Id& id) {
  return id.empty() ? sql::Value(std::nullopt) : sql::Value(id);
}
template <class Id>
Id IdOrEmpty(const sql::Row& row, size_t column) {
  return row.IsNull(column) ? Id() : row.Get<Id>(column);
}
std::string BytesOrEmpty(const sql::Row& row, size_t column) {
  return row.IsNull(column) ? std::string() : row.Get<std::string>(column);
}

absl::StatusOr<Item> FromRow(const sql::Row& row) {
  Item item;
  item.row = row.Get<uint64_t>(0);
  item.author = row.Get<SigningKey>(1);
  item.item = row.Get<ItemId>(2);
  QF_TRY_ASSIGN(item.feed, record::Feed::Parse(row.Get<Bytes>(3)));
  item.kind = static_cast<recordpb::Kind>(row.Get<int>(4));
  item.reference = IdOrEmpty<RecordId>(row, 5);
  if (!item.clear.ParseFromString(row.Get<std::string>(6))) {
    return Error(Reason::REASON_STORE_DAMAGED, "a clear part in the store cannot be read");
  }
  item.blobs = UnpackBlobs(row.Get<Bytes>(7));
  item.frame = BytesOrEmpty(row, 8);
  item.body = BytesOrEmpty(row, 9);
  item.audience = static_cast<recordpb::Audience>(row.Get<int>(10));
  item.epoch = IdOrEmpty<SealingKey>(row, 11);
  item.state = static_cast<ItemState>(row.Get<int>(12));
  item.reason = static_cast<Reason>(row.Get<int>(13));
  item.urgent = row.Get<bool>(14);
  item.filed_at_us = row.Get<uint64_t>(15);
  item.incarnation = IdOrEmpty<Incarnation>(row, 16);
  item.sequence = row.IsNull(17) ? 0 : row.Get<uint64_t>(17);
  item.header_bytes = BytesOrEmpty(row, 18);
  item.signature = BytesOrEmpty(row, 19);
  item.record_id = IdOrEmpty<RecordId>(row, 20);
  item.malformed = row.Get<uint32_t>(21);
  item.files_left = row.Get<uint32_t>(22);
  item.settled_size = row.Get<std::optional<uint64_t>>(23);
  return item;
}

absl::StatusOr<std::optional<Item>> Find(sql::ReadTxn& tx, const sql::Statement& statement,
                                         absl::Span<const sql::Value> arguments) {
  return tx.QueryOne(statement, arguments, FromRow);
}

bool IsWaiting(ItemState state) { return state < ItemState::kAcknowledged; }

sql::Value SequenceOrNull(const Item& item) {
  return item.sequence == 0 ? sql::Value(std::nullopt) : sql::Value(item.sequence);
}

}  // namespace

absl::Status InsertItem(sql::WriteTxn& tx, const Item& item) {
  QF_TRY_ASSIGN(const auto exists, tx.QueryValue<int>(kExists, {item.item}));
  if (exists.has_value()) return Error(Reason::REASON_ALREADY_FILED, "it was filed already");
  QF_TRY_ASSIGN(const auto row, tx.QueryValue<uint64_t>(kNextRow));
  const std::string feed = item.feed.name(), clear = item.clear.SerializeAsString(), blobs = PackBlobs(item.blobs);
  return tx.Execute(kInsert, {*row,
                              item.author,
                              item.item,
                              sql::Text(feed),
                              item.kind,
                              OrNull(item.reference),
                              sql::Blob(clear),
                              sql::Blob(blobs),
                              sql::BlobOrNull(item.frame),
                              sql::BlobOrNull(item.body),
                              item.audience,
                              OrNull(item.epoch),
                              item.state,
                              item.reason,
                              item.urgent,
                              item.filed_at_us,
                              OrNull(item.incarnation),
                              SequenceOrNull(item),
                              sql::BlobOrNull(item.header_bytes),
                              sql::BlobOrNull(item.signature),
                              OrNull(item.record_id),
                              item.malformed,
                              item.files_left,
                              item.settled_size,
                              IsWaiting(item.state)});
}

absl::Status FileDraft(sql::WriteTxn& tx, const Item& item) {
  const std::string feed = item.feed.name(), clear = item.clear.SerializeAsString(), blobs = PackBlobs(item.blobs);
  QF_TRY_ASSIGN(const uint64_t filed,
                tx.ExecuteCounting(kFileDraft, {item.item, item.author, sql::Text(feed), item.kind,
                                                OrNull(item.reference), sql::Blob(clear), sql::Blob(blobs),
                                                sql::BlobOrNull(item.frame), sql::BlobOrNull(item.body), item.audience,
                                                OrNull(item.epoch), item.urgent, item.filed_at_us, item.files_left}));
  return filed > 0 ? absl::OkStatus() : Error(Reason::REASON_NOT_FOUND, "there is no such draft");
}

absl::StatusOr<Item> GetItem(sql::ReadTxn& tx, const ItemId& id) {
  QF_TRY_ASSIGN(auto item, Find(tx, kByItem, {id}));
  if (!item.has_value()) return Error(Reason::REASON_NOT_FOUND, "nothing with that id was filed here");
  return *std::move(item);
}

absl::StatusOr<std::optional<Item>> FindItemByRecord(sql::ReadTxn& tx, const RecordId& record) {
  return Find(tx, kByRecord, {record});
}

absl::StatusOr<std::optional<Item>> FindItemByPlace(sql::ReadTxn& tx, const Incarnation& incarnation,
                                                    const std::string& feed, uint64_t sequence) {
  return Find(tx, kByPlace, {incarnation, sql::Text(feed), sequence});
}

absl::StatusOr<std::vector<Item>> ItemsInState(sql::ReadTxn& tx, ItemState state, size_t limit) {
  return tx.QueryAll(kByState, {IsWaiting(state), state, limit}, FromRow);
}

absl::StatusOr<std::vector<Item>> ListItems(sql::ReadTxn& tx, uint64_t before_row, size_t limit, bool outbox_only) {
  const uint64_t below = before_row == 0 ? INT64_MAX : before_row;
  return tx.QueryAll(outbox_only ? kNewestInOutbox : kNewest, {below, limit}, FromRow);
}

absl::StatusOr<std::optional<Item>> NewestFiled(sql::ReadTxn& tx, recordpb::Kind kind) {
  return Find(tx, kNewestFiled, {kind});
}

absl::StatusOr<std::vector<Item>> ItemsWithFilesLeft(sql::ReadTxn& tx, size_t limit) {
  return tx.QueryAll(kFilesLeft, {limit}, FromRow);
}

absl::StatusOr<uint64_t> CountWaiting(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto count, tx.QueryValue<uint64_t>(kCountWaiting));
  return *count;
}

absl::StatusOr<uint64_t> CountUndelivered(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto count, tx.QueryValue<uint64_t>(kCountUndelivered));
  return *count;
}

absl::Status RefuseAfter(sql::WriteTxn& tx, uint64_t clock_at_us, Reason reason) {
  return tx.Execute(kRefuseAfter, {clock_at_us, reason});
}

absl::Status UpdateItem(sql::WriteTxn& tx, const Item& item) {
  return tx.Execute(kUpdate,
                    {item.row, sql::BlobOrNull(item.frame), sql::BlobOrNull(item.body), OrNull(item.epoch), item.state,
                     item.reason, OrNull(item.incarnation), SequenceOrNull(item), sql::BlobOrNull(item.header_bytes),
                     sql::BlobOrNull(item.signature), OrNull(item.record_id), item.malformed, item.files_left,
                     item.settled_size, item.urgent, IsWaiting(item.state)});
}

absl::Status RemoveItem(sql::WriteTxn& tx, const ItemId& item) {
  QF_TRY_ASSIGN(const uint64_t removed, tx.ExecuteCounting(kRemove, {item}));
  if (removed == 0) return Error(Reason::REASON_STATE, "it is on its way already and cannot be taken back");
  return absl::OkStatus();
}

}  // namespace qf::client
