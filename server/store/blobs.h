// Rows of blobs: how far each is, and which records name it. Their bytes are files (blob_files.h).
// docs/protocol.md, "Blobs".
#pragma once

#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/record/record.h"
#include "common/sql/database.h"

namespace qf::server {

struct BlobRow {
  uint64_t blob = 0;
  Digest sha256;
  uint64_t size_bytes = 0;
  uint64_t committed_bytes = 0;
  bool complete = false;
};

// A blob as one record names it, and where that record stands.
struct NamedBlob {
  BlobRow row;
  uint64_t position = 0;
};

// The kept record at `position` names these blobs. Gives how many of them are not complete.
absl::StatusOr<uint64_t> UseBlobs(sql::WriteTxn& tx, const RecordId& record, uint64_t position,
                                  const std::vector<record::BlobRef>& blobs);
// Digests of a record's blobs that are not complete, in no special order.
absl::StatusOr<std::vector<Digest>> MissingBlobs(sql::ReadTxn& tx, const RecordId& record);
// nullopt if no kept record with that id names such a blob.
absl::StatusOr<std::optional<NamedBlob>> FindBlob(sql::ReadTxn& tx, const RecordId& record, const Digest& sha256);

// The row of a blob as it stands. NOT_FOUND.
absl::StatusOr<BlobRow> BlobAt(sql::ReadTxn& tx, uint64_t blob);

// So much of it is durable now; nothing changes once it is complete.
absl::Status SaveProgress(sql::WriteTxn& tx, uint64_t blob, uint64_t committed_bytes, uint64_t now_us);
// All of it is there and its digest was checked: nobody lacks it any more. Once or more often.
absl::Status SetComplete(sql::WriteTxn& tx, uint64_t blob, uint64_t now_us);
// It is not there after all (a copy was restored without its file): every record that names it lacks it again.
absl::Status SetIncomplete(sql::WriteTxn& tx, uint64_t blob);

// Begun, not complete, and without progress since `before_us`.
absl::StatusOr<std::vector<BlobRow>> RestingBlobs(sql::ReadTxn& tx, uint64_t before_us);
// Every blob, by row.
absl::Status EachBlob(sql::ReadTxn& tx, absl::FunctionRef<absl::Status(const BlobRow&)> each);
// Bytes of complete blobs.
absl::StatusOr<uint64_t> CompleteBytes(sql::ReadTxn& tx);

}  // namespace qf::server
