// Drafts: reports being written. A draft's id is the item id that the report will have and its row becomes the item's
// (FileDraft in item.h), so its files (blob.h) change hands without a write. Free functions over a transaction; lives
// on the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/sql/database.h"

namespace qf::client {

struct StoredDraft {
  ItemId id;
  uint64_t saved_at_us = 0;  // device clock
  bool urgent = false;
  std::string report;       // serialized content.v1.Report without attachments
  std::string attachments;  // serialized content.v1.Report with nothing but attachments
};

absl::Status InsertDraft(sql::WriteTxn& tx, const StoredDraft& draft);
// Saves the answers; files stay as they are. One statement, no read before it. NOT_FOUND.
absl::Status SaveAnswers(sql::WriteTxn& tx, const ItemId& id, Bytes report, bool urgent, uint64_t saved_at_us);
absl::Status SaveAttachments(sql::WriteTxn& tx, const ItemId& id, Bytes attachments, uint64_t saved_at_us);
// NOT_FOUND.
absl::StatusOr<StoredDraft> GetDraft(sql::ReadTxn& tx, const ItemId& id);
// Last saved first.
absl::StatusOr<std::vector<StoredDraft>> ListDrafts(sql::ReadTxn& tx);
// NOT_FOUND.
absl::Status RemoveDraft(sql::WriteTxn& tx, const ItemId& id);

}  // namespace qf::client
