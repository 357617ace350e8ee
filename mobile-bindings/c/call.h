// One call of the C ABI: the outlet that a handler answers into, and what the listener is given. Not for anybody but
// qingfeng.cc.
//
// Messages wait here until there is credit; the end comes after them, at once when the call was cancelled.
// Threads: any; events are posted to the listener's thread in order.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "common/base/loop.h"
#include "common/base/mutex.h"
#include "common/rpc/method_table.h"
#include "mobile-bindings/c/qingfeng.h"

namespace qf::abi {

// How the payloads of a call look to the caller.
enum class Encoding { kBinary, kJson };

// The listener and the thread that it runs on; shared by all calls of a client.
struct Listening {
  qf_listener listener;
  void* context;
  std::unique_ptr<Loop> thread;
};

class Call final : public rpc::Outlet, public std::enable_shared_from_this<Call> {
 public:
  // `response` is the prototype of its messages, nullptr if unknown; `ended` is called on the listener's thread before
  // it hears QF_END: the number may be used again from then on.
  Call(Listening& listening, qf_call id, int32_t window, Encoding encoding, const google::protobuf::Message* response,
       absl::AnyInvocable<void()> ended)
      : listening_(listening),
        id_(id),
        encoding_(encoding),
        response_(response),
        ended_(std::move(ended)),
        credit_(window) {}

  void Credit(int32_t count);
  void Cancel();

  void Send(std::string message) override;
  void Finish(absl::Status status) override;
  bool WantsMore() const override;
  bool Cancelled() const override;
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) override;

 private:
  // Gives the listener what may go now.
  void Flush() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DeliverEnd(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeHandler();
  std::string Encode(const std::string& message) const;

  Listening& listening_;
  const qf_call id_;
  const Encoding encoding_;
  const google::protobuf::Message* const response_;
  absl::AnyInvocable<void()> ended_;

  mutable Mutex mutex_;
  int32_t credit_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> waiting_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool end_delivered_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<absl::AnyInvocable<void()>> wake_up_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qf::abi
