// Placing: incarnation, sequence and signature, just before the first send. docs/protocol.md, "Record" (filing,
// placing) and "Sync" 4–5.
//
// A filed item may be overtaken, withdrawn or sealed again; a placed one is frozen and goes out with the same bytes
// until it is acknowledged.
#pragma once

#include <vector>

#include "client-core/store/item.h"
#include "client-core/sync/replica.h"
#include "common/record/record.h"

namespace qf::client {

// The record that a placed item stands for. STORE_DAMAGED when its bytes are not those that were placed.
absl::StatusOr<record::Record> RecordOf(const Item& item);

// What goes out next: placed items that wait, in the order of their streams, then filed ones, urgent first, which
// are placed now. At most limits::kPushRecords and kPushBytes. An item whose own bytes are damaged is replaced by a
// VOID at its sequence, and kept.
absl::StatusOr<std::vector<Item>> NextToPush(Replica& replica);

// This store is older than what the server holds of it: a new incarnation, and everything that waits is placed anew,
// same items and bodies.
absl::Status PlaceAnew(Replica& replica, sql::WriteTxn& tx);

// `item`, which was acknowledged as `record` before a RESTART, has no way back into its old stream: same item and body,
// a place of its own. Without its body here it stays with whoever else holds it.
absl::Status PlaceItemAnew(sql::WriteTxn& tx, Item item, const record::Record& record);

// Puts a VOID at the sequence of `item`, which becomes kDamaged. An ENROL is made anew in a new incarnation instead.
absl::Status VoidItem(Replica& replica, sql::WriteTxn& tx, Item item);

}  // namespace qf::client
