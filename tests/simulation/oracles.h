// What must always hold (docs/protocol.md, last section but one), looked for when faults have stopped and everybody has
// synced. The number before a violation is that section's. What can be seen earlier is looked for in office.cc: after
// each run of sync, and in each answer of the server.
#pragma once

#include "tests/simulation/office.h"

namespace qf::sim {

void Check(Office& office);

}  // namespace qf::sim
