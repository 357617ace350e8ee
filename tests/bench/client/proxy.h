// A TCP link on 127.0.0.1 that counts what it carries and can be as bad as a village's: slow, far and cut now and then.
// One thread, a poll loop; what goes wrong comes from a seed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "common/base/mutex.h"
#include "tests/support/test_entropy.h"

namespace qf::bench {

struct Link {
  uint64_t bits_per_second = 0;  // each way; 0 = as fast as it goes
  uint64_t one_way_us = 0;
  uint64_t cut_after_bytes = 0;  // on average, towards the server; 0 = never
};

class Proxy {
 public:
  // Carries connections to 127.0.0.1:`target_port`, which may be set later.
  explicit Proxy(uint64_t seed);
  ~Proxy();
  void SetTarget(uint16_t port) { target_port_ = port; }
  uint16_t port() const { return port_; }

  // For bytes that come from now on.
  void SetLink(const Link& link);
  // Bytes that crossed the link, headers of TCP and IP not counted.
  uint64_t up() const { return up_; }
  uint64_t down() const { return down_; }
  uint64_t connections() const { return connections_; }
  uint64_t cuts() const { return cuts_; }

 private:
  struct Direction;
  struct Connection;
  void Run();
  void Accept();
  void Read(Connection& connection, Direction& direction);
  void Write(Direction& direction);
  void Cut(Connection& connection, uint64_t one_way_us);
  uint64_t NextCut();

  SeededEntropy entropy_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<uint16_t> target_port_ = 0;
  std::atomic<bool> ended_ = false;
  std::atomic<uint64_t> up_ = 0, down_ = 0, connections_ = 0, cuts_ = 0;
  Mutex mutex_;
  Link link_ ABSL_GUARDED_BY(mutex_);
  uint64_t until_cut_ = 0;                         // bytes; of the thread
  std::vector<std::unique_ptr<Connection>> live_;  // of the thread
  std::thread thread_;
};

}  // namespace qf::bench
