#include "server/store/trouble.h"

#include "common/base/logging.h"

namespace qf::server {
namespace {

constexpr uint64_t kRetryMs = 1000;

}  // namespace

Reason ToldOf(Reason reason) {
  switch (reason) {
    case Reason::REASON_DISK_FULL:
    case Reason::REASON_DISK_ERROR:
    case Reason::REASON_STORE_DAMAGED:
    case Reason::REASON_STORE_CLOSED:
      return Reason::REASON_NOT_LEADER;
    default:
      return reason;
  }
}

absl::Status Told(absl::Status status) {
  const Reason reason = ReasonOf(status);
  const Reason told = ToldOf(reason);
  if (told == reason) return status;
  Log(Level::kError, "call_failed", {{"reason", reason}});
  return Error(told, "this server takes no writes at the moment", kRetryMs);
}

}  // namespace qf::server
