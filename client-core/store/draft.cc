#include "client-core/store/draft.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

#define QF_DRAFT_COLUMNS "item_id, filed_at_us, urgent, report, attachments"
#define QF_THIS_DRAFT "waiting = 1 AND state = 0 AND item_id = $1"

// What a filed one has and a draft has not is empty.
constexpr sql::Statement kInsert(
    "INSERT INTO item (id, " QF_DRAFT_COLUMNS
    ", author, feed, kind, clear_part, blobs, audience, state, reason, malformed, files_left, waiting) "
    "SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, '', 0, $6, $6, 0, 0, 0, 0, 0, 1 FROM item");
constexpr sql::Statement kSave("UPDATE item SET report = $2, urgent = $3, filed_at_us = $4 WHERE " QF_THIS_DRAFT);
constexpr sql::Statement kSaveAttachments("UPDATE item SET attachments = $2, filed_at_us = $3 WHERE " QF_THIS_DRAFT);
constexpr sql::Statement kGet("SELECT " QF_DRAFT_COLUMNS " FROM item WHERE " QF_THIS_DRAFT);
constexpr sql::Statement kList("SELECT " QF_DRAFT_COLUMNS
                               " FROM item WHERE waiting = 1 AND state = 0 ORDER BY filed_at_us DESC, item_id");
constexpr sql::Statement kRemove("DELETE FROM item WHERE " QF_THIS_DRAFT);

StoredDraft FromRow(const sql::Row& row) {
  return {row.Get<ItemId>(0), row.Get<uint64_t>(1), row.Get<bool>(2), row.Get<std::string>(3), row.Get<std::string>(4)};
}

absl::Status Found(const absl::StatusOr<uint64_t>& rows) {
  QF_TRY(rows.status());
  return *rows > 0 ? absl::OkStatus() : Error(Reason::REASON_NOT_FOUND, "there is no such draft");
}

}  // namespace

absl::Status InsertDraft(sql::WriteTxn& tx, const StoredDraft& draft) {
  return tx.Execute(kInsert, {draft.id, draft.saved_at_us, draft.urgent, sql::Blob(draft.report),
                              sql::Blob(draft.attachments), sql::Blob("")});
}

absl::Status SaveAnswers(sql::WriteTxn& tx, const ItemId& id, Bytes report, bool urgent, uint64_t saved_at_us) {
  return Found(tx.ExecuteCounting(kSave, {id, sql::Blob(report), urgent, saved_at_us}));
}

absl::Status SaveAttachments(sql::WriteTxn& tx, const ItemId& id, Bytes attachments, uint64_t saved_at_us) {
  return Found(tx.ExecuteCounting(kSaveAttachments, {id, sql::Blob(attachments), saved_at_us}));
}

absl::StatusOr<StoredDraft> GetDraft(sql::ReadTxn& tx, const ItemId& id) {
  QF_TRY_ASSIGN(auto draft, tx.QueryOne(kGet, {id}, FromRow));
  if (!draft.has_value()) return Error(Reason::REASON_NOT_FOUND, "there is no such draft");
  return *std::move(draft);
}

absl::StatusOr<std::vector<StoredDraft>> ListDrafts(sql::ReadTxn& tx) { return tx.QueryAll(kList, {}, FromRow); }

absl::Status RemoveDraft(sql::WriteTxn& tx, const ItemId& id) { return Found(tx.ExecuteCounting(kRemove, {id})); }

}  // namespace qf::client
