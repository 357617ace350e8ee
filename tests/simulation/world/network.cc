#include "tests/simulation/world/network.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/error.h"

namespace qf::sim {
namespace {

constexpr char kExchange[] = "qingfeng.server.v1.SyncService/Exchange";

// FNV-1a, going on from `hash`.
uint64_t HashOf(uint64_t hash, Bytes bytes) {
  hash ^= 0xcbf29ce484222325ull;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ull;
  return hash;
}

absl::Status Unreachable() { return Error(Reason::REASON_UNREACHABLE, "no connection to the server"); }

// Gathers a unary answer.
class Gathering final : public rpc::Outlet {
 public:
  explicit Gathering(std::function<void(absl::StatusOr<std::string>)> answer) : answer_(std::move(answer)) {}
  void Send(std::string message) override { message_ = std::move(message); }
  void Finish(absl::Status status) override {
    if (answer_ == nullptr) return;
    auto answer = std::exchange(answer_, nullptr);
    if (status.ok()) {
      answer(std::move(message_));
    } else {
      answer(std::move(status));
    }
  }
  bool WantsMore() const override { return true; }
  bool Cancelled() const override { return false; }
  void OnWakeUp(absl::AnyInvocable<void()>) override {}

 private:
  std::function<void(absl::StatusOr<std::string>)> answer_;
  std::string message_;
};

}  // namespace

const char* NameOf(NetworkEvent event) {
  switch (event) {
    case NetworkEvent::kCall:
      return "calls";
    case NetworkEvent::kRefused:
      return "connection refused";
    case NetworkEvent::kRequestLost:
      return "request lost";
    case NetworkEvent::kReplyLost:
      return "reply lost after the commit";
    case NetworkEvent::kDeliveredAgain:
      return "request delivered again later";
    case NetworkEvent::kStalled:
      return "answer after the deadline";
    case NetworkEvent::kServerDown:
      return "server down";
    case NetworkEvent::kEnd:
      break;
  }
  return "";
}

// One device's end of the network.
class SimTransport final : public rpc::Transport {
 public:
  SimTransport(Network& network, NodeLoop& loop, std::string peer, const bool* online)
      : network_(network), loop_(loop), peer_(std::move(peer)), online_(online) {}

  rpc::CallId Start(const std::string& method, const std::string& call_token, std::string request, uint64_t timeout_us,
                    Done done) override {
    network_.Count(NetworkEvent::kCall);
    network_.Look(request);
    const rpc::CallId id = ++last_;
    auto call = std::make_shared<Call>();
    call->done = std::move(done);
    live_[id] = call;
    rpc::CallInfo info;
    info.method = method;
    info.call_token = call_token;
    info.peer = peer_;

    call->deadline = EndAfter(timeout_us, id, Error(Reason::REASON_DEADLINE, "the call took longer than allowed"));
    if (!*online_ || network_.Chance(network_.faults_.refused)) {
      network_.Count(NetworkEvent::kRefused);
      EndAfter(network_.Latency(), id, Unreachable());
      return id;
    }
    if (network_.Chance(network_.faults_.request_lost)) {
      network_.Count(NetworkEvent::kRequestLost);
      EndAfter(4 * network_.Latency(), id, Unreachable());
      return id;
    }
    const bool reply_lost = network_.Chance(network_.faults_.reply_lost);
    const bool stalled = network_.Chance(network_.faults_.stalled) || method == network_.faults_.stalled_method;
    const std::weak_ptr<bool> here = here_;
    network_.Deliver(info, request, network_.Latency(), [this, here, id, reply_lost, stalled, timeout_us](auto answer) {
      if (here.expired()) return;  // the caller's process has ended, or it has closed the transport
      uint64_t delay_us = network_.Latency();
      if (reply_lost) {
        network_.Count(NetworkEvent::kReplyLost);
        answer = Unreachable();
      }
      if (stalled) {
        network_.Count(NetworkEvent::kStalled);
        delay_us += timeout_us;
      }
      EndAfter(delay_us, id, std::move(answer));
    });
    if (network_.Chance(network_.faults_.delivered_again)) {
      network_.Count(NetworkEvent::kDeliveredAgain);
      network_.Deliver(info, request, network_.Latency() + network_.entropy_.Below(6 * kMicrosPerHour), [](auto) {});
    }
    return id;
  }

  void Cancel(rpc::CallId id) override {
    if (live_.count(id) == 0) return;
    EndAfter(0, id, Error(Reason::REASON_CANCELLED, "cancelled"));
  }

 private:
  struct Call {
    Done done;
    TimerId deadline = 0;
  };

  // Nothing, if the transport is closed before.
  TimerId EndAfter(uint64_t delay_us, rpc::CallId id, absl::StatusOr<std::string> answer) {
    return loop_.At(network_.scheduler_.now_us() + delay_us,
                    [this, here = std::weak_ptr<bool>(here_), id, answer = std::move(answer)]() mutable {
                      if (!here.expired()) End(id, std::move(answer));
                    });
  }

  void End(rpc::CallId id, absl::StatusOr<std::string> answer) {
    const auto found = live_.find(id);
    if (found == live_.end()) return;
    const auto call = found->second;
    live_.erase(found);
    loop_.Cancel(call->deadline);
    call->done(std::move(answer));
  }

  Network& network_;
  NodeLoop& loop_;
  const std::string peer_;
  const bool* online_;
  rpc::CallId last_ = 0;
  std::map<rpc::CallId, std::shared_ptr<Call>> live_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

void Network::SetServer(NodeLoop* loop, Server server) {
  server_loop_ = loop;
  server_ = std::move(server);
}

void Network::Look(Bytes bytes) {
  trace_hash_ = HashOf(trace_hash_ ^ scheduler_.now_us(), bytes);
  for (const std::string& word : watched_) {
    if (absl::StrContains(bytes, word)) leaks_.push_back(word);
  }
}

void Network::Deliver(const rpc::CallInfo& info, const std::string& request, uint64_t delay_us,
                      std::function<void(absl::StatusOr<std::string>)> answer) {
  if (server_loop_ == nullptr) {
    Count(NetworkEvent::kServerDown);
    return answer(Unreachable());
  }
  // If the server's process ends before it answers, the task and the outlet go with it: `answer` is told by its guard.
  struct Guarded {
    std::function<void(absl::StatusOr<std::string>)> answer;
    ~Guarded() {
      if (answer != nullptr) answer(Unreachable());
    }
  };
  auto guarded = std::make_shared<Guarded>();
  guarded->answer = std::move(answer);
  server_loop_->At(scheduler_.now_us() + delay_us, [this, info, request = request, guarded]() mutable {
    const bool exchange = info.method == kExchange;
    if (on_call_ != nullptr) on_call_(info, request);
    const bool forged = exchange && meddler_.Request(info.peer, &request);
    const auto take = [this, info, guarded, exchange, forged](absl::StatusOr<std::string> result) {
      if (result.ok()) {
        if (on_answer_ != nullptr) on_answer_(info, *result);
        meddler_.AnyAnswer(info.peer, info.method, &*result);
        if (exchange) meddler_.Answer(info.peer, forged, &*result);
        Look(*result);
      }
      std::exchange(guarded->answer, nullptr)(std::move(result));
    };
    server_(info, request, std::make_shared<Gathering>(take));
  });
}

std::unique_ptr<rpc::Transport> Network::Connect(NodeLoop& loop, std::string peer, const bool* online) {
  return std::make_unique<SimTransport>(*this, loop, std::move(peer), online);
}

}  // namespace qf::sim
