// The network between simulated devices and their server: calls are refused, delayed, stalled, lost on the way there,
// lost on the way back after the server has committed, and delivered once more much later.
//
// What is sent is bytes, as on a wire: both sides serialize and parse. Every byte that passes is looked at for words
// that must not be there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/entropy.h"
#include "common/rpc/method_table.h"
#include "common/rpc/transport.h"
#include "tests/simulation/world/meddler.h"
#include "tests/simulation/world/scheduler.h"

namespace qf::sim {

// How often a call goes wrong, in a thousand.
struct NetworkFaults {
  uint32_t refused = 0;
  uint32_t request_lost = 0;
  uint32_t reply_lost = 0;  // the server has done the work
  uint32_t delivered_again = 0;
  uint32_t stalled = 0;  // the answer comes after the caller's patience
  uint64_t latency_us = 50'000;
  std::string stalled_method;  // each call of it is stalled
};

enum class NetworkEvent { kCall, kRefused, kRequestLost, kReplyLost, kDeliveredAgain, kStalled, kServerDown, kEnd };
const char* NameOf(NetworkEvent event);

class Network {
 public:
  // Takes a call as the server's carrier would: admits it and starts it. Runs on the server's loop.
  using Server = std::function<void(rpc::CallInfo info, std::string request, std::shared_ptr<rpc::Outlet> outlet)>;

  Network(Scheduler& scheduler, Entropy& entropy) : scheduler_(scheduler), entropy_(entropy) {}

  void SetFaults(const NetworkFaults& faults) { faults_ = faults; }
  Meddler& meddler() { return meddler_; }
  // Told of each call as the device sends it, just before the server gets it, and of each answer as the server gives
  // it.
  using Hook = std::function<void(const rpc::CallInfo&, const std::string& bytes)>;
  void OnCall(Hook hook) { on_call_ = std::move(hook); }
  void OnAnswer(Hook hook) { on_answer_ = std::move(hook); }
  // nullptr: the server is down. `loop` is the server's.
  void SetServer(NodeLoop* loop, Server server);
  // Words that may not pass: seen ones are in leaks().
  void Watch(const std::string& word) { watched_.push_back(word); }
  const std::vector<std::string>& leaks() const { return leaks_; }
  uint64_t count(NetworkEvent event) const { return counts_[static_cast<size_t>(event)]; }
  // Of everything that was said, and when: equal for two runs of one seed.
  uint64_t trace_hash() const { return trace_hash_; }

  // A transport for the machine of `loop`, which has a connection while `*online`.
  std::unique_ptr<rpc::Transport> Connect(NodeLoop& loop, std::string peer, const bool* online);

 private:
  friend class SimTransport;
  bool Chance(uint32_t per_thousand) { return per_thousand > 0 && entropy_.Below(1000) < per_thousand; }
  uint64_t Latency() { return 1 + entropy_.Below(2 * faults_.latency_us); }
  void Look(Bytes bytes);
  void Count(NetworkEvent event) { ++counts_[static_cast<size_t>(event)]; }
  // Hands a request to the server, if one is up when it arrives.
  void Deliver(const rpc::CallInfo& info, const std::string& request, uint64_t delay_us,
               std::function<void(absl::StatusOr<std::string>)> answer);

  Scheduler& scheduler_;
  Entropy& entropy_;
  NetworkFaults faults_;
  NodeLoop* server_loop_ = nullptr;
  Server server_;
  std::vector<std::string> watched_;
  std::vector<std::string> leaks_;
  uint64_t counts_[static_cast<size_t>(NetworkEvent::kEnd)] = {};
  uint64_t trace_hash_ = 0;
  Meddler meddler_{entropy_};
  Hook on_call_;
  Hook on_answer_;
};

}  // namespace qf::sim
