#include "tests/bench/client/register_fill.h"

#include "client-core/desk/arrival_store.h"
#include "client-core/field/draft.h"
#include "client-core/field/report.h"
#include "client-core/store/entry.h"

namespace qf::bench {
namespace {

constexpr sql::Statement kProgress("UPDATE desk_progress SET position = $1, arrivals = $2");

// A report that went the whole way, as the entries of the desk are.
record::Entry ReportAtDesk(Phone& phone) {
  clientpb::CreateDraftRequest create;
  *create.mutable_report() = ReferenceReport(0);
  clientpb::FileReportRequest file;
  file.set_draft_id(client::CreateDraft(phone.session(), create)->draft().draft_id());
  QF_CHECK(client::FileReport(phone.session(), file).ok());
  phone.device().Sync();
  phone.desk().Sync();
  std::optional<record::Entry> report;
  const absl::Status found = phone.desk().session().database().Read([&](sql::ReadTxn& tx) {
    return client::ForEachEntryOfKind(tx, recordpb::KIND_REPORT, 0, [&](const client::StoredEntry& stored) {
      report = stored.entry;
      return absl::OkStatus();
    });
  });
  QF_CHECK(found.ok() && report.has_value());
  return *report;
}

absl::Status PutMessageOf(sql::WriteTxn& tx, const record::Entry& report, uint64_t position, const ItemId& item) {
  client::MessageRow row;
  row.origin = client::OriginOf(report);
  row.origin.place.position = position;
  row.report = row.origin.thing;
  row.origin.thing.item = item;
  row.message.set_text("还没有回音");
  return client::PutMessage(tx, row);
}

}  // namespace

uint64_t FillRegister(Phone& phone, uint64_t count, absl::FunctionRef<contentpb::Report(uint64_t)> report_of,
                      uint64_t with_message) {
  client::Session& session = phone.desk().session();
  Entropy& entropy = phone.world().entropy;
  record::Entry entry = ReportAtDesk(phone);
  const uint64_t begin = *session.database().Read([](sql::ReadTxn& tx) { return client::GetCursor(tx, "log"); });
  const uint64_t end = begin + count + with_message;
  PutMany(session, count, [&](sql::WriteTxn& tx, uint64_t i) -> absl::Status {
    entry.place.position = begin + i;
    ++entry.place.clock_at_us;
    entry.record.id = entropy.Random<RecordId>();
    entry.record.header.item = entropy.Random<ItemId>();
    entry.record.header.sequence = 1'000'000 + i;
    client::ArrivalRow row;
    row.origin = client::OriginOf(entry);
    row.report = report_of(i);
    QF_TRY(client::InsertEntry(tx, entry, {}));
    QF_TRY(client::PutArrival(tx, row).status());
    if (i >= with_message) return absl::OkStatus();
    return PutMessageOf(tx, entry, begin + count + i, entropy.Random<ItemId>());
  });
  QF_CHECK(session.database()
               .Write([&](sql::WriteTxn& tx) -> absl::Status {
                 QF_TRY(tx.Execute(kProgress, {end, count}));
                 return client::PutCursor(tx, "log", end);
               })
               .ok());
  QF_CHECK(*phone.desk().desk().CatchUp(SIZE_MAX));
  return begin;
}

}  // namespace qf::bench
