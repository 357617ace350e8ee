#include "tests/bench/client/register_fill.h"

#include "absl/strings/str_cat.h"
#include "client-core/desk/arrival_store.h"
#include "client-core/field/draft.h"
#include "client-core/field/report.h"
#include "client-core/store/entry.h"

namespace qf::bench {
namespace {

constexpr sql::Statement kProgress("UPDATE desk_progress SET position = $1, arrivals = $2");

constexpr int kTownships = 12;

// Files a report that goes the whole way to the desk.
void FileOne(Phone& phone) {
  clientpb::CreateDraftRequest create;
  *create.mutable_report() = ReferenceReport(0);
  clientpb::FileReportRequest file;
  file.set_draft_id(client::CreateDraft(phone.session(), create)->draft().draft_id());
  QF_CHECK(client::FileReport(phone.session(), file).ok());
  phone.device().Sync();
  phone.desk().Sync();
}

record::Entry ReportAtDesk(client::Session& desk) {
  std::optional<record::Entry> report;
  const absl::Status found = desk.database().Read([&](sql::ReadTxn& tx) {
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

contentpb::Report RegisterReport(uint64_t number) {
  contentpb::Report report = ReferenceReport(number);
  report.set_township(absl::StrCat("乡镇", number % kTownships));
  report.mutable_what()->append("挨家挨户");
  if (number % kNamedEvery == 0) report.add_people()->set_name("慕容雪");
  return report;
}

uint64_t FillDesk(client::Session& desk, Entropy& entropy, uint64_t count,
                  absl::FunctionRef<contentpb::Report(uint64_t)> report_of, uint64_t with_message) {
  record::Entry entry = ReportAtDesk(desk);
  const uint64_t begin = *desk.database().Read([](sql::ReadTxn& tx) { return client::GetCursor(tx, "log"); });
  const uint64_t end = begin + count + with_message;
  PutMany(desk, count, [&](sql::WriteTxn& tx, uint64_t i) -> absl::Status {
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
  QF_CHECK(desk.database()
               .Write([&](sql::WriteTxn& tx) -> absl::Status {
                 QF_TRY(tx.Execute(kProgress, {end, count}));
                 return client::PutCursor(tx, "log", end);
               })
               .ok());
  return begin;
}

uint64_t FillRegister(Phone& phone, uint64_t count, absl::FunctionRef<contentpb::Report(uint64_t)> report_of,
                      uint64_t with_message) {
  FileOne(phone);
  const uint64_t begin = FillDesk(phone.desk().session(), phone.world().entropy, count, report_of, with_message);
  QF_CHECK(*phone.desk().desk().CatchUp(SIZE_MAX));
  return begin;
}

}  // namespace qf::bench
