// Reading a desk's copy of the log in bounded steps, and what follows from a duty being done twice.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "client-core/session/session.h"
#include "client-core/store/checkpoint.h"
#include "client-core/store/entry.h"
#include "client-core/store/item.h"

namespace qf::client {

// At most `limit` entries from position `from` on, in order.
absl::StatusOr<std::vector<StoredEntry>> EntriesFrom(sql::ReadTxn& tx, uint64_t from, size_t limit);
// Every unrefused entry of a kind, in order. For kinds that are few: key records, invitations, grants.
absl::StatusOr<std::vector<StoredEntry>> EntriesOfKind(sql::ReadTxn& tx, recordpb::Kind kind);

// The item id under which this desk does a duty: SHA-256("qingfeng/duty/1␀" ‖ device(32) ‖ length(2) ‖ what ‖ about),
// its first 16 bytes. A desk that crashed, or whose store is older than the log, so files the same item again and not a
// second one; two desks file two, since the device is in it.
ItemId DutyItemId(const SigningKey& device, absl::string_view what, Bytes about);

// The own item with that id, if it was filed.
absl::StatusOr<std::optional<Item>> FindOwnItem(sql::ReadTxn& tx, const ItemId& item);

// Files all of them in one transaction, those that are filed already left out, and wakes sync. `also` joins that
// transaction. How many were new.
absl::StatusOr<size_t> FileOnce(
    Session& session, const std::vector<NewItem>& items,
    absl::FunctionRef<absl::Status(sql::WriteTxn&)> also = [](sql::WriteTxn&) { return absl::OkStatus(); });

}  // namespace qf::client
