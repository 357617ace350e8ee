// S7: from the keys to the first list, with 200,000 records in the store: what Unlock does after Argon2id and the
// list that is shown then, on the phone and at a desk, against opening a bare SQLCipher store and reading a row.
//
//   bench_opening                    makes stores of some 400 MB below TEST_TMPDIR or /tmp
#include <benchmark/benchmark.h>

#include "client-core/desk/arrival_store.h"
#include "client-core/desk/arrivals.h"
#include "client-core/field/draft.h"
#include "client-core/field/item.h"
#include "client-core/field/report.h"
#include "client-core/store/entry.h"
#include "common/base/check.h"
#include "common/sealing/frame.h"
#include "tests/bench/client/alternation.h"
#include "tests/bench/client/floor.h"
#include "tests/bench/client/phone.h"

namespace qf::bench {
namespace {

constexpr uint64_t kRecords = 200'000;
constexpr uint64_t kRecordsATransaction = 2'000;
constexpr size_t kRowBytes = 2000;

constexpr sql::Statement kProgress("UPDATE desk_progress SET position = $1, arrivals = $2");

// `put` for 0, 1, …, in transactions of a good size.
template <class Put>
void PutMany(client::Session& session, Put put) {
  for (uint64_t begin = 0; begin < kRecords; begin += kRecordsATransaction) {
    const absl::Status written = session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      for (uint64_t i = begin; i < begin + kRecordsATransaction; ++i) QF_TRY(put(tx, i));
      return absl::OkStatus();
    });
    QF_CHECK(written.ok());
  }
}

// Reports that were filed and proven, their bodies dropped as usual by then.
void FillPhone(client::Session& session, Entropy& entropy) {
  contentpb::Content content;
  *content.mutable_report() = ReferenceReport(1);
  client::Item item;
  item.author = session.device();
  item.feed = record::Feed::Office();
  item.kind = recordpb::KIND_REPORT;
  item.frame = *sealing::MakeFrame(content.SerializeAsString(), sealing::DictionaryById(sealing::kDictionary1));
  item.state = client::ItemState::kAcknowledged;
  item.incarnation = entropy.Random<Incarnation>();
  PutMany(session, [&](sql::WriteTxn& tx, uint64_t i) {
    item.item = entropy.Random<ItemId>();
    item.record_id = entropy.Random<RecordId>();
    item.sequence = 1'000'000 + i;
    return client::InsertItem(tx, item);
  });
}

// Entries and rows of the register; only the newest, which are shown, have long texts.
void FillDesk(client::Session& session, Entropy& entropy, record::Entry entry) {
  client::ArrivalRow row;
  row.report = contentpb::Report();
  row.report->set_violation("ban.canvassing.favour");
  row.report->set_what("挨家挨户敲门");
  const uint64_t begin = *session.database().Read([](sql::ReadTxn& tx) { return client::GetCursor(tx, "log"); });
  PutMany(session, [&](sql::WriteTxn& tx, uint64_t i) -> absl::Status {
    if (i + 1000 >= kRecords) row.report = ReferenceReport(i);
    entry.place.position = begin + i;
    entry.record.id = entropy.Random<RecordId>();
    entry.record.header.item = entropy.Random<ItemId>();
    entry.record.header.sequence = 1'000'000 + i;
    row.origin = client::OriginOf(entry);
    QF_TRY(client::InsertEntry(tx, entry, {}));
    return client::PutArrival(tx, row).status();
  });
  QF_CHECK(session.database()
               .Write([&](sql::WriteTxn& tx) -> absl::Status {
                 QF_TRY(tx.Execute(kProgress, {begin + kRecords, kRecords}));
                 return client::PutCursor(tx, "log", begin + kRecords);
               })
               .ok());
}

void FillFloor(const std::string& path) {
  Floor floor(path);
  const std::string row(kRowBytes, 'r');
  for (uint64_t i = 0; i < kRecords; i += kRecordsATransaction) floor.AppendMany(row, kRecordsATransaction);
}

// Closing is not timed.
template <class Show>
void AgainstFloor(benchmark::State& state, TestDesk& device, Show show) {
  const std::string floor_path = device.folder() + "/floor";
  FillFloor(floor_path);
  Alternation turns;
  for (auto _ : state) {
    device.Close();
    turns.Subject([&] {
      device.Reopen();
      show();
    });
    state.SetIterationTime(turns.last_us() / 1e6);
    std::unique_ptr<Floor> floor;
    turns.Floor([&] {
      floor = std::make_unique<Floor>(floor_path);
      floor->ReadFirst();
    });
  }
  turns.Report(state);
}

void OpenPhone(benchmark::State& state) {
  Phone phone;
  FillPhone(phone.session(), phone.world().entropy);
  AgainstFloor(state, phone.device(), [&] {
    const auto list = client::ListItems(phone.session(), clientpb::ListItemsRequest());
    QF_CHECK(list.ok() && list->items_size() > 0);
  });
}
BENCHMARK(OpenPhone)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(50);

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

void OpenDesk(benchmark::State& state) {
  Phone phone;
  TestDesk& desk = phone.desk();
  FillDesk(desk.session(), phone.world().entropy, ReportAtDesk(phone));
  AgainstFloor(state, desk, [&] {
    const auto list = client::ListArrivals(desk.desk(), clientpb::ListArrivalsRequest());
    QF_CHECK(list.ok() && list->arrivals_size() > 0);
  });
}
BENCHMARK(OpenDesk)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(50);

}  // namespace
}  // namespace qf::bench

BENCHMARK_MAIN();
