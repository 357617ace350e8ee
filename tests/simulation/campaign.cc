#include "tests/simulation/campaign.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/office.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/workload.h"
#include "tests/simulation/world/seeded_openssl.h"

namespace qf::sim {
namespace {

Device& AnyPhone(Office& office) { return *office.phones[office.chance.Below(office.phones.size())]; }
Device& AnyDevice(Office& office) {
  const auto people = office.PeopleInOffice();
  return *people[office.chance.Below(people.size())];
}

void Sync(Office& office) {
  const absl::Status status = office.Sync(AnyDevice(office));
  if (ReasonOf(status) == Reason::REASON_ROLLED_BACK) office.SignRestart();
}

// What a step may be, and how often of a thousand.
struct Kind {
  int weight;
  void (*act)(Office& office);
};
constexpr Kind kKinds[] = {
    {240, [](Office& o) { FileReport(o, AnyPhone(o), false); }},
    {25, [](Office& o) { FileReport(o, AnyPhone(o), true); }},
    {30, [](Office& o) { SendMessage(o, AnyPhone(o)); }},
    {35, Reply},
    {20, OpenCase},
    {360, Sync},
    {4, EnrolLate},
    {6, EnrolRefused},
    {5, [](Office& o) { Revoke(o, AnyPhone(o)); }},
    {25, [](Office& o) { CutPower(o, AnyDevice(o)); }},
    {40, [](Office& o) { CutDuringWork(o, AnyDevice(o)); }},
    {12, [](Office& o) { FillDisk(o, AnyDevice(o)); }},
    {16, [](Office& o) { FailDisk(o, AnyDevice(o)); }},
    {12, [](Office& o) { SetClock(o, AnyDevice(o)); }},
    {20, CopyPhone},
    {15, PutPhoneBack},
    {25, KillServer},
    {15, KeepServerDown},
    {20, CutServerDuringWork},
    {6, FillServerDisk},
    {9, FailServerDisk},
    {35, CopyServer},
    {25, PutServerBack},
};

void Step(Office& office) {
  office.scheduler.RunFor(office.chance.Below(12 * kMicrosPerHour));
  StartWhatStopped(office);
  int total = 0;
  for (const Kind& kind : kKinds) total += kind.weight;
  int at = static_cast<int>(office.chance.Below(static_cast<uint64_t>(total)));
  for (const Kind& kind : kKinds) {
    if (at < kind.weight) return kind.act(office);
    at -= kind.weight;
  }
}

void CountEvents(Office& office) {
  auto& counts = office.result.counts;
  for (int e = 0; e < static_cast<int>(NetworkEvent::kEnd); ++e) {
    counts[NameOf(static_cast<NetworkEvent>(e))] = office.network.count(static_cast<NetworkEvent>(e));
  }
  const Meddler& meddler = office.network.meddler();
  counts["answers altered"] = meddler.answers_altered();
  counts["requests altered"] = meddler.requests_altered();
  counts["records forged"] = meddler.forged();
  const auto add = [&](const SimDisk& disk) {
    for (size_t e = 0; e < kDiskEvents; ++e) {
      const auto event = static_cast<DiskEvent>(e);
      counts[absl::StrCat("disk: ", NameOf(event))] += disk.count(event);
    }
  };
  add(office.server.machine().disk);
  for (const auto& device : office.devices) add(device->machine().disk);
}

// "1", … of the first violation; empty if there is none.
std::string FailsBy(const CampaignOptions& options) {
  const auto result = RunCampaign(options);
  return result.violations.empty() ? "" : result.violations[0].substr(0, result.violations[0].find(':'));
}

}  // namespace

CampaignResult RunCampaign(const CampaignOptions& options) {
  SeedOpenSsl(options.seed);
  Office office(options);
  const auto well = [&] { return office.result.violations.empty(); };
  office.Found();
  BeginNetworkFaults(office);
  for (int step = 0; step < options.steps && well(); ++step) {
    if (options.left_out.count(step) > 0) continue;
    // Chance of its own, so that the other steps are what they were when one is left out.
    office.chance = SeededEntropy(options.seed * 1'000'003 + static_cast<uint64_t>(step));
    Step(office);
  }
  EndFaults(office);
  if (well()) office.Settle();
  if (well()) Check(office);
  CountEvents(office);
  office.result.trace_hash = office.network.trace_hash();
  return std::move(office.result);
}

// Halves, quarters, … of the steps are left out as long as something is still violated.
CampaignOptions Shrink(CampaignOptions options, int runs) {
  CampaignOptions quiet = options;
  quiet.bad_network = false;
  const std::string rule = FailsBy(options);
  if (runs-- > 0 && FailsBy(quiet) == rule) options = quiet;
  for (int size = std::max(1, options.steps / 2); size > 0; size /= 2) {
    for (int first = 0; first < options.steps && runs > 0; first += size) {
      CampaignOptions fewer = options;
      for (int step = first; step < std::min(first + size, options.steps); ++step) fewer.left_out.insert(step);
      if (fewer.left_out.size() == options.left_out.size()) continue;
      --runs;
      if (FailsBy(fewer) == rule) options = fewer;
    }
  }
  return options;
}

std::vector<std::string> NeverHappened(const std::map<std::string, uint64_t>& counts) {
  static constexpr const char* kSometimes[] = {
      "answer after the deadline",
      "answers altered",
      "cases opened",
      "clocks wrong by minutes or right again",
      "clocks wrong by years",
      "connection refused",
      "devices that lost power",
      "devices that lost power while they worked",
      "disk: cut during naming",
      "disk: cut during sync",
      "disk: cut during write",
      "disk: disk full",
      "disk: name kept",
      "disk: name lost",
      "disk: naming error",
      "disk: process death",
      "disk: read error",
      "disk: sector kept",
      "disk: sector lost",
      "disk: sector torn",
      "disk: sync error",
      "disk: write error",
      "files that were read at a desk",
      "lies that a device noticed",
      "messages of reporters",
      "phones that were put back",
      "phones that were revoked",
      "provisional phones beyond their time",
      "provisional phones whose reports were taken",
      "records forged",
      "records that were refused",
      "replies",
      "reply lost after the commit",
      "reports filed",
      "reports filed with a file",
      "reports that a desk is known to have read",
      "reports whose filing failed",
      "request delivered again later",
      "request lost",
      "requests altered",
      "revoked phones that erased themselves",
      "second cuts during a device's recovery",
      "second cuts during the server's recovery",
      "server down",
      "servers that closed their store and were started again",
      "servers that died",
      "servers that lost power while they worked",
      "servers that were put back",
      "terms begun",
  };
  std::vector<std::string> missing;
  for (const char* what : kSometimes) {
    const auto found = counts.find(what);
    if (found == counts.end() || found->second == 0) missing.emplace_back(what);
  }
  return missing;
}

}  // namespace qf::sim
