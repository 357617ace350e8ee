// Messages about own reports, both ways, as they are shown: opened once, then kept. A fold: rows come from own items
// and from entries of the own inbox, and a (author, item id) has one row however often it was placed anew. Free
// functions over a transaction; lives on the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/sql/database.h"

namespace qf::client {

struct StoredMessage {
  SigningKey author;
  ItemId item;
  ItemId report_item;
  bool own = false;
  RecordId record;              // of one that was read; empty of an own one
  uint64_t received_at_us = 0;  // of one that was read
  bool unread = false;
  std::string content;  // serialized content.v1.Message
};

// Does nothing if that message is there already.
absl::Status PutMessage(sql::WriteTxn& tx, const StoredMessage& message);
// All about a report, in no order.
absl::StatusOr<std::vector<StoredMessage>> MessagesAbout(sql::ReadTxn& tx, const ItemId& report_item);
// One that has that item id, whoever wrote it.
absl::StatusOr<std::optional<StoredMessage>> FindMessage(sql::ReadTxn& tx, const ItemId& item);
absl::Status MarkRead(sql::WriteTxn& tx, const ItemId& report_item);

struct MessageCount {
  uint32_t all = 0;
  uint32_t unread = 0;
};
absl::StatusOr<MessageCount> CountMessages(sql::ReadTxn& tx, const ItemId& report_item);

// Positions of MESSAGE entries of `inbox` whose body is here and that no row stands for yet.
absl::StatusOr<std::vector<uint64_t>> MessagesNotFolded(sql::ReadTxn& tx, const std::string& inbox);

}  // namespace qf::client
