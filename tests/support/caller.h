// Calls methods of a table as a carrier does, and keeps what comes back. Any thread answers; one thread asks.
//
//   auto call = StartCall(table, "qingfeng.client.v1.EventService/Watch", request);
//   loop.Run();
//   EXPECT_EQ(call->messages().size(), 1u);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/mutex.h"
#include "common/rpc/method_table.h"

namespace qf {

// Takes what a handler gives. `window` messages may be under way until Credit gives more.
class KeepingOutlet final : public rpc::Outlet {
 public:
  explicit KeepingOutlet(size_t window) : window_(window) {}

  void Send(std::string message) override {
    MutexLock lock(mutex_);
    QF_CHECK(!status_.has_value());
    QF_CHECK(messages_.size() < window_);
    messages_.push_back(std::move(message));
  }
  void Finish(absl::Status status) override {
    MutexLock lock(mutex_);
    QF_CHECK(!status_.has_value());  // exactly once
    status_ = std::move(status);
    ended_.NotifyAll();
  }
  bool WantsMore() const override {
    MutexLock lock(mutex_);
    return messages_.size() < window_;
  }
  bool Cancelled() const override {
    MutexLock lock(mutex_);
    return cancelled_;
  }
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) override {
    MutexLock lock(mutex_);
    wake_up_ = std::move(wake_up);
  }

  void Credit(size_t more) {
    MutexLock lock(mutex_);
    window_ += more;
    if (wake_up_ != nullptr) wake_up_();
  }
  void Cancel() {
    MutexLock lock(mutex_);
    cancelled_ = true;
    if (wake_up_ != nullptr) wake_up_();
  }
  std::vector<std::string> messages() const {
    MutexLock lock(mutex_);
    return messages_;
  }
  // nullopt until the call has ended.
  std::optional<absl::Status> status() const {
    MutexLock lock(mutex_);
    return status_;
  }
  // Waits for the end; for clients with threads of their own.
  absl::Status Await() {
    MutexLock lock(mutex_);
    while (!status_.has_value()) ended_.Wait(mutex_);
    return *status_;
  }

 private:
  mutable Mutex mutex_;
  CondVar ended_;
  size_t window_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
  absl::AnyInvocable<void()> wake_up_ ABSL_GUARDED_BY(mutex_);
};

template <class Request>
std::shared_ptr<KeepingOutlet> StartCall(const rpc::MethodTable& table, const std::string& method,
                                         const Request& request, size_t window = SIZE_MAX) {
  auto outlet = std::make_shared<KeepingOutlet>(window);
  rpc::CallInfo info;
  info.method = method;
  table.Call(info, request.SerializeAsString(), outlet);
  return outlet;
}

// What a unary call that has ended gave.
template <class Response>
absl::StatusOr<Response> ResultOf(const KeepingOutlet& outlet) {
  const auto status = outlet.status();
  if (!status.has_value()) return Error(Reason::REASON_DEADLINE, "the call has not ended");
  if (!status->ok()) return *status;
  QF_CHECK(outlet.messages().size() == 1);
  Response response;
  QF_CHECK(response.ParseFromString(outlet.messages()[0]));
  return response;
}

}  // namespace qf
