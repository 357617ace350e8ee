// Items: what was filed on this device, from the first moment to the proof. docs/protocol.md, "Record" (filing,
// placing) and "Sync" 4–5.
//
// Filing is InsertItem inside one transaction: durable from then on. Placing writes incarnation and sequence and
// signs, just before the first send (sync/placing.h). Free functions over a transaction; lives on the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/record/record.h"
#include "common/sql/database.h"

namespace qf::client {

// How far an item is. The numbers are stored; "waiting" is everything below kAcknowledged.
enum class ItemState : int {
  kFiled = 1,         // durable here; may be withdrawn or sealed again
  kPlaced = 2,        // its bytes are frozen; on its way
  kAcknowledged = 3,  // receipt verified and stored; its files may still be on their way (files_left)
  kRefused = 4,       // in the log, refused; the content stays here
  kDamaged = 5,       // own bytes found damaged; a VOID stands in its place; the content stays here
  kVoid = 6,          // a VOID that stands for a damaged item, acknowledged
};

struct Item {
  uint64_t row = 0;
  SigningKey author;
  ItemId item;
  record::Feed feed;
  recordpb::Kind kind = recordpb::KIND_UNSPECIFIED;
  RecordId reference;
  recordpb::ClearPart clear;
  std::vector<record::BlobRef> blobs;
  std::string frame;  // compressed content; empty once dropped, or if there never was one
  std::string body;
  recordpb::Audience audience = recordpb::AUDIENCE_UNSPECIFIED;
  SealingKey epoch;
  ItemState state = ItemState::kFiled;
  Reason reason = Reason::REASON_UNSPECIFIED;
  bool urgent = false;
  uint64_t filed_at_us = 0;
  // Once placed:
  Incarnation incarnation;
  uint64_t sequence = 0;
  std::string header_bytes;
  std::string signature;
  RecordId record_id;
  uint32_t malformed = 0;
  uint32_t files_left = 0;
  std::optional<uint64_t> settled_size;
};

// Files `item` (row is ignored and minted). Its files must be known to blob.h. ALREADY_FILED if its item id is.
absl::Status InsertItem(sql::WriteTxn& tx, const Item& item);
// Files `item`, not yet placed, in the place of the draft with its id (draft.h). NOT_FOUND.
absl::Status FileDraft(sql::WriteTxn& tx, const Item& item);

// By item id, by row, by record id; NOT_FOUND.
absl::StatusOr<Item> GetItem(sql::ReadTxn& tx, const ItemId& item);
absl::StatusOr<std::optional<Item>> FindItemByRecord(sql::ReadTxn& tx, const RecordId& record);
absl::StatusOr<std::optional<Item>> FindItemByPlace(sql::ReadTxn& tx, const Incarnation& incarnation,
                                                    const std::string& feed, uint64_t sequence);

// Everything with that state, urgent first, then in order of filing, where a report that was a draft counts from the
// beginning of that; at most `limit`.
absl::StatusOr<std::vector<Item>> ItemsInState(sql::ReadTxn& tx, ItemState state, size_t limit);
// Newest first in the same order, below row `before_row` (0 = from the newest); at most `limit`.
absl::StatusOr<std::vector<Item>> ListItems(sql::ReadTxn& tx, uint64_t before_row, size_t limit, bool outbox_only);
// The newest of that kind, unless it was refused or damaged.
absl::StatusOr<std::optional<Item>> NewestFiled(sql::ReadTxn& tx, recordpb::Kind kind);
// Acknowledged items with files that are here and not complete at the server.
absl::StatusOr<std::vector<Item>> ItemsWithFilesLeft(sql::ReadTxn& tx, size_t limit);
// How many are below kAcknowledged.
absl::StatusOr<uint64_t> CountWaiting(sql::ReadTxn& tx);
// How many have content that has not all arrived: refused, damaged, or with files that the server lacks. What was
// settled once, and sent again by others, is not counted.
absl::StatusOr<uint64_t> CountUndelivered(sql::ReadTxn& tx);
// What the log took later than `clock_at_us` and readers pass over for `reason`: refused, where its content is still
// here.
absl::Status RefuseAfter(sql::WriteTxn& tx, uint64_t clock_at_us, Reason reason);

// Writes what can change of an item: everything from `body` on but `filed_at_us`.
absl::Status UpdateItem(sql::WriteTxn& tx, const Item& item);
// A filed item goes back: STATE unless it is kFiled.
absl::Status RemoveItem(sql::WriteTxn& tx, const ItemId& item);

}  // namespace qf::client
