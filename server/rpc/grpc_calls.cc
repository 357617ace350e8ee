#include "server/rpc/grpc_calls.h"

#include <grpcpp/grpcpp.h>

#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/base/try.h"
#include "common/rpc/call_token.h"
#include "common/rpc/status_codec.h"

namespace qf::server {
namespace {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = rpc::ToProto(status);
  return grpc::Status(static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString());
}

// A buffer that owns `message`: no copy of a page of a megabyte.
grpc::ByteBuffer BufferOf(std::string message) {
  auto* owned = new std::string(std::move(message));
  const grpc::Slice slice(
      &(*owned)[0], owned->size(), [](void* text) { delete static_cast<std::string*>(text); }, owned);
  return grpc::ByteBuffer(&slice, 1);
}

absl::StatusOr<std::string> BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return Error(Reason::REASON_FRAME, "the request cannot be read");
  std::string out;
  out.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

// "ipv4:192.0.2.1:5000" -> "192.0.2.1", "ipv6:%5B2001:db8::1%5D:5000" -> "2001:db8::1", "unix:" -> "unix".
std::string AddressOf(absl::string_view peer) {
  const size_t scheme = peer.find(':');
  if (scheme == absl::string_view::npos || absl::StartsWith(peer, "unix:")) return "unix";
  peer.remove_prefix(scheme + 1);
  peer = peer.substr(0, peer.rfind(':'));
  if (absl::StartsWith(peer, "%5B") && absl::EndsWith(peer, "%5D")) peer = peer.substr(3, peer.size() - 6);
  return std::string(peer);
}

}  // namespace

// One call: gRPC's reactor and the handler's outlet in one object. It is held by `self_` until gRPC says OnDone, and
// by the handler for as long as that likes. After OnDone it touches neither gRPC nor its GrpcCalls.
class GrpcCall final : public grpc::ServerGenericBidiReactor, public rpc::Outlet {
 public:
  using Reactor = grpc::ServerGenericBidiReactor;

  static Reactor* Begin(GrpcCalls& calls, const grpc::GenericCallbackServerContext& context) {
    auto call = std::make_shared<GrpcCall>(calls, context);
    call->Admit(call);
    return call.get();
  }

  GrpcCall(GrpcCalls& calls, const grpc::GenericCallbackServerContext& context) : calls_(calls) {
    calls_.Enter();
    info_.method = std::string(absl::StripPrefix(context.method(), "/"));
    info_.peer = AddressOf(context.peer());
    const auto token = context.client_metadata().find(rpc::kCallTokenMetadata);
    if (token != context.client_metadata().end()) info_.call_token.assign(token->second.data(), token->second.size());
  }

  // gRPC's reactions.
  void OnReadDone(bool ok) override {
    std::shared_ptr<GrpcCall> self;
    grpc::ByteBuffer buffer;
    {
      MutexLock lock(mutex_);
      self = self_;
      buffer.Swap(&request_);
    }
    const absl::StatusOr<std::string> request =
        ok ? BytesOf(buffer) : Error(Reason::REASON_FRAME, "a call needs one request");
    buffer.Clear();
    if (request.ok()) {
      calls_.table_.Call(info_, *request, std::move(self));
    } else {
      Finish(request.status());
    }
  }
  void OnWriteDone(bool ok) override {
    bool room = false;
    {
      MutexLock lock(mutex_);
      writing_ = false;
      waiting_bytes_ -= write_bytes_;
      if (!ok) Drop();
      if (full_ && waiting_bytes_ <= GrpcCarrier::kWindowBytes / 2 &&
          waiting_.size() <= GrpcCarrier::kWindowMessages / 2) {
        full_ = false;
        room = true;
      }
    }
    Advance();
    if (room || !ok) WakeUp();
  }
  void OnCancel() override {
    {
      MutexLock lock(mutex_);
      Drop();
    }
    Advance();
    WakeUp();
  }
  void OnDone() override {
    std::shared_ptr<GrpcCall> last;  // declared before the lock, which it may hold the last of
    MutexLock lock(mutex_);
    last.swap(self_);
    Drop();
    write_.Clear();
    calls_.Leave();
  }

