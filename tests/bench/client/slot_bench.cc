// S14: what a background slot costs a phone: its store is opened and unlocked, the reports that wait are sent in one
// Exchange, and it ends. Counts connections and how long the radio is needed, on a link of 400 ms there and back; and
// the CPU time of a report, from filing to its receipt, the server's part included.
#include <sys/resource.h>

#include "common/base/clock.h"
#include "tests/bench/client/phone.h"
#include "tests/bench/client/wire_office.h"

namespace qf::bench {
namespace {

constexpr int kReports = 20;
constexpr uint64_t kOneWayUs = 200'000;

uint64_t CpuUs() {
  rusage used;
  QF_CHECK(getrusage(RUSAGE_SELF, &used) == 0);
  const auto us = [](const timeval& time) {
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

double MillisSince(uint64_t began_us) { return static_cast<double>(SystemClock().SteadyUs() - began_us) / 1e3; }

int Main() {
  WireOffice office;
  const uint64_t cpu_before_us = CpuUs();
  for (int i = 0; i < kReports; ++i) office.phone().File(ReferenceReport(static_cast<uint64_t>(i)));
  const uint64_t cpu_filed_us = CpuUs();

  office.EndPhone();
  const uint64_t began_us = SystemClock().SteadyUs();
  office.OpenPhone();
  const double open_ms = MillisSince(began_us);
  office.UnlockPhone();
  const double unlocked_ms = MillisSince(began_us);

  office.proxy().SetLink({0, kOneWayUs, 0});
  const uint64_t connections_before = office.proxy().connections();
  const uint64_t cpu_sync_us = CpuUs();
  const uint64_t awake_us = SystemClock().SteadyUs();
  clientpb::SyncRequest once;
  once.set_once(true);
  office.phone().Must<clientpb::SyncResponse>("FieldService/Sync", once);
  const double awake_ms = MillisSince(awake_us);
  const uint64_t cpu_us = (cpu_filed_us - cpu_before_us) + (CpuUs() - cpu_sync_us);

  clientpb::ListItemsRequest list;
  list.set_page_size(kReports);
  int proven = 0;
  const auto listed = office.phone().Must<clientpb::ListItemsResponse>("FieldService/ListItems", list);
  for (const auto& item : listed.items()) {
    proven += item.state() == clientpb::ITEM_STATE_COMPLETE || item.state() == clientpb::ITEM_STATE_DELIVERED ||
                      item.state() == clientpb::ITEM_STATE_PROVEN
                  ? 1
                  : 0;
  }
  printf(
      "{\"open_ms\": %.1f, \"unlock_ms\": %.1f, \"connections\": %lu, \"awake_ms\": %.0f, \"round_trips\": %.1f, "
      "\"reports_proven\": %d, \"cpu_us_a_report\": %lu}\n",
      open_ms, unlocked_ms - open_ms, office.proxy().connections() - connections_before, awake_ms,
      awake_ms * 1e3 / (2 * kOneWayUs), proven, cpu_us / kReports);
  return proven == kReports ? 0 : 1;
}

}  // namespace
}  // namespace qf::bench

int main() { return qf::bench::Main(); }
