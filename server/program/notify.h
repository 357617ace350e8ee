// Tells the service manager how the process is (sd_notify(3)), without libsystemd: one datagram to $NOTIFY_SOCKET.
#pragma once

#include "common/base/strings.h"

namespace qf::server {

// "READY=1", "STOPPING=1", "RELOADING=1", "WATCHDOG=1". Nothing happens where nobody listens.
void NotifyServiceManager(Bytes state);

}  // namespace qf::server
