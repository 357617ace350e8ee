#include "mobile-bindings/c/call.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/error.h"
#include "common/rpc/json.h"
#include "common/rpc/status_codec.h"

namespace qf::abi {
namespace {

qf_bytes View(const std::string& bytes) { return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}; }

}  // namespace

void Call::Credit(int32_t count) {
  {
    MutexLock lock(mutex_);
    if (end_delivered_) return;
    credit_ = std::min<int64_t>(int64_t{credit_} + count, std::numeric_limits<int32_t>::max());
    Flush();
  }
  WakeHandler();
}

void Call::Cancel() {
  {
    MutexLock lock(mutex_);
    if (end_delivered_ || cancelled_) return;
    cancelled_ = true;
    waiting_.clear();
    Flush();
  }
  WakeHandler();
}

void Call::Send(std::string message) {
  MutexLock lock(mutex_);
  if (cancelled_ || finished_) return;
  waiting_.push_back(std::move(message));
  Flush();
}

void Call::Finish(absl::Status status) {
  MutexLock lock(mutex_);
  finished_ = true;
  status_ = std::move(status);
  Flush();
}

bool Call::WantsMore() const {
  MutexLock lock(mutex_);
  return !cancelled_ && !finished_ && credit_ > static_cast<int32_t>(waiting_.size());
}

bool Call::Cancelled() const {
  MutexLock lock(mutex_);
  return cancelled_;
}

void Call::OnWakeUp(absl::AnyInvocable<void()> wake_up) {
  MutexLock lock(mutex_);
  wake_up_ = wake_up ? std::make_shared<absl::AnyInvocable<void()>>(std::move(wake_up)) : nullptr;
}

void Call::WakeHandler() {
  std::shared_ptr<absl::AnyInvocable<void()>> wake_up;
  {
    MutexLock lock(mutex_);
    wake_up = wake_up_;
  }
  if (wake_up != nullptr) (*wake_up)();
}

void Call::Flush() {
  while (!waiting_.empty() && credit_ > 0) {
    --credit_;
    listening_.thread->Post([self = shared_from_this(), message = std::move(waiting_.front())] {
      const std::string bytes = self->Encode(message);
      self->listening_.listener(self->listening_.context, self->id_, QF_MESSAGE, 0, View(bytes));
    });
    waiting_.pop_front();
  }
  if (finished_ && waiting_.empty() && !end_delivered_) {
    end_delivered_ = true;
    DeliverEnd(std::move(status_));
  }
}

void Call::DeliverEnd(absl::Status status) {
  listening_.thread->Post([self = shared_from_this(), status = std::move(status)] {
    std::string bytes;
    if (!status.ok()) {
      const auto proto = rpc::ToProto(status);
      bytes = self->encoding_ == Encoding::kJson ? rpc::ToJson(proto).value_or("{}") : proto.SerializeAsString();
    }
    // Before the listener hears of it: it may use the number again at once.
    self->ended_();
    self->listening_.listener(self->listening_.context, self->id_, QF_END, static_cast<int32_t>(status.code()),
                              View(bytes));
  });
}

std::string Call::Encode(const std::string& message) const {
  if (encoding_ != Encoding::kJson || response_ == nullptr) return message;
  const std::unique_ptr<google::protobuf::Message> parsed(response_->New());
  parsed->ParseFromString(message);
  return rpc::ToJson(*parsed).value_or("{}");
}

}  // namespace qf::abi
