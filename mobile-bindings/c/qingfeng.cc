// The functions of qingfeng.h: handles, bounds, and a guard that lets no exception pass. What they do is in call.cc
// and in the core behind its method table.
#include "mobile-bindings/c/qingfeng.h"

#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "client-core/api/client.h"
#include "client-core/session/version.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/mutex.h"
#include "common/rpc/json.h"
#include "mobile-bindings/c/call.h"

namespace qf::abi {
namespace {

constexpr size_t kClients = 1024;
constexpr size_t kLiveCalls = 256;
constexpr int32_t kWindowMax = 256;
constexpr size_t kPayloadBytes = 1 << 20;

constexpr int32_t Code(absl::StatusCode code) { return static_cast<int32_t>(code); }
constexpr int32_t kOk = 0;
constexpr int32_t kNotFound = Code(absl::StatusCode::kNotFound);
constexpr int32_t kInvalid = Code(absl::StatusCode::kInvalidArgument);

// One open client.
class Handle {
 public:
  Handle(qf_listener listener, void* context) {
    listening_.listener = listener;
    listening_.context = context;
    listening_.thread = NewThreadLoop();
    client_ = client::Client::Create();
  }

  int32_t Start(qf_call id, const std::string& method, std::string request, int32_t window) {
    const auto* found = client_->methods().Find(method);
    const auto encoding = !request.empty() && request[0] == '{' ? Encoding::kJson : Encoding::kBinary;
    std::shared_ptr<Call> call;
    {
      MutexLock lock(mutex_);
      if (calls_.size() >= kLiveCalls) return Code(absl::StatusCode::kResourceExhausted);
      if (calls_.count(id) > 0) return Code(absl::StatusCode::kAlreadyExists);
      call = std::make_shared<Call>(listening_, id, window, encoding, found == nullptr ? nullptr : found->response,
                                    [this, id] { Forget(id); });
      calls_[id] = call;
    }
    rpc::CallInfo info;
    info.method = method;
    if (encoding == Encoding::kJson && found != nullptr) {
      auto binary = rpc::FromJson(request, *found->request);
      if (!binary.ok()) {
        call->Finish(binary.status());
        return kOk;
      }
      request = *std::move(binary);
    }
    client_->methods().Call(info, request, call);
    return kOk;
  }

  // nullptr once it has ended.
  std::shared_ptr<Call> Find(qf_call id) {
    MutexLock lock(mutex_);
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : found->second;
  }

  // A function of the header is inside from Enter to Leave, and Close waits for it: what it calls is there until then.
  // False once the client is closing.
  bool Enter() {
    MutexLock lock(mutex_);
    if (!closing_) ++inside_;
    return !closing_;
  }

  void Leave() {
    MutexLock lock(mutex_);
    if (--inside_ == 0) left_.NotifyAll();
  }

  bool OnListenerThread() const { return listening_.thread->Here(); }

  void Close() {
    std::map<qf_call, std::shared_ptr<Call>> live;
    {
      MutexLock lock(mutex_);
      closing_ = true;
      while (inside_ > 0) left_.Wait(mutex_);
      live = calls_;
    }
    for (const auto& [id, call] : live) call->Cancel();
    client_.reset();            // every call has finished now
    listening_.thread.reset();  // and the listener has heard of it
  }

 private:
  void Forget(qf_call id) {
    MutexLock lock(mutex_);
    calls_.erase(id);
  }

  Listening listening_;
  std::unique_ptr<client::Client> client_;
  Mutex mutex_;
  CondVar left_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  int32_t inside_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<qf_call, std::shared_ptr<Call>> calls_ ABSL_GUARDED_BY(mutex_);
};

// Handles are a slot's number and its generation, so that a stale one is never somebody else's client.
class Handles {
 public:
  qf_client Add(std::shared_ptr<Handle> handle) {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < kClients; ++i) {
      Slot& slot = slots_[i];
      if (slot.handle != nullptr) continue;
      ++slot.generation;
      slot.handle = std::move(handle);
      return slot.generation << 16 | i;
    }
    return 0;
  }

  std::shared_ptr<Handle> Find(qf_client client) {
    MutexLock lock(mutex_);
    Slot* slot = At(client);
    return slot == nullptr ? nullptr : slot->handle;
  }

  std::shared_ptr<Handle> Remove(qf_client client) {
    MutexLock lock(mutex_);
    Slot* slot = At(client);
    return slot == nullptr ? nullptr : std::exchange(slot->handle, nullptr);
  }

