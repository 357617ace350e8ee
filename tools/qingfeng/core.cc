#include "tools/qingfeng/core.h"

#include <deque>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/mutex.h"
#include "common/base/try.h"
#include "google/protobuf/descriptor.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {
namespace {

constexpr size_t kMessagesAhead = 4;
constexpr uint64_t kLookForInterruptUs = 50'000;

const google::protobuf::MethodDescriptor* FindMethod(const google::protobuf::Descriptor& request) {
  const google::protobuf::FileDescriptor& file = *request.file();
  for (int s = 0; s < file.service_count(); ++s) {
    for (int m = 0; m < file.service(s)->method_count(); ++m) {
      const auto* method = file.service(s)->method(m);
      if (method->input_type() == &request) return method;
    }
  }
  return nullptr;
}

// Where a call's messages wait until the calling thread takes them.
class Inbox final : public rpc::Outlet {
 public:
  void Send(std::string message) override {
    MutexLock lock(mutex_);
    messages_.push_back(std::move(message));
    changed_.NotifyOne();
  }
  void Finish(absl::Status status) override {
    MutexLock lock(mutex_);
    end_ = std::move(status);
    changed_.NotifyOne();
  }
  bool WantsMore() const override {
    MutexLock lock(mutex_);
    return !cancelled_ && messages_.size() < kMessagesAhead;
  }
  bool Cancelled() const override {
    MutexLock lock(mutex_);
    return cancelled_;
  }
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) override {
    MutexLock lock(mutex_);
    wake_up_ = wake_up == nullptr ? nullptr : std::make_shared<absl::AnyInvocable<void()>>(std::move(wake_up));
  }

  // The next message; nullopt once the call has ended. Looks for Ctrl-C while it waits.
  std::optional<std::string> Next() {
    std::optional<std::string> message;
    bool interrupted = false;
    {
      MutexLock lock(mutex_);
      while (messages_.empty() && !end_ && !interrupted) {
        changed_.WaitFor(mutex_, kLookForInterruptUs);
        interrupted = Interrupted() && !cancelled_;
      }
      if (!messages_.empty()) {
        message = std::move(messages_.front());
        messages_.pop_front();
      }
    }
    if (interrupted) {
      Cancel();
      return Next();
    }
    if (message) WakeUp();
    return message;
  }
  void Cancel() {
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
    }
    WakeUp();
  }
  absl::Status End() const {
    MutexLock lock(mutex_);
    return *end_;
  }

 private:
  // Outside the lock: the handler may answer from inside its wake-up.
  void WakeUp() {
    std::shared_ptr<absl::AnyInvocable<void()>> wake_up;
    {
      MutexLock lock(mutex_);
      wake_up = wake_up_;
    }
    if (wake_up != nullptr) (*wake_up)();
  }

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<absl::AnyInvocable<void()>> wake_up_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::string MethodOf(const google::protobuf::Descriptor& request) {
  const auto* method = FindMethod(request);
  if (method == nullptr) return "";
  return absl::StrCat(method->service()->full_name(), "/", method->name());
}

void Core::CheckPair(const google::protobuf::Descriptor& request, const google::protobuf::Descriptor& response) {
  const auto* method = FindMethod(request);
  QF_CHECK(method != nullptr);
  QF_CHECK(method->output_type() == &response);
}

absl::Status Core::Run(const std::string& method, const std::string& request, Each each) {
  rpc::CallInfo info;
  info.method = method;
  const auto inbox = std::make_shared<Inbox>();
  table_.Call(info, request, inbox);
  absl::Status problem;
  while (const std::optional<std::string> message = inbox->Next()) {
    if (!problem.ok()) continue;
    problem = each(*message);
    if (!problem.ok()) inbox->Cancel();
  }
  return problem.ok() ? inbox->End() : problem;
}

}  // namespace qf::cli
