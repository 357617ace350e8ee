// What this desk has filed and the log does not hold yet, as far as this desk has read: shown beside what it holds.
#pragma once

#include <string>
#include <vector>

#include "client-core/store/item.h"
#include "common/sql/database.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {

struct OwnItem {
  ItemId item;
  std::string feed;
  ItemState state = ItemState::kFiled;
  RecordId reference;  // empty() if none
  std::string frame;   // compressed content
};

// Those of a kind, oldest first; refused and damaged ones are left out.
absl::StatusOr<std::vector<OwnItem>> OwnItemsNotInLog(sql::ReadTxn& tx, recordpb::Kind kind);

// STORE_DAMAGED when it cannot be read.
absl::StatusOr<contentpb::Content> ContentOf(const OwnItem& item);

}  // namespace qf::client
