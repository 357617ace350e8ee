// Everything that was filed on this device, and how far it is. FieldService: ListItems, GetItem, WithdrawItem.
// Lives on the loop.
#pragma once

#include "client-core/session/session.h"
#include "client-core/store/item.h"
#include "common/base/proto_names.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {

constexpr uint32_t kItemsPerPage = 100;
constexpr uint32_t kItemsPerPageMax = 1000;

// Newest first. What the program files by itself (attests, voids) is left out; an enrolment is shown. A search looks at
// the text of reports and messages, ASCII letters in either case.
absl::StatusOr<clientpb::ListItemsResponse> ListItems(Session& session, const clientpb::ListItemsRequest& request);
absl::StatusOr<clientpb::GetItemResponse> GetItem(Session& session, const clientpb::GetItemRequest& request);
// Makes a draft of a report again, with its files. STATE once it is placed: its bytes may be at the server already.
absl::StatusOr<clientpb::WithdrawItemResponse> WithdrawItem(Session& session,
                                                            const clientpb::WithdrawItemRequest& request);

// How far an item is, for its owner.
absl::StatusOr<clientpb::ItemState> StateOf(sql::ReadTxn& tx, const Item& item);
// An item as it is shown. Errors only for a store that cannot be read: content that is gone is left out.
absl::StatusOr<clientpb::Item> Describe(sql::ReadTxn& tx, const Item& item);
// The same for whoever has its content at hand; an empty one shows neither title nor files.
absl::StatusOr<clientpb::Item> Describe(sql::ReadTxn& tx, const Item& item, const contentpb::Content& content);

}  // namespace qf::client