  // True if it was a client once.
  bool Was(qf_client client) {
    MutexLock lock(mutex_);
    const size_t index = client & 0xffff;
    const uint64_t generation = client >> 16;
    return generation > 0 && index < kClients && generation <= slots_[index].generation;
  }

 private:
  struct Slot {
    uint64_t generation = 0;
    std::shared_ptr<Handle> handle;
  };
  Slot* At(qf_client client) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const size_t index = client & 0xffff;
    if (index >= kClients || slots_[index].generation != client >> 16) return nullptr;
    return &slots_[index];
  }

  Mutex mutex_;
  std::array<Slot, kClients> slots_ ABSL_GUARDED_BY(mutex_);
};

Handles& TheHandles() {
  static Handles* const handles = new Handles();
  return *handles;
}

// A client, for as long as one function of the header uses it.
class Visit {
 public:
  explicit Visit(qf_client client) : handle_(TheHandles().Find(client)) {
    if (handle_ != nullptr && !handle_->Enter()) handle_ = nullptr;
  }
  ~Visit() {
    if (handle_ != nullptr) handle_->Leave();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  // nullptr if there is no such client.
  Handle* handle() const { return handle_.get(); }

 private:
  std::shared_ptr<Handle> handle_;
};

// No exception of a library passes the C line: memory and threads may run out.
template <class Result, class Body>
Result Guard(Result otherwise, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace
}  // namespace qf::abi

using namespace qf::abi;  // NOLINT: the C names below are the file's purpose

extern "C" {

__attribute__((visibility("default"))) const char* qf_version(int32_t* abi_version) {
  if (abi_version != nullptr) *abi_version = QF_ABI_VERSION;
  static const auto* const name = new std::string(absl::StrCat("qingfeng ", qf::client::kVersion));
  return name->c_str();
}

__attribute__((visibility("default"))) qf_client qf_open(qf_listener listener, void* context) {
  if (listener == nullptr) return 0;
  return Guard<qf_client>(0, [&] { return TheHandles().Add(std::make_shared<Handle>(listener, context)); });
}

__attribute__((visibility("default"))) int32_t qf_start(qf_client client, qf_call call, const char* method,
                                                        qf_bytes request, int32_t window) {
  return Guard<int32_t>(Code(absl::StatusCode::kInternal), [&]() -> int32_t {
    const Visit visit(client);
    if (visit.handle() == nullptr) return kNotFound;
    if (call == 0 || method == nullptr || window < 1 || window > kWindowMax || request.size > kPayloadBytes ||
        (request.data == nullptr && request.size > 0) ||
        strnlen(method, qf::limits::kMethodNameBytes + 1) > qf::limits::kMethodNameBytes) {
      return kInvalid;
    }
    return visit.handle()->Start(call, method, std::string(reinterpret_cast<const char*>(request.data), request.size),
                                 window);
  });
}

__attribute__((visibility("default"))) int32_t qf_credit(qf_client client, qf_call call, int32_t count) {
  return Guard<int32_t>(Code(absl::StatusCode::kInternal), [&]() -> int32_t {
    const Visit visit(client);
    if (visit.handle() == nullptr) return kNotFound;
    if (count < 1 || count > kWindowMax) return kInvalid;
    if (const auto found = visit.handle()->Find(call)) found->Credit(count);
    return kOk;
  });
}

__attribute__((visibility("default"))) int32_t qf_cancel(qf_client client, qf_call call) {
  return Guard<int32_t>(Code(absl::StatusCode::kInternal), [&]() -> int32_t {
    const Visit visit(client);
    if (visit.handle() == nullptr) return kNotFound;
    if (const auto found = visit.handle()->Find(call)) found->Cancel();
    return kOk;
  });
}

__attribute__((visibility("default"))) int32_t qf_close(qf_client client) {
  return Guard<int32_t>(Code(absl::StatusCode::kInternal), [&]() -> int32_t {
    const auto open = TheHandles().Find(client);
    if (open == nullptr) return TheHandles().Was(client) ? kOk : kNotFound;
    if (open->OnListenerThread()) return Code(absl::StatusCode::kFailedPrecondition);
    const auto handle = TheHandles().Remove(client);
    if (handle != nullptr) handle->Close();
    return kOk;
  });
}

}  // extern "C"
