#include "server/sync/trouble.h"

namespace qf::server {

Reason ToldOf(Reason reason) {
  switch (reason) {
    case Reason::REASON_DISK_FULL:
    case Reason::REASON_DISK_ERROR:
    case Reason::REASON_STORE_CLOSED:
      return Reason::REASON_NOT_LEADER;
    default:
      return reason;
  }
}

absl::Status Told(absl::Status status, uint64_t retry_after_ms) {
  const Reason told = ToldOf(ReasonOf(status));
  if (told == ReasonOf(status)) return status;
  return Error(told, "this server takes no writes at the moment", retry_after_ms);
}

}  // namespace qf::server
