#include "client-core/store/message.h"

#include "common/base/proto_names.h"
#include "common/base/try.h"
#include "qingfeng/record/v1/record.pb.h"

namespace qf::client {
namespace {

#define QF_MESSAGE_COLUMNS "author, item_id, report_item_id, own, record_id, received_at_us, unread, content"

constexpr sql::Statement kPut("INSERT INTO message (" QF_MESSAGE_COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (item_id, author) DO NOTHING");
constexpr sql::Statement kAbout("SELECT " QF_MESSAGE_COLUMNS " FROM message WHERE report_item_id = $1");
constexpr sql::Statement kFind("SELECT " QF_MESSAGE_COLUMNS " FROM message WHERE item_id = $1 LIMIT 1");
constexpr sql::Statement kMarkRead("UPDATE message SET unread = 0 WHERE report_item_id = $1 AND unread = 1");
constexpr sql::Statement kCount(
    "SELECT COUNT(*), CAST(COALESCE(SUM(unread), 0) AS BIGINT) FROM message WHERE report_item_id = $1");
constexpr sql::Statement kNotFolded(
    "SELECT position FROM entry WHERE kind = $1 AND feed = $2 AND body IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM message WHERE message.record_id = entry.record_id) ORDER BY position");

StoredMessage FromRow(const sql::Row& row) {
  return {row.Get<SigningKey>(0),
          row.Get<ItemId>(1),
          row.Get<ItemId>(2),
          row.Get<bool>(3),
          row.IsNull(4) ? RecordId() : row.Get<RecordId>(4),
          row.Get<uint64_t>(5),
          row.Get<bool>(6),
          row.Get<std::string>(7)};
}

}  // namespace

absl::Status PutMessage(sql::WriteTxn& tx, const StoredMessage& message) {
  const sql::Value record = message.record.empty() ? sql::Value(std::nullopt) : sql::Value(message.record);
  return tx.Execute(kPut, {message.author, message.item, message.report_item, message.own, record,
                           message.received_at_us, message.unread, sql::Blob(message.content)});
}

absl::StatusOr<std::vector<StoredMessage>> MessagesAbout(sql::ReadTxn& tx, const ItemId& report_item) {
  return tx.QueryAll(kAbout, {report_item}, FromRow);
}

absl::StatusOr<std::optional<StoredMessage>> FindMessage(sql::ReadTxn& tx, const ItemId& item) {
  return tx.QueryOne(kFind, {item}, FromRow);
}

absl::Status MarkRead(sql::WriteTxn& tx, const ItemId& report_item) { return tx.Execute(kMarkRead, {report_item}); }

absl::StatusOr<MessageCount> CountMessages(sql::ReadTxn& tx, const ItemId& report_item) {
  QF_TRY_ASSIGN(const auto count, tx.QueryOne(kCount, {report_item}, [](const sql::Row& row) {
    return MessageCount{row.Get<uint32_t>(0), row.Get<uint32_t>(1)};
  }));
  return *count;
}

absl::StatusOr<std::vector<uint64_t>> MessagesNotFolded(sql::ReadTxn& tx, const std::string& inbox) {
  return tx.QueryAll(kNotFolded, {recordpb::KIND_MESSAGE, sql::Text(inbox)},
                     [](const sql::Row& row) { return row.Get<uint64_t>(0); });
}

}  // namespace qf::client
