// qf_sim: runs seeds of the simulation and says what was violated and what really happened.
//   qf_sim --seeds 300 [--first 0] [--steps 60] [--trace]
// Exit 1 if anything was violated. A failing seed alone: qf_sim --first N --seeds 1 --trace
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "tests/simulation/campaign.h"

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a run that is stopped has said what it saw
  uint64_t first = 0, seeds = 20;
  qf::sim::CampaignOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--trace") {
      options.trace = true;
      continue;
    }
    if (word == "--seeds")
      seeds = std::strtoull(value, nullptr, 10);
    else if (word == "--first")
      first = std::strtoull(value, nullptr, 10);
    else if (word == "--steps")
      options.steps = std::atoi(value);
    else
      return std::fprintf(stderr, "unknown: %s\n", word.c_str()), 2;
    ++i;
  }
  std::map<std::string, uint64_t> counts;
  uint64_t failed = 0;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    options.seed = seed;
    const auto result = qf::sim::RunCampaign(options);
    for (const auto& [what, count] : result.counts) counts[what] += count;
    for (const std::string& what : result.violations)
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
    failed += !result.violations.empty();
  }
  for (const auto& [what, count] : counts)
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), what.c_str());
  std::printf("%llu seeds, %llu with violations\n", static_cast<unsigned long long>(seeds),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}
