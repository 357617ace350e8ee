#include "server/guard/throttle.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "common/base/error.h"

namespace qf::server {
namespace {

constexpr size_t kNetworkBytes = 8;

// What counts as one peer. All but the first 64 bits of an IPv6 address are its owner's to choose.
std::string NetworkOf(const std::string& address) {
  in6_addr ipv6;
  if (inet_pton(AF_INET6, address.c_str(), &ipv6) != 1) return address;
  if (!IN6_IS_ADDR_V4MAPPED(&ipv6)) return std::string(reinterpret_cast<const char*>(&ipv6), kNetworkBytes);
  char ipv4[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, &ipv6.s6_addr[12], ipv4, sizeof(ipv4));
}

}  // namespace

absl::Status Throttle::Admit(const std::string& peer) {
  if (burst_ == 0) return absl::OkStatus();
  const std::string network = NetworkOf(peer);
  const uint64_t now_us = clock_.SteadyUs();
  MutexLock lock(mutex_);
  if (buckets_.size() >= kPeers) buckets_.clear();
  uint64_t& full_at_us = buckets_[network].full_at_us;
  const uint64_t full_after_us = std::max(full_at_us, now_us) + refill_us_;
  if (full_after_us > now_us + burst_ * refill_us_) {
    const uint64_t wait_us = full_after_us - now_us - burst_ * refill_us_;
    return Error(Reason::REASON_BUSY, "too many calls from this address", wait_us / 1000 + 1);
  }
  full_at_us = full_after_us;
  return absl::OkStatus();
}

}  // namespace qf::server
