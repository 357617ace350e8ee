// One seed: an office lives through a month of reports, bad networks, power cuts, killed processes, full and failing
// disks, lies and restored servers; then faults stop, and what docs/protocol.md says must always hold is looked for.
//
// Rooms: office.h is the world and its people, workload.h what people do, faults.h what happens to them, oracles.h what
// must hold, controls/ what shows that the oracles see.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace qf::sim {

struct CampaignOptions {
  uint64_t seed = 0;
  int steps = 60;
  std::set<int> left_out;   // steps that do not happen; the others are what they were
  bool bad_network = true;  // else calls neither fail nor are altered
  bool trace = false;
};

struct CampaignResult {
  std::vector<std::string> violations;     // empty: everything held
  std::map<std::string, uint64_t> counts;  // of faults and recoveries that really happened
  uint64_t trace_hash = 0;                 // of all that was said: equal for two runs
};

CampaignResult RunCampaign(const CampaignOptions& options);

// Leaves out what is not needed for a violation of `options`, which has one: steps, and the bad network. At most `runs`
// runs.
CampaignOptions Shrink(CampaignOptions options, int runs);

// Counters that have to be above 0 in a campaign of a hundred seeds or more: each is a fault or a recovery, and what
// never happened was not tested. Gives the missing ones.
std::vector<std::string> NeverHappened(const std::map<std::string, uint64_t>& counts);

}  // namespace qf::sim