  // The handler's side.
  void Send(std::string message) override {
    {
      MutexLock lock(mutex_);
      if (finishing_ || cancelled_) return;
      waiting_bytes_ += message.size();
      waiting_.push_back(BufferOf(std::move(message)));
      full_ = full_ || waiting_bytes_ >= GrpcCarrier::kWindowBytes || waiting_.size() >= GrpcCarrier::kWindowMessages;
      if (waiting_bytes_ > GrpcCarrier::kQueueBytesMax) {
        ForgetWaiting();
        finishing_ = true;
        end_ = Error(Reason::REASON_INTERNAL, "a handler sent more than the receiver takes");
      }
    }
    Advance();
  }
  void Finish(absl::Status status) override {
    {
      MutexLock lock(mutex_);
      if (finishing_) return;
      finishing_ = true;
      end_ = std::move(status);
    }
    Advance();
  }
  bool WantsMore() const override {
    MutexLock lock(mutex_);
    return !full_ && !finishing_ && !cancelled_;
  }
  bool Cancelled() const override {
    MutexLock lock(mutex_);
    return cancelled_;
  }
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) override {
    // Declared before the lock, so that what is replaced or refused is destroyed after it.
    std::shared_ptr<absl::AnyInvocable<void()>> next;
    if (wake_up != nullptr) next = std::make_shared<absl::AnyInvocable<void()>>(std::move(wake_up));
    MutexLock lock(mutex_);
    if (next == nullptr || !cancelled_) wake_up_.swap(next);
  }

 private:
  enum class Step { kNone, kWrite, kWriteAndFinish, kFinish };

  // The request is read only of calls that are let in.
  void Admit(const std::shared_ptr<GrpcCall>& self) {
    absl::Status verdict = Check();
    {
      MutexLock lock(mutex_);
      self_ = self;
    }
    if (verdict.ok()) {
      StartRead(&request_);
    } else {
      Finish(std::move(verdict));
    }
  }
  absl::Status Check() {
    if (calls_.stopping()) return Error(Reason::REASON_SHUTDOWN, "the server is stopping");
    const rpc::MethodTable::Method* method = calls_.table_.Find(info_.method);
    if (method == nullptr) return Error(Reason::REASON_METHOD, "there is no such method");
    {
      MutexLock lock(mutex_);
      streams_ = method->streams;
    }
    return calls_.guard_ == nullptr ? absl::OkStatus() : calls_.guard_(info_);
  }

  // Does the next thing that gRPC can do for this call: one operation at a time, started outside the lock.
  void Advance() {
    Step step;
    grpc::Status end;
    {
      MutexLock lock(mutex_);
      step = TakeStep();
      if (step == Step::kFinish || step == Step::kWriteAndFinish) end = ToGrpc(end_);
    }
    if (step == Step::kWrite) StartWrite(&write_);
    if (step == Step::kWriteAndFinish) StartWriteAndFinish(&write_, grpc::WriteOptions(), end);
    if (step == Step::kFinish) Reactor::Finish(end);
  }
  Step TakeStep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || ended_) return Step::kNone;
    // A unary answer waits for its end, so that both go out in one packet.
    if (!waiting_.empty() && (streams_ || finishing_)) {
      write_ = std::move(waiting_.front());
      waiting_.pop_front();
      write_bytes_ = write_.Length();
      ended_ = finishing_ && waiting_.empty();
      writing_ = !ended_;
      return ended_ ? Step::kWriteAndFinish : Step::kWrite;
    }
    if (!finishing_) return Step::kNone;
    ended_ = true;
    return Step::kFinish;
  }

  // The caller has gone: gRPC is told the end at once, whatever the handler does.
  void Drop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ForgetWaiting();
    cancelled_ = true;
    if (finishing_) return;
    finishing_ = true;
    end_ = Error(Reason::REASON_CANCELLED, "the call was cancelled");
  }
  void ForgetWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    waiting_.clear();
    waiting_bytes_ = writing_ ? write_bytes_ : 0;
  }

  // One wake-up at a time; one that is asked for meanwhile follows. A cancel's is the last: a handler that never
  // looks again must not be kept alive by it.
  void WakeUp() {
    mutex_.Lock();
    wake_again_ = true;
    while (wake_again_ && !waking_ && wake_up_ != nullptr) {
      wake_again_ = false;
      waking_ = true;
      std::shared_ptr<absl::AnyInvocable<void()>> wake_up = wake_up_;
      if (cancelled_) wake_up_ = nullptr;
      mutex_.Unlock();
      (*wake_up)();
      wake_up = nullptr;
      mutex_.Lock();
      waking_ = false;
    }
    mutex_.Unlock();
  }

  // Constant once begun.
  GrpcCalls& calls_;
  rpc::CallInfo info_;

  // gRPC orders its reactions, but with what no sanitizer sees: so all that changes is behind the mutex.
  mutable Mutex mutex_;
  std::shared_ptr<GrpcCall> self_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer request_;  // gRPC's until OnReadDone
  std::deque<grpc::ByteBuffer> waiting_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer write_;  // gRPC's while writing_, or once ended_
  size_t write_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of waiting_, and of write_ while writing_
  absl::Status end_ ABSL_GUARDED_BY(mutex_);          // once finishing_
  bool streams_ ABSL_GUARDED_BY(mutex_) = false;
  bool full_ ABSL_GUARDED_BY(mutex_) = false;  // from a full window until it is half empty
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;  // the handler, or a cancel, said the end
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;      // gRPC was told
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool waking_ ABSL_GUARDED_BY(mutex_) = false;
  bool wake_again_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<absl::AnyInvocable<void()>> wake_up_ ABSL_GUARDED_BY(mutex_);
};

grpc::ServerGenericBidiReactor* GrpcCalls::CreateReactor(grpc::GenericCallbackServerContext* context) {
  return GrpcCall::Begin(*this, *context);
}

size_t GrpcCalls::count() const {
  MutexLock lock(mutex_);
  return count_;
}

bool GrpcCalls::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

void GrpcCalls::Enter() {
  MutexLock lock(mutex_);
  ++count_;
}

void GrpcCalls::Leave() {
  MutexLock lock(mutex_);
  if (--count_ == 0) empty_.NotifyAll();
}

bool GrpcCalls::Empty(uint64_t grace_us) {
  const uint64_t until_us = SystemClock().SteadyUs() + grace_us;
  MutexLock lock(mutex_);
  stopping_ = true;
  for (uint64_t now_us; count_ > 0 && (now_us = SystemClock().SteadyUs()) < until_us;) {
    empty_.WaitFor(mutex_, until_us - now_us);
  }
  return count_ == 0;
}

}  // namespace qf::server
