// S1 and S2: what a person waits for on the phone, filing a report and saving a draft, against the floor.
//
//   bench_filing                     in a folder on a disk: TEST_TMPDIR=… if /tmp is none
#include <benchmark/benchmark.h>

#include "client-core/field/draft.h"
#include "client-core/field/report.h"
#include "common/base/check.h"
#include "tests/bench/client/alternation.h"
#include "tests/bench/client/floor.h"
#include "tests/bench/client/phone.h"

namespace qf::bench {
namespace {

constexpr size_t kRowBytes = 2000;  // the reference report
// Until both logs have been folded once: from then on a commit overwrites them, and before it makes them longer, which
// a file system pays for.
constexpr int kWarmUp = 1200;

std::string NewDraft(client::Session& session, uint64_t number) {
  clientpb::CreateDraftRequest request;
  *request.mutable_report() = ReferenceReport(number);
  const auto created = client::CreateDraft(session, request);
  QF_CHECK(created.ok());
  return created->draft().draft_id();
}

// `prepare` gives the request of one turn, untimed; `call` is timed.
template <class Prepare, class Call>
void AgainstFloor(benchmark::State& state, Phone& phone, Prepare prepare, Call call) {
  Floor floor(phone.device().folder() + "/floor");
  const std::string row(kRowBytes, 'r');
  Alternation turns;
  uint64_t number = 0;
  const auto turn = [&] {
    const auto request = prepare(++number);
    turns.Floor([&] { floor.Append(row); });
    turns.Subject([&] { QF_CHECK(call(phone.session(), request).ok()); });
  };
  for (int i = 0; i < kWarmUp; ++i) turn();
  turns.Begin();
  for (auto _ : state) {
    turn();
    state.SetIterationTime(turns.last_us() / 1e6);
  }
  turns.Report(state);
}

// Validate, compress, seal, durable. The draft was saved before, as a person's drafts are.
void FileReport(benchmark::State& state) {
  Phone phone;
  const auto prepare = [&](uint64_t number) {
    clientpb::FileReportRequest request;
    request.set_draft_id(NewDraft(phone.session(), number));
    return request;
  };
  AgainstFloor(state, phone, prepare, client::FileReport);
}
BENCHMARK(FileReport)->Apply([](auto* b) { Repeated(b, 1000); });

// One answer more in the draft.
void SaveDraft(benchmark::State& state) {
  Phone phone;
  const std::string draft = NewDraft(phone.session(), 0);
  const auto prepare = [&](uint64_t number) {
    clientpb::SaveDraftRequest request;
    request.set_draft_id(draft);
    *request.mutable_report() = ReferenceReport(number);
    return request;
  };
  AgainstFloor(state, phone, prepare, client::SaveDraft);
}
BENCHMARK(SaveDraft)->Apply([](auto* b) { Repeated(b, 1000); });

}  // namespace
}  // namespace qf::bench

BENCHMARK_MAIN();
