// One call of an HTTP front: the outlet that a handler answers into, and the queue that the connection empties. A part
// of http_front.cc; nobody else includes it.
//
// Threads: any; `changed` is called on whichever thread changed something, and posts.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "common/base/mutex.h"
#include "common/connect/http_front.h"

namespace qf::connect {

class HttpCall final : public rpc::Outlet {
 public:
  explicit HttpCall(std::function<void()> changed) : changed_(std::move(changed)) {}

  // The connection's side.
  struct Ready {
    std::deque<std::string> messages;
    bool ended = false;  // after these messages, with `status`
    absl::Status status;
  };
  // What may be written now; taking it makes room.
  Ready Take();
  // The caller has gone, or its time is over: what the handler does does not matter any more.
  void Drop();

  // The handler's side.
  void Send(std::string message) override;
  void Finish(absl::Status status) override;
  bool WantsMore() const override;
  bool Cancelled() const override;
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) override;

 private:
  void WakeUp();

  const std::function<void()> changed_;
  mutable Mutex mutex_;
  std::deque<std::string> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<absl::AnyInvocable<void()>> wake_up_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qf::connect
