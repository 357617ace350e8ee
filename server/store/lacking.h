// Kept entries whose body or blobs are not all here: Welcome lists them until somebody who holds them has brought
// them. docs/protocol.md, "Restore" and "Sync".
#pragma once

#include <optional>
#include <vector>

#include "common/base/ids.h"
#include "common/sql/database.h"

namespace qf::server {

struct Lacking {
  uint64_t position = 0;
  RecordId record_id;
  SigningKey author;
  bool body = false;   // the body is not here
  uint64_t blobs = 0;  // so many blobs are not complete
};

absl::Status InsertLacking(sql::WriteTxn& tx, const Lacking& lacking);
// The body has come: desks that read the entry without it may now ask for it.
absl::Status BodyArrived(sql::WriteTxn& tx, uint64_t position);
// A blob that these entries name is complete.
absl::Status BlobArrived(sql::WriteTxn& tx, uint64_t blob);

// True if the entry's body is lacking.
absl::StatusOr<bool> LacksBody(sql::ReadTxn& tx, uint64_t position);
// Ids in order of position: of one author, or of anyone (nullopt).
absl::StatusOr<std::vector<RecordId>> LackingIds(sql::ReadTxn& tx, const std::optional<SigningKey>& author,
                                                 size_t limit);
// Where the entry stands that was kept without its body and that has this id; nullopt if there is none.
absl::StatusOr<std::optional<uint64_t>> LateBodyPosition(sql::ReadTxn& tx, const RecordId& record);

}  // namespace qf::server
