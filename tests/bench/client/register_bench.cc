// S10: the register of a desk with 100,000 reports of 2 kB: pages, filters, searches, one report opened. The floor is
// what a store without an index of words would do: LIKE over as many rows of as many bytes in SQLCipher.
//
//   bench_register                    makes stores of some 900 MB below TEST_TMPDIR or /tmp; some minutes
#include <benchmark/benchmark.h>

#include <functional>

#include "client-core/desk/arrival_list.h"
#include "client-core/desk/arrivals.h"
#include "client-core/desk/words.h"
#include "tests/bench/client/alternation.h"
#include "tests/bench/client/floor.h"
#include "tests/bench/client/register_fill.h"

namespace qf::bench {
namespace {

constexpr uint64_t kReports = 100'000;
constexpr uint64_t kUnanswered = 50;  // the oldest of all, so that a page of them looks at everything

// The desk and the floor, filled once.
struct Stores {
  Phone phone;
  std::unique_ptr<Floor> floor;
  RecordId oldest;

  Stores() {
    FillRegister(phone, kReports, RegisterReport, kUnanswered);
    floor = std::make_unique<Floor>(phone.device().folder() + "/floor");
    for (uint64_t begin = 0; begin < kReports; begin += kRecordsATransaction) {
      floor->AppendMany(client::SearchText(ReferenceReport(begin)), kRecordsATransaction);
    }
    clientpb::ListArrivalsRequest unanswered;
    unanswered.set_unanswered(true);
    const auto page = client::ListArrivals(phone.desk().desk(), unanswered);
    QF_CHECK(page.ok() && page->arrivals_size() == static_cast<int>(kUnanswered));
    oldest = *RecordId::From(page->arrivals().rbegin()->record_id());
  }
};

Stores& TheStores() {
  static auto* stores = new Stores();  // lives as long as the program
  return *stores;
}

void Measure(benchmark::State& state, const std::function<void(client::Desk&)>& work) {
  Stores& stores = TheStores();
  Alternation turns;
  for (auto _ : state) {
    turns.Subject([&] { work(stores.phone.desk().desk()); });
    state.SetIterationTime(turns.last_us() / 1e6);
    turns.Floor([&] { stores.floor->CountLike("%慕容雪%"); });
  }
  turns.Report(state);
}

// A page that holds `expected` arrivals.
std::function<void(client::Desk&)> Page(int expected, const std::function<void(clientpb::ListArrivalsRequest&)>& set) {
  return [expected, set](client::Desk& desk) {
    clientpb::ListArrivalsRequest request;
    set(request);
    const auto page = client::ListArrivals(desk, request);
    QF_CHECK(page.ok() && page->arrivals_size() == expected);
  };
}

void OpenOldest(client::Desk& desk) {
  clientpb::GetArrivalRequest request;
  request.set_record_id(TheStores().oldest.str());
  bool opened = false;
  client::GetArrival(desk, request, [&](const auto& response) { opened = response.ok(); });
  QF_CHECK(opened);
}

void Register(const char* name, const std::function<void(client::Desk&)>& work) {
  benchmark::RegisterBenchmark(name, Measure, work)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(15);
}

void RegisterAll() {
  constexpr int kPage = client::kArrivalsPage;
  using Request = clientpb::ListArrivalsRequest;
  const auto search = [](const char* words) { return [words](Request& r) { r.set_search(words); }; };
  Register("Page/newest", Page(kPage, [](Request&) {}));
  Register("Page/oldest", Page(kPage, [](Request& r) { r.set_before_position(kReports / 1000 + 200); }));
  Register("Page/township", Page(kPage, [](Request& r) { r.set_township("乡镇7"); }));
  Register("Page/unanswered", Page(kUnanswered, [](Request& r) { r.set_unanswered(true); }));
  Register("Page/nothing", Page(0, [](Request& r) { r.set_violation("ban.posts"); }));
  Register("Search/name of three", Page(kReports / kNamedEvery, search("慕容雪")));
  Register("Search/two of them", Page(kReports / kNamedEvery, search("慕容")));
  Register("Search/one of them", Page(kReports / kNamedEvery, search("慕")));
  Register("Search/in every report", Page(kPage, search("乡镇")));
  Register("Search/one letter", Page(kPage, search("e")));
  Register("Search/pairs in every report, word in none", Page(0, search("家挨家")));
  Register("Search/every report, wrong township", Page(0, [](Request& r) {
             r.set_search("乡镇");
             r.set_township("乡镇99");
           }));
  Register("Open/oldest", OpenOldest);
}

}  // namespace
}  // namespace qf::bench

int main(int argc, char** argv) {
  qf::bench::RegisterAll();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
