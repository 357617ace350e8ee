#include "client-core/session/office_constants.h"

#include <tuple>
#include <utility>

#include "client-core/store/checkpoint.h"
#include "client-core/store/entry.h"
#include "client-core/store/item.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

struct Dated {
  uint64_t clock_at_us = 0;
  recordpb::Office office;
};

absl::StatusOr<Dated> Remembered(sql::ReadTxn& tx) {
  Dated out;
  QF_TRY_ASSIGN(const auto bytes, GetSetting(tx, Setting::kOfficeBefore));
  QF_TRY_ASSIGN(out.clock_at_us, GetNumber(tx, Setting::kOfficeBeforeUs));
  if (bytes.has_value() && !out.office.ParseFromString(*bytes)) {
    return Error(Reason::REASON_STORE_DAMAGED, "the office's constants in the store cannot be read");
  }
  return out;
}

absl::StatusOr<Dated> Newest(Session& session, sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(Dated newest, Remembered(tx));
  QF_TRY(ForEachEntryOfKind(tx, recordpb::KIND_OFFICE, 0, [&](const StoredEntry& stored) {
    const auto& [record, place] = std::tie(stored.entry.record, stored.entry.place);
    if (session.authority().Counts(record.header, place) && place.clock_at_us >= newest.clock_at_us) {
      newest = {place.clock_at_us, record.header.clear.office()};
    }
    return absl::OkStatus();
  }));
  return newest;
}

}  // namespace

absl::StatusOr<recordpb::Office> OfficeConstants(Session& session) {
  QF_TRY_ASSIGN(Dated newest, session.database().Read([&](sql::ReadTxn& tx) { return Newest(session, tx); }));
  return std::move(newest.office);
}

absl::StatusOr<recordpb::Office> OfficeConstantsAsFiled(Session& session) {
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<recordpb::Office> {
    QF_TRY_ASSIGN(Dated newest, Newest(session, tx));
    QF_TRY_ASSIGN(const auto own, NewestFiled(tx, recordpb::KIND_OFFICE));
    if (!own.has_value()) return std::move(newest.office);
    // Between its acknowledgement and the page that brings it, the receipt alone says where it stands.
    QF_TRY_ASSIGN(const auto receipt, FindReceipt(tx, own->record_id));
    const bool waits = own->state != ItemState::kAcknowledged;
    const bool newer = receipt.has_value() && receipt->place.clock_at_us > newest.clock_at_us;
    return waits || newer ? own->clear.office() : std::move(newest.office);
  });
}

absl::StatusOr<Item> FileOfficeConstants(Session& session, recordpb::Office office) {
  NewItem item;
  item.feed = record::Feed::Broadcast();
  item.kind = recordpb::KIND_OFFICE;
  *item.clear.mutable_office() = std::move(office);
  return session.File(item);
}

absl::Status RememberOfficeConstants(Session& session, sql::WriteTxn& tx) {
  QF_TRY_ASSIGN(const Dated newest, Newest(session, tx));
  QF_TRY(PutNumber(tx, Setting::kOfficeBeforeUs, newest.clock_at_us));
  return PutSetting(tx, Setting::kOfficeBefore, newest.office.SerializeAsString());
}

}  // namespace qf::client
