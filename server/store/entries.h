// Rows of the log, in order of position. docs/protocol.md, "Log".
//
// Stored bytes are the wire bytes: pages are put together from rows without parsing them.
// Not for: who may append (sync/intake), hashes (tiles.h). Threads: those of the transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/record/entry.h"
#include "common/sql/database.h"
#include "server/store/feeds.h"
#include "server/store/spine.h"

namespace qf::server {

// An entry as its row holds it; the views live as long as the callback or the caller's strings.
struct EntryView {
  record::Placement place;
  Bytes header;
  Bytes signature;
  Bytes body;
};

// Where an entry belongs beside its position.
struct EntryKeys {
  FeedId feed = 0;
  bool fact = false;  // authority or term follow from it
  uint64_t sequence = 0;
  Links links;
};

// An entry of its own, and its links.
struct StoredEntry {
  record::Placement place;
  std::string header;
  std::string signature;
  std::string body;
  uint64_t sequence = 0;
  Links links;
};

// The first position that is free, and when the last entry was received (0 without entries).
struct LogEnd {
  uint64_t size = 0;
  uint64_t received_at_us = 0;
};

absl::StatusOr<LogEnd> EndOfLog(sql::ReadTxn& tx);

// Writes the row at entry.place.position, the next free one.
absl::Status InsertEntry(sql::WriteTxn& tx, const EntryView& entry, const EntryKeys& keys);
// Gives an entry that lacked it its body.
absl::Status SetBody(sql::WriteTxn& tx, uint64_t position, Bytes body);

// NOT_FOUND if there is no such position.
absl::StatusOr<StoredEntry> EntryAt(sql::ReadTxn& tx, uint64_t position);
// Sequence and links only: for walking along a stream.
absl::StatusOr<std::pair<uint64_t, Links>> LinksAt(sql::ReadTxn& tx, uint64_t position);

// True: go on. False: enough.
using EachEntry = absl::FunctionRef<absl::StatusOr<bool>(const EntryView&)>;

// Entries at positions [from, to), in order.
absl::Status ScanLog(sql::ReadTxn& tx, uint64_t from, uint64_t to, EachEntry each);
// Those of one feed other than office and letters.
absl::Status ScanFeed(sql::ReadTxn& tx, FeedId feed, uint64_t from, uint64_t to, EachEntry each);
// Every entry from which authority or term follow; without bodies.
absl::Status ScanFacts(sql::ReadTxn& tx, EachEntry each);

// Into a message of a page or an answer.
void ToProto(const EntryView& entry, recordpb::Entry* out);
// The hash that stands in the tree for an entry. DATA_LOSS(STORE_DAMAGED) if the row cannot be one.
absl::StatusOr<Digest> LeafHashOf(const record::Placement& place, const RecordId& id, Bytes signature);

}  // namespace qf::server
