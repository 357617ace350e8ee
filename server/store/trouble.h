// What callers are told of trouble with this server's own disk or store. DISK_FULL, STORE_DAMAGED and their like tell
// the owner of a disk what to do, and a caller would look at its own, or stop until a person has: it hears NOT_LEADER,
// that no writes are taken at the moment, and comes again. The operator reads the true reason in the log.
// docs/protocol.md, "Calls" and "Fates and reasons".
#pragma once

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "common/base/error.h"

namespace qf::server {

// NOT_LEADER for DISK_FULL, DISK_ERROR, STORE_DAMAGED and STORE_CLOSED; every other reason as it is.
Reason ToldOf(Reason reason);

// How a call ends: the same, and NOT_LEADER then says when to come again. Writes the true reason to the log.
absl::Status Told(absl::Status status);
template <class Response>
absl::StatusOr<Response> Told(absl::StatusOr<Response> result) {
  if (result.ok()) return result;
  return Told(std::move(result).status());
}

}  // namespace qf::server
