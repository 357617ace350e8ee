// Sync, performed: the machine's effects on store, network and timers. One a session; lives on the loop.
#pragma once

#include <memory>
#include <vector>

#include "client-core/session/slot.h"
#include "client-core/session/sync_driver.h"
#include "client-core/sync/machine.h"
#include "common/rpc/transport.h"

namespace qf::client {

struct DriverOptions {
  SyncTuning tuning = DefaultTuning();
};

// `session` is the one that `slot` has unlocked; both outlive the driver. `transport` reaches the session's office.
absl::StatusOr<std::unique_ptr<SyncDriver>> NewSyncDriver(SessionSlot& slot, Session& session,
                                                          std::unique_ptr<rpc::Transport> transport,
                                                          const DriverOptions& options);

}  // namespace qf::client
