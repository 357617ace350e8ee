#include "client-core/desk/own_items.h"

#include "common/base/error.h"
#include "common/base/try.h"
#include "common/sealing/frame.h"

namespace qf::client {
namespace {

// Acknowledged ones wait for the next page only; an entry of a refused one has no content.
constexpr sql::Statement kNotShown(
    "SELECT item_id, feed, state, reference, frame FROM item WHERE kind = $1 AND state <= $2 AND frame IS NOT NULL AND "
    "(state >= $3 OR record_id IS NULL OR "
    "NOT EXISTS (SELECT 1 FROM entry WHERE entry.record_id = item.record_id)) ORDER BY id");

}  // namespace

absl::StatusOr<std::vector<OwnItem>> OwnItemsNotShown(sql::ReadTxn& tx, recordpb::Kind kind) {
  return tx.QueryAll(kNotShown, {kind, ItemState::kDamaged, ItemState::kRefused}, [](const sql::Row& row) {
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
