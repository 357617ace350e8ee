// qf_sim: runs seeds of the simulation and says what was violated and what really happened.
//   qf_sim [--first 0] [--seeds 20]           exit 1 if anything was violated, or never happened in 100 seeds
//   qf_sim --seed N [--trace] [--shrink]      one seed, told step by step, with what it does not need left out
//   qf_sim … --twice                          each seed twice: both runs must say the same
//   qf_sim --control NAME [--first 0] [--seeds 300]   without a rule: exit 0 at the first seed that notices
//   qf_sim … [--steps 60]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulation/campaign.h"
#include "tests/simulation/controls/controls.h"

namespace qf::sim {
namespace {

constexpr uint64_t kSeedsForAll = 100;  // so many must show everything that can happen
constexpr int kShrinkRuns = 150;
constexpr uint64_t kSeedsBetweenNews = 100;

struct Arguments {
  CampaignOptions options;
  uint64_t first = 0;
  uint64_t seeds = 20;
  bool shrink = false;
  bool twice = false;
  Control control = Control::kNone;
};

int Misused(const std::string& what) {
  std::fprintf(stderr, "%s; controls: %s\n", what.c_str(), absl::StrJoin(ControlNames(), ", ").c_str());
  return 2;
}

// 0, or the exit code.
int Read(int argc, char** argv, Arguments* out) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    bool* const flag = word == "--trace"    ? &out->options.trace
                       : word == "--shrink" ? &out->shrink
                       : word == "--twice"  ? &out->twice
                                            : nullptr;
    if (flag != nullptr) {
      *flag = true;
      continue;
    }
    if (++i == argc) return Misused("a value is missing after " + word);
    const std::string value = argv[i];
    const uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (word == "--seeds") {
      out->seeds = number;
    } else if (word == "--first") {
      out->first = number;
    } else if (word == "--seed") {
      out->first = number, out->seeds = 1;
    } else if (word == "--steps") {
      out->options.steps = static_cast<int>(number);
    } else if (word == "--control") {
      const auto control = ControlNamed(value);
      if (!control.has_value()) return Misused("there is no control " + value);
      out->control = *control;
    } else {
      return Misused("unknown: " + word);
    }
  }
  return 0;
}

void Tell(uint64_t seed, const CampaignResult& result) {
  for (const std::string& what : result.violations) {
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
  }
}

CampaignResult RunOne(const Arguments& arguments, const CampaignOptions& options) {
  CampaignResult result = RunCampaign(options);
  if (arguments.twice) {
    const CampaignResult again = RunCampaign(options);
    if (again.trace_hash != result.trace_hash) result.violations.push_back("two runs of this seed differ");
  }
  Tell(options.seed, result);
  if (!arguments.shrink || result.violations.empty()) return result;
  CampaignOptions quiet = options;
  quiet.trace = false;
  CampaignOptions least = Shrink(quiet, kShrinkRuns);
  std::printf("it takes %zu of %d steps%s:\n", static_cast<size_t>(least.steps) - least.left_out.size(), least.steps,
              least.bad_network ? "" : " and no bad network");
  least.trace = true;
  Tell(options.seed, RunCampaign(least));
  return result;
}

int Run(const Arguments& arguments) {
  std::map<std::string, uint64_t> counts;
  uint64_t failed = 0;
  CampaignOptions options = arguments.options;
  for (options.seed = arguments.first; options.seed < arguments.first + arguments.seeds; ++options.seed) {
    const CampaignResult result = RunOne(arguments, options);
    for (const auto& [what, count] : result.counts) counts[what] += count;
    failed += result.violations.empty() ? 0 : 1;
    const uint64_t done = options.seed - arguments.first + 1;
    if (done % kSeedsBetweenNews == 0) {
      std::fprintf(stderr, "%llu of %llu seeds, %llu with violations\n", static_cast<unsigned long long>(done),
                   static_cast<unsigned long long>(arguments.seeds), static_cast<unsigned long long>(failed));
    }
    if (failed > 0 && arguments.control != Control::kNone) {
      std::printf("noticed by seed %llu, after %llu seeds\n", static_cast<unsigned long long>(options.seed),
                  static_cast<unsigned long long>(done));
      return 0;
    }
  }
  if (arguments.control != Control::kNone) return std::printf("nobody noticed\n"), 1;
  for (const auto& [what, count] : counts) {
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), what.c_str());
  }
  const auto missing = arguments.seeds < kSeedsForAll ? std::vector<std::string>() : NeverHappened(counts);
  for (const std::string& what : missing) std::printf("never happened: %s\n", what.c_str());
  std::printf("%llu seeds, %llu with violations\n", static_cast<unsigned long long>(arguments.seeds),
              static_cast<unsigned long long>(failed));
  return failed == 0 && missing.empty() ? 0 : 1;
}

}  // namespace
}  // namespace qf::sim

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a run that is stopped has said what it saw
  qf::sim::Arguments arguments;
  if (const int code = qf::sim::Read(argc, argv, &arguments); code != 0) return code;
  qf::sim::Use(arguments.control);
  return qf::sim::Run(arguments);
}
