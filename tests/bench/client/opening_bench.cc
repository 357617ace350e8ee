// S7: from the keys to the first list, with 200,000 records in the store: what Unlock does after Argon2id and the
// list that is shown then, on the phone and at a desk, against opening a bare SQLCipher store and reading a row.
//
//   bench_opening                    makes stores of some 400 MB below TEST_TMPDIR or /tmp
#include <benchmark/benchmark.h>

#include "client-core/desk/arrivals.h"
#include "client-core/field/item.h"
#include "common/base/check.h"
#include "common/sealing/frame.h"
#include "tests/bench/client/alternation.h"
#include "tests/bench/client/floor.h"
#include "tests/bench/client/phone.h"
#include "tests/bench/client/register_fill.h"

namespace qf::bench {
namespace {

constexpr uint64_t kRecords = 200'000;
constexpr uint64_t kRecordsATransaction = 2'000;
constexpr size_t kRowBytes = 2000;

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
  PutMany(session, kRecords, [&](sql::WriteTxn& tx, uint64_t i) {
    item.item = entropy.Random<ItemId>();
    item.record_id = entropy.Random<RecordId>();
    item.sequence = 1'000'000 + i;
    return client::InsertItem(tx, item);
  });
}

// Only the newest, which are shown, have long texts.
contentpb::Report ReportOfDesk(uint64_t number) {
  if (number + 1000 >= kRecords) return ReferenceReport(number);
  contentpb::Report report;
  report.set_violation("ban.canvassing.favour");
  report.set_what("挨家挨户敲门");
  return report;
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

void OpenDesk(benchmark::State& state) {
  Phone phone;
  TestDesk& desk = phone.desk();
  FillRegister(phone, kRecords, ReportOfDesk);
  AgainstFloor(state, desk, [&] {
    const auto list = client::ListArrivals(desk.desk(), clientpb::ListArrivalsRequest());
    QF_CHECK(list.ok() && list->arrivals_size() > 0);
  });
}
BENCHMARK(OpenDesk)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(50);

}  // namespace
}  // namespace qf::bench

BENCHMARK_MAIN();
