// Entries that were read: of a phone, those of its feeds; of a desk, every leaf of the log. Of the present term only:
// what a RESTART cuts off moves to offer.h. Free functions over a transaction; lives on the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/record/entry.h"
#include "common/sql/database.h"

namespace qf::client {

// How an entry is proven: of a desk by its own tree (checkpoint_id 0, no path).
struct EntryProof {
  std::string path;  // hashes, 32 bytes each
  uint64_t checkpoint_id = 0;
};

struct StoredEntry {
  record::Entry entry;
  EntryProof proof;
  bool body_absent() const { return entry.record.body_missing() && entry.place.verdict == 0; }
};

absl::Status InsertEntry(sql::WriteTxn& tx, const record::Entry& entry, const EntryProof& proof);
// Fills the body of an entry that was read without it.
absl::Status SetEntryBody(sql::WriteTxn& tx, const RecordId& record, Bytes body);

absl::StatusOr<std::optional<StoredEntry>> FindEntry(sql::ReadTxn& tx, const RecordId& record);
absl::StatusOr<std::optional<StoredEntry>> EntryAt(sql::ReadTxn& tx, uint64_t position);
// Entries in [from, …), in order; each is parsed (signatures are not checked again). The first error ends it.
absl::Status ForEachEntry(sql::ReadTxn& tx, uint64_t from, absl::FunctionRef<absl::Status(const StoredEntry&)> each);
// The same for one kind only.
absl::Status ForEachEntryOfKind(sql::ReadTxn& tx, recordpb::Kind kind, uint64_t from,
                                absl::FunctionRef<absl::Status(const StoredEntry&)> each);
// The last one of a kind below position `before`.
absl::StatusOr<std::optional<StoredEntry>> NewestEntryOfKind(sql::ReadTxn& tx, recordpb::Kind kind, uint64_t before);
// Removes entries at positions >= size.
absl::Status CutEntries(sql::WriteTxn& tx, uint64_t size);
// Ids of at most `limit` entries whose body is not here, oldest first.
absl::StatusOr<std::vector<RecordId>> EntriesWithoutBody(sql::ReadTxn& tx, size_t limit);
// How many entries lie below `size` in that feed.
absl::StatusOr<uint64_t> CountEntries(sql::ReadTxn& tx, const std::string& feed, uint64_t size);

// Cursors: next position of each feed; 0 if never read.
absl::StatusOr<uint64_t> GetCursor(sql::ReadTxn& tx, const std::string& feed);
absl::Status PutCursor(sql::WriteTxn& tx, const std::string& feed, uint64_t position);
// Sets every cursor to at most `size`.
absl::Status LowerCursors(sql::WriteTxn& tx, uint64_t size);

// Last sequence read of a stream; 0 if none. Kept beside the entries, rebuilt from them when they are cut.
absl::StatusOr<uint64_t> GetSequenceRead(sql::ReadTxn& tx, const record::StreamId& stream);
absl::Status PutSequenceRead(sql::WriteTxn& tx, const record::StreamId& stream, uint64_t sequence);
absl::Status RebuildSequencesRead(sql::WriteTxn& tx);

}  // namespace qf::client
