#include "client-core/desk/mirror.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/sealing/format.h"

namespace qf::client {
namespace {

constexpr absl::string_view kDutyLabel = sealing::Label("qingfeng/duty/1");

constexpr sql::Statement kHasItem("SELECT 1 FROM item WHERE waiting IN (0, 1) AND item_id = $1 AND state > 0");

}  // namespace

absl::StatusOr<std::vector<StoredEntry>> EntriesFrom(sql::ReadTxn& tx, uint64_t from, size_t limit) {
  std::vector<StoredEntry> out;
  // Rows come as they are read, so ending the query here costs nothing for those behind.
  const absl::Status status = ForEachEntry(tx, from, [&](const StoredEntry& stored) {
    if (out.size() == limit) return absl::CancelledError();
    out.push_back(stored);
    return absl::OkStatus();
  });
  if (!status.ok() && !absl::IsCancelled(status)) return status;
  return out;
}

absl::StatusOr<std::vector<StoredEntry>> EntriesOfKind(sql::ReadTxn& tx, recordpb::Kind kind) {
  std::vector<StoredEntry> out;
  QF_TRY(ForEachEntryOfKind(tx, kind, 0, [&](const StoredEntry& stored) {
    if (stored.entry.place.verdict == 0) out.push_back(stored);
    return absl::OkStatus();
  }));
  return out;
}

ItemId DutyItemId(const SigningKey& device, absl::string_view what, Bytes about) {
  const Digest digest = Sha256(absl::StrCat(kDutyLabel, device.bytes(), Counted(what), about));
  return *ItemId::From(digest.bytes().substr(0, ItemId::kSize));
}

absl::StatusOr<std::optional<Item>> FindOwnItem(sql::ReadTxn& tx, const ItemId& id) {
  auto item = GetItem(tx, id);
  if (item.ok()) return std::optional<Item>(*std::move(item));
  if (ReasonOf(item.status()) == Reason::REASON_NOT_FOUND) return std::optional<Item>();
  return item.status();
}

absl::StatusOr<size_t> FileOnce(Session& session, const std::vector<NewItem>& wanted,
                                absl::FunctionRef<absl::Status(sql::WriteTxn&)> also) {
  const auto is_filed = [](sql::ReadTxn& tx, const ItemId& id) -> absl::StatusOr<bool> {
    QF_TRY_ASSIGN(const auto found, tx.QueryValue<int>(kHasItem, {id}));
    return found.has_value();
  };
  std::vector<Item> items;
  for (const NewItem& item : wanted) {
    QF_TRY_ASSIGN(const bool filed, session.database().Read([&](sql::ReadTxn& tx) { return is_filed(tx, item.item); }));
    if (filed) continue;
    QF_TRY_ASSIGN(Item prepared, session.Prepare(item));
    items.push_back(std::move(prepared));
  }
  if (items.empty()) return 0;
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    for (const Item& item : items) QF_TRY(InsertItem(tx, item));
    return also(tx);
  }));
  session.ItemsChanged();
  session.OutboxChanged();
  return items.size();
}

}  // namespace qf::client
