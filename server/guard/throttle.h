// How often one transport address may make calls that nobody has signed for. Addresses live in memory only.
// A token bucket each, an IPv6 network of 64 bits counting as one address; when too many are known, all are forgotten,
// which only ever admits more.
//
// Threads: any.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace qf::server {

class Throttle {
 public:
  static constexpr size_t kPeers = 10'000;

  // Each peer may make `burst` calls at once and then one each `refill_us`. `burst` 0 = no limit.
  Throttle(Clock& clock, uint32_t burst, uint64_t refill_us) : clock_(clock), burst_(burst), refill_us_(refill_us) {}

  // `peer`: an address without port; text that is none stands for itself. RESOURCE_EXHAUSTED(BUSY) with the time to
  // wait.
  absl::Status Admit(const std::string& peer);

 private:
  struct Bucket {
    uint64_t full_at_us = 0;  // when all of the burst is there again
  };

  Clock& clock_;
  const uint64_t burst_;
  const uint64_t refill_us_;
  Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qf::server
