// S6: a file of 2 MB over 100 kbit/s and 400 ms that is cut every 500 KB on average, by the real client to the real
// server. The floor is what the link would take if nothing were lost. Takes three minutes a run: each seed is a program
// of its own, so that they run together.
//
//   for seed in 1 2 3 4 5; do bench_link $seed & done; wait        one line of JSON each
//   bench_link 1 fast                                              2 Mbit/s, 40 ms: ten seconds
#include <cstdlib>
#include <fstream>

#include "tests/bench/client/phone.h"
#include "tests/bench/client/wire_office.h"

namespace qf::bench {
namespace {

constexpr uint64_t kFileBytes = 2'000'000;
constexpr uint64_t kCutAfterBytes = 500'000;
constexpr uint64_t kPatienceUs = 20 * kMicrosPerMinute;

// A report with a file that is random bytes; gives its item.
std::string FileWithAttachment(WireDevice& phone, uint64_t seed) {
  const std::string path = phone.folder() + ".file";
  std::ofstream(path) << SeededEntropy(seed).RandomSecret(kFileBytes).bytes();
  clientpb::CreateDraftRequest create;
  *create.mutable_report() = ReferenceReport(seed);
  clientpb::FileReportRequest file;
  file.set_draft_id(phone.Must<clientpb::CreateDraftResponse>("FieldService/CreateDraft", create).draft().draft_id());
  clientpb::AttachFileRequest attach;
  attach.set_draft_id(file.draft_id());
  attach.set_path(path);
  phone.Must<clientpb::AttachFileResponse>("FieldService/AttachFile", attach);
  return phone.Must<clientpb::FileReportResponse>("FieldService/FileReport", file).item().item_id();
}

clientpb::Item ItemOf(WireDevice& phone, const std::string& id) {
  clientpb::GetItemRequest get;
  get.set_item_id(id);
  return phone.Must<clientpb::GetItemResponse>("FieldService/GetItem", get).item();
}

bool IsComplete(const clientpb::Item& item) {
  return item.state() == clientpb::ITEM_STATE_COMPLETE || item.state() == clientpb::ITEM_STATE_DELIVERED;
}

int Main(int argc, char** argv) {
  const uint64_t seed = argc > 1 ? strtoul(argv[1], nullptr, 10) : 1;
  Link link{100'000, 200'000, kCutAfterBytes};
  if (argc > 2) link = {2'000'000, 20'000, kCutAfterBytes};
  WireOffice office(seed);
  const std::string id = FileWithAttachment(office.phone(), seed);
  office.proxy().SetLink(link);
  const uint64_t up_before = office.proxy().up();
  const uint64_t began_us = SystemClock().SteadyUs();
  int runs = 0;
  clientpb::Item item = ItemOf(office.phone(), id);
  while (!IsComplete(item) && SystemClock().SteadyUs() - began_us < kPatienceUs) {
    office.phone().Sync().IgnoreError();  // a cut ends it; a person, or the system, asks again
    item = ItemOf(office.phone(), id);
    ++runs;
  }
  const double seconds = static_cast<double>(SystemClock().SteadyUs() - began_us) / 1e6;
  const double ideal_s = static_cast<double>(kFileBytes) * 8 / static_cast<double>(link.bits_per_second);
  const double bytes_ratio = static_cast<double>(office.proxy().up() - up_before) / static_cast<double>(kFileBytes);
  printf(
      "{\"seed\": %lu, \"complete\": %s, \"up_bytes_ratio\": %.3f, \"seconds\": %.1f, \"ideal_seconds\": %.1f, "
      "\"time_ratio\": %.3f, \"cuts\": %lu, \"connections\": %lu, \"sync_runs\": %d}\n",
      seed, IsComplete(item) ? "true" : "false", bytes_ratio, seconds, ideal_s, seconds / ideal_s,
      office.proxy().cuts(), office.proxy().connections(), runs);
  return IsComplete(item) ? 0 : 1;
}

}  // namespace
}  // namespace qf::bench

int main(int argc, char** argv) { return qf::bench::Main(argc, argv); }
