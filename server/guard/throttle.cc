#include "server/guard/throttle.h"

#include <algorithm>

#include "common/base/error.h"

namespace qf::server {

absl::Status Throttle::Admit(const std::string& peer) {
  if (burst_ == 0) return absl::OkStatus();
  const uint64_t now_us = clock_.SteadyUs();
  MutexLock lock(mutex_);
  if (buckets_.size() >= kPeers) buckets_.clear();
  uint64_t& full_at_us = buckets_[peer].full_at_us;
  const uint64_t full_after_us = std::max(full_at_us, now_us) + refill_us_;
  if (full_after_us > now_us + burst_ * refill_us_) {
    const uint64_t wait_us = full_after_us - now_us - burst_ * refill_us_;
    return Error(Reason::REASON_BUSY, "too many calls from this address", wait_us / 1000 + 1);
  }
  full_at_us = full_after_us;
  return absl::OkStatus();
}

}  // namespace qf::server
