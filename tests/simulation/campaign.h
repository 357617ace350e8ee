// One seed: an office with an administrator, a case manager and some phones lives through a month of reports, bad
// networks, power cuts, killed processes and restored servers; then faults stop, and what docs/protocol.md says must
// always hold is looked for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace qf::sim {

struct CampaignOptions {
  uint64_t seed = 0;
  int steps = 60;
  bool trace = false;
};

struct CampaignResult {
  std::vector<std::string> violations;     // empty: everything held
  std::map<std::string, uint64_t> counts;  // of faults and recoveries that really happened
};

CampaignResult RunCampaign(const CampaignOptions& options);

}  // namespace qf::sim
