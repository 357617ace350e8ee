// Checkpoints that this device saw, and the receipts that they prove. docs/protocol.md, "Log" and "Restore".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/log/checkpoint.h"
#include "common/record/entry.h"
#include "common/sql/database.h"

namespace qf::client {

// A checkpoint and the signed text that says it.
struct SignedCheckpoint {
  log::Checkpoint checkpoint;
  std::string note;
};

// Keeps the note that entries and receipts refer to; gives its id. One row a (term, size).
absl::StatusOr<uint64_t> KeepCheckpoint(sql::WriteTxn& tx, const SignedCheckpoint& checkpoint);
absl::StatusOr<std::string> CheckpointNote(sql::ReadTxn& tx, uint64_t id);

// The newest checkpoint of each day: a candidate for the size from which a device re-offers. Replaces that day's.
absl::Status KeepForDay(sql::WriteTxn& tx, uint64_t day, const SignedCheckpoint& checkpoint);
// Candidates of size <= size_max, largest first.
absl::StatusOr<std::vector<SignedCheckpoint>> Candidates(sql::ReadTxn& tx, const OfficeId& office, uint64_t size_max);
// Beyond `size` they are evidence only from now on.
absl::Status RetireCandidates(sql::WriteTxn& tx, uint64_t size);

// Proof of one own record.
struct StoredReceipt {
  RecordId record;
  record::Placement place;
  std::string path;  // hashes, 32 bytes each
  uint64_t checkpoint_id = 0;
};

// A later proof of the same record takes the place of the earlier.
absl::Status PutReceipt(sql::WriteTxn& tx, const StoredReceipt& receipt);
absl::StatusOr<std::optional<StoredReceipt>> FindReceipt(sql::ReadTxn& tx, const RecordId& record);
// Every receipt at a position >= `from`. The first error ends it.
absl::Status ForEachReceipt(sql::ReadTxn& tx, uint64_t from,
                            absl::FunctionRef<absl::Status(const StoredReceipt&)> each);

// Bytes that show that something is wrong, kept for a person to look at.
struct Evidence {
  Reason reason = Reason::REASON_UNSPECIFIED;
  std::string what;
  std::string bytes;
  uint64_t seen_at_us = 0;
};
// Of one reason, beside its first: a server that lies all day long does not fill the disk. The oldest are kept.
constexpr uint64_t kEvidenceBytesMax = 8 << 20;
// Keeps it once, told apart by reason and bytes, while there is room. True if it was not there.
absl::StatusOr<bool> KeepEvidence(sql::WriteTxn& tx, const Evidence& evidence);
absl::StatusOr<bool> HasEvidence(sql::ReadTxn& tx, Reason reason, Bytes bytes);
absl::Status RemoveEvidence(sql::WriteTxn& tx, Reason reason, Bytes bytes);
absl::StatusOr<std::vector<Evidence>> ListEvidence(sql::ReadTxn& tx, size_t limit);
absl::StatusOr<uint64_t> CountEvidence(sql::ReadTxn& tx);

}  // namespace qf::client
