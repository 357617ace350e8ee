// What this desk has filed and the log does not show, as far as this desk has read: on its way, or refused or damaged
// for good. It is listed beside what the log shows, so that nothing that somebody wrote here goes unseen.
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

// Those of a kind whose content is here, oldest first.
absl::StatusOr<std::vector<OwnItem>> OwnItemsNotShown(sql::ReadTxn& tx, recordpb::Kind kind);

// STORE_DAMAGED when it cannot be read.
absl::StatusOr<contentpb::Content> ContentOf(const OwnItem& item);

}  // namespace qf::client
