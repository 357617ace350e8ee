#include "client-core/desk/own_items.h"

#include "common/base/error.h"
#include "common/base/try.h"
#include "common/sealing/frame.h"

namespace qf::client {
namespace {

// Filed and placed ones are few and have an index; acknowledged ones wait for the next page only.
constexpr sql::Statement kNotInLog(
    "SELECT item_id, feed, state, reference, frame FROM item WHERE kind = $1 AND state < 4 AND frame IS NOT NULL "
    "AND (record_id IS NULL OR NOT EXISTS (SELECT 1 FROM entry WHERE entry.record_id = item.record_id)) ORDER BY id");

}  // namespace

absl::StatusOr<std::vector<OwnItem>> OwnItemsNotInLog(sql::ReadTxn& tx, recordpb::Kind kind) {
  return tx.QueryAll(kNotInLog, {kind}, [](const sql::Row& row) {
    return OwnItem{row.Get<ItemId>(0), row.Get<std::string>(1), static_cast<ItemState>(row.Get<int>(2)),
                   row.IsNull(3) ? RecordId() : row.Get<RecordId>(3), row.Get<std::string>(4)};
  });
}

absl::StatusOr<contentpb::Content> ContentOf(const OwnItem& item) {
  QF_TRY_ASSIGN(const std::string bytes, sealing::OpenFrame(item.frame));
  contentpb::Content content;
  if (!content.ParseFromString(bytes)) return Error(Reason::REASON_STORE_DAMAGED, "what was filed here cannot be read");
  return content;
}

}  // namespace qf::client
