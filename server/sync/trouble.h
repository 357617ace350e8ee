// What callers are told of trouble with this server's own disk. DISK_FULL and its like tell the owner of a disk what to
// do, and a caller would look at its own: it hears NOT_LEADER, that no writes are taken at the moment, and comes again.
// The operator reads the true reason in the log. docs/protocol.md, "Calls" and "Fates and reasons".
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "common/base/error.h"

namespace qf::server {

// NOT_LEADER for DISK_FULL, DISK_ERROR and STORE_CLOSED; every other reason as it is.
Reason ToldOf(Reason reason);

// The same for a call error, which names `retry_after_ms` then.
absl::Status Told(absl::Status status, uint64_t retry_after_ms);

}  // namespace qf::server
