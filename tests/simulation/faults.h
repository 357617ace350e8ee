// What happens to machines, disks, clocks and copies. Faults of the network are the network's own (world/network.h,
// world/meddler.h).
#pragma once

#include "tests/simulation/office.h"

namespace qf::sim {

// The power of a device goes between two acts.
void CutPower(Office& office, Device& device);
// … or in the middle of one: filing or syncing, at any change of its disk; sometimes again while it recovers.
void CutDuringWork(Office& office, Device& device);
// Its disk fills up, or fails once, during an act; then there is room again.
void FillDisk(Office& office, Device& device);
void FailDisk(Office& office, Device& device);
// Its clock is wrong by minutes or by years, or right again.
void SetClock(Office& office, Device& device);
// It is put back to an older copy of itself, or such a copy is made.
void CopyPhone(Office& office);
void PutPhoneBack(Office& office);

// The server loses power or its process dies; it stays down for a while, or power goes while it works.
void KillServer(Office& office);
void KeepServerDown(Office& office);
void CutServerDuringWork(Office& office);
// Its disk fills up, or fails once, while people sync.
void FillServerDisk(Office& office);
void FailServerDisk(Office& office);
// A copy of it is made, or put back.
void CopyServer(Office& office);
void PutServerBack(Office& office);
// Whatever has stopped is started, if it is time: before every step.
void StartWhatStopped(Office& office);

// Calls are refused, lost, doubled and altered from now on.
void BeginNetworkFaults(Office& office);
// Everything works again, and all clocks are right.
void EndFaults(Office& office);

}  // namespace qf::sim
