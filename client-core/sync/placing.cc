#include "client-core/sync/placing.h"

#include <algorithm>
#include <tuple>

#include "client-core/store/offer.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sha256.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Everything of `item` that placing wrote.
void Unplace(Item* item) {
  item->state = ItemState::kFiled;
  item->incarnation = Incarnation();
  item->sequence = 0;
  item->header_bytes.clear();
  item->signature.clear();
  item->record_id = RecordId();
  item->malformed = 0;
}

absl::Status Place(Replica& replica, sql::WriteTxn& tx, const Incarnation& incarnation, Item* item) {
  Session& session = replica.session();
  QF_TRY_ASSIGN(const uint64_t last, GetSequencePlaced(tx, incarnation, item->feed.name()));
  record::Header header;
  header.office = session.office().office;
  header.feed = item->feed;
  header.incarnation = incarnation;
  header.sequence = last + 1;
  header.kind = item->kind;
  header.item = item->item;
  header.reference = item->reference;
  header.blobs = item->blobs;
  header.clear = item->clear;
  record::Record record = record::MakeRecord(std::move(header), item->body, session.signer());
  item->incarnation = incarnation;
  item->sequence = last + 1;
  item->header_bytes = std::move(record.header_bytes);
  item->signature = std::move(record.signature);
  item->record_id = record.id;
  item->state = ItemState::kPlaced;
  QF_TRY(PutSequencePlaced(tx, incarnation, item->feed.name(), last + 1));
  return UpdateItem(tx, *item);
}

size_t WireBytes(const Item& item) { return item.header_bytes.size() + item.signature.size() + item.body.size() + 64; }

// What is placed and waits, in the order of the streams; damaged items are voided on the way.
absl::StatusOr<std::vector<Item>> Placed(Replica& replica, sql::WriteTxn& tx) {
  QF_TRY_ASSIGN(auto items, ItemsInState(tx, ItemState::kPlaced, limits::kPushRecords * 4));
  std::vector<Item> whole;
  for (Item& item : items) {
    if (RecordOf(item).ok()) {
      whole.push_back(std::move(item));
      continue;
    }
    const auto place = std::make_tuple(item.incarnation, item.feed.name(), item.sequence);
    QF_TRY(VoidItem(replica, tx, std::move(item)));
    QF_TRY_ASSIGN(auto instead, FindItemByPlace(tx, std::get<0>(place), std::get<1>(place), std::get<2>(place)));
    if (instead.has_value()) whole.push_back(*std::move(instead));
  }
  // Streams are independent; within one, only the sequence counts. Urgent streams' records come first anyway,
  // because they were placed first.
  std::sort(whole.begin(), whole.end(), [](const Item& a, const Item& b) {
    return std::make_tuple(a.sequence, !a.urgent, a.row) < std::make_tuple(b.sequence, !b.urgent, b.row);
  });
  return whole;
}

}  // namespace

absl::StatusOr<record::Record> RecordOf(const Item& item) {
  recordpb::Record raw;
  raw.set_header(item.header_bytes);
  raw.set_signature(item.signature);
  raw.set_body(item.body);
  auto record = record::ParseRecord(raw, record::SignatureCheck::kVerify);
  if (!record.ok() || record->id != item.record_id || record->body_missing()) {
    return Error(Reason::REASON_STORE_DAMAGED, "something that waits to be sent is not what was filed");
  }
  return record;
}

absl::StatusOr<std::vector<Item>> NextToPush(Replica& replica) {
  return replica.session().database().Write([&](sql::WriteTxn& tx) -> absl::StatusOr<std::vector<Item>> {
    QF_TRY_ASSIGN(const auto placed, Placed(replica, tx));
    std::vector<Item> pack;
    size_t bytes = 0;
    const auto fits = [&](const Item& item) {
      const size_t more = std::max(WireBytes(item), item.body.size() + 512);
      if (pack.size() == limits::kPushRecords || (!pack.empty() && bytes + more > limits::kPushBytes)) return false;
      bytes += more;
      return true;
    };
    for (const Item& item : placed) {
      if (!fits(item)) return pack;
      pack.push_back(item);
    }
    QF_TRY_ASSIGN(auto filed, ItemsInState(tx, ItemState::kFiled, limits::kPushRecords));
    if (filed.empty()) return pack;
    QF_TRY_ASSIGN(const Incarnation incarnation, replica.CurrentIncarnation(tx));
    for (Item& item : filed) {
      if (!fits(item)) break;
      QF_TRY(replica.session().SealAgain(&item).status());
      QF_TRY(Place(replica, tx, incarnation, &item));
      pack.push_back(std::move(item));
    }
    return pack;
  });
}

absl::Status PlaceAnew(Replica& replica, sql::WriteTxn& tx) {
  QF_TRY(replica.DropIncarnation(tx));
  while (true) {
    QF_TRY_ASSIGN(auto items, ItemsInState(tx, ItemState::kPlaced, limits::kPushRecords));
    if (items.empty()) return absl::OkStatus();
    for (Item& item : items) {
      if (item.kind == recordpb::KIND_VOID) {
        item.state = ItemState::kVoid;  // it stood for a sequence that this store never had
      } else {
        Unplace(&item);
      }
      QF_TRY(UpdateItem(tx, item));
    }
  }
}

absl::Status PlaceItemAnew(sql::WriteTxn& tx, Item item, const record::Record& record) {
  QF_TRY(AnswerOffer(tx, item.record_id));
  if (item.kind == recordpb::KIND_VOID) return absl::OkStatus();  // it stood for that sequence alone
  if (item.body.empty()) item.body = record.body;                 // a desk's may stand in its copy of the log alone
  if (item.body.empty() && record.body_missing()) return absl::OkStatus();
  Unplace(&item);
  return UpdateItem(tx, item);
}

absl::Status VoidItem(Replica& replica, sql::WriteTxn& tx, Item item) {
  if (item.kind == recordpb::KIND_ENROL) {
    QF_TRY(replica.DropIncarnation(tx));
    Unplace(&item);
    return UpdateItem(tx, item);
  }
  record::Header header;
  header.office = replica.session().office().office;
  header.feed = item.feed;
  header.incarnation = item.incarnation;
  header.sequence = item.sequence;
  header.kind = recordpb::KIND_VOID;
  header.item = replica.session().world().entropy.Random<ItemId>();
  const record::Record record = record::MakeRecord(header, "", replica.session().signer());

  Item instead;
  instead.author = item.author;
  instead.item = header.item;
  instead.feed = item.feed;
  instead.kind = recordpb::KIND_VOID;
  instead.state = ItemState::kPlaced;
  instead.filed_at_us = replica.session().world().clock.NowUs();
  instead.incarnation = item.incarnation;
  instead.sequence = item.sequence;
  instead.header_bytes = record.header_bytes;
  instead.signature = record.signature;
  instead.record_id = record.id;

  Unplace(&item);
  item.state = ItemState::kDamaged;
  item.reason = Reason::REASON_STORE_DAMAGED;
  QF_TRY(UpdateItem(tx, item));
  return InsertItem(tx, instead);
}

}  // namespace qf::client
