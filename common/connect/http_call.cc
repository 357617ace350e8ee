#include "common/connect/http_call.h"

#include <utility>

#include "common/base/error.h"

namespace qf::connect {

HttpCall::Ready HttpCall::Take() {
  Ready ready;
  {
    MutexLock lock(mutex_);
    ready.messages.swap(waiting_);
    waiting_bytes_ = 0;
    ready.ended = finished_;
    ready.status = status_;
  }
  if (!ready.messages.empty()) WakeUp();
  return ready;
}

void HttpCall::Drop() {
  {
    MutexLock lock(mutex_);
    waiting_.clear();
    waiting_bytes_ = 0;
    cancelled_ = true;
  }
  WakeUp();
}

void HttpCall::Send(std::string message) {
  {
    MutexLock lock(mutex_);
    if (finished_ || cancelled_) return;
    waiting_bytes_ += message.size();
    waiting_.push_back(std::move(message));
    if (waiting_bytes_ > HttpFront::kQueueBytesMax) {
      waiting_.clear();
      finished_ = true;
      status_ = Error(Reason::REASON_INTERNAL, "a handler sent more than the receiver takes");
    }
  }
  changed_();
}

void HttpCall::Finish(absl::Status status) {
  {
    MutexLock lock(mutex_);
    if (finished_) return;
    finished_ = true;
    status_ = std::move(status);
  }
  changed_();
}

bool HttpCall::WantsMore() const {
  MutexLock lock(mutex_);
  return !finished_ && !cancelled_ && waiting_bytes_ < HttpFront::kWindowBytes &&
         waiting_.size() < HttpFront::kWindowMessages;
}

bool HttpCall::Cancelled() const {
  MutexLock lock(mutex_);
  return cancelled_;
}

void HttpCall::OnWakeUp(absl::AnyInvocable<void()> wake_up) {
  // Declared before the lock, so that what is replaced is destroyed after it.
  std::shared_ptr<absl::AnyInvocable<void()>> next;
  if (wake_up != nullptr) next = std::make_shared<absl::AnyInvocable<void()>>(std::move(wake_up));
  MutexLock lock(mutex_);
  wake_up_.swap(next);
}

void HttpCall::WakeUp() {
  std::shared_ptr<absl::AnyInvocable<void()>> wake_up;
  {
    MutexLock lock(mutex_);
    wake_up = wake_up_;
    if (cancelled_) wake_up_ = nullptr;  // the last: it must not keep a handler alive that never looks again
  }
  if (wake_up != nullptr) (*wake_up)();
}

}  // namespace qf::connect
