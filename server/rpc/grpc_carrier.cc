#include "server/rpc/grpc_carrier.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <sys/stat.h>

#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "common/base/mutex.h"
#include "common/base/try.h"
#include "common/rpc/call_token.h"
#include "common/rpc/grpc_process.h"
#include "common/rpc/status_codec.h"

namespace qf::server {
namespace {

// Settings of the whole process, made while it is loaded and has one thread.
[[maybe_unused]] const bool kPrepared = [] {
  grpc::EnableDefaultHealthCheckService(true);
  return rpc::PrepareGrpc();
}();

constexpr size_t kUnixPathBytesMax = 100;    // sockaddr_un takes 107
constexpr int kMetadataBytesMax = 8 * 1024;  // a call's token is 136 bytes
constexpr int kKeepaliveMs = 60'000;         // of connections with a call under way
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kIdleMs = 45'000;          // devices close at 30 s: ours is for those that do not
constexpr int kHandshakeMs = 20'000;     // slow links need seconds, an open door must not stand open
constexpr int64_t kGoodbyeUs = 200'000;  // for connections without calls to close by themselves

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

// The certificate that handshakes use, replaceable while the server runs.
class IdentityBox {
 public:
  explicit IdentityBox(tls::Identity identity) : identity_(std::move(identity)) {}

  void Replace(tls::Identity identity) {
    MutexLock lock(mutex_);
    identity_ = std::move(identity);
    changed_ = true;
  }

  // What gRPC asks before each handshake; `box` is an IdentityBox.
  static grpc_ssl_certificate_config_reload_status Fetch(void* box, grpc_ssl_server_certificate_config** config) {
    return static_cast<IdentityBox*>(box)->FetchChanged(config);
  }

 private:
  grpc_ssl_certificate_config_reload_status FetchChanged(grpc_ssl_server_certificate_config** config) {
    MutexLock lock(mutex_);
    if (!changed_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    changed_ = false;
    Secret key(absl::StrCat(identity_.private_key_pem.bytes(), absl::string_view("\0", 1)));
    const grpc_ssl_pem_key_cert_pair pair{reinterpret_cast<const char*>(key.data()), identity_.chain_pem.c_str()};
    // The first argument is for certificates of clients, of which none are asked; gRPC insists on having some.
    *config = grpc_ssl_server_certificate_config_create(identity_.chain_pem.c_str(), &pair, 1);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  Mutex mutex_;
  tls::Identity identity_ ABSL_GUARDED_BY(mutex_);
  bool changed_ ABSL_GUARDED_BY(mutex_) = true;
};

// gRPC's C++ has no credentials that fetch, its C core has: this hands the core's to a ServerBuilder.
class FetchingCredentials final : public grpc::ServerCredentials {
 public:
  explicit FetchingCredentials(IdentityBox* box)
      : core_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
                                                                            &IdentityBox::Fetch, box))) {}
  ~FetchingCredentials() override { grpc_server_credentials_release(core_); }
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {
    QF_CHECK(false);  // the guard is ours
  }

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), core_);
  }
  grpc_server_credentials* const core_;
};

// What all calls of a carrier share.
struct House {
  const rpc::MethodTable& table;
  const GrpcCarrier::Guard guard;

  void Enter() {
    MutexLock lock(mutex);
    ++calls;
  }
  void Leave() {
    MutexLock lock(mutex);
    if (--calls == 0) empty.NotifyAll();
  }
  // Lets nobody in any more and waits for those inside; false if some are left after `grace_us`.
  bool Empty(uint64_t grace_us) {
    const uint64_t until_us = SystemClock().SteadyUs() + grace_us;
    MutexLock lock(mutex);
    stopping = true;
    for (uint64_t now_us; calls > 0 && (now_us = SystemClock().SteadyUs()) < until_us;) {
      empty.WaitFor(mutex, until_us - now_us);
    }
    return calls == 0;
  }

  mutable Mutex mutex;
  CondVar empty;
  size_t calls ABSL_GUARDED_BY(mutex) = 0;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
};

// One call: gRPC's reactor and the handler's outlet in one object. It is held by `self_` until gRPC says OnDone, and
// by the handler for as long as that likes. After OnDone it touches neither gRPC nor the house.
class Call final : public grpc::ServerGenericBidiReactor, public rpc::Outlet {
 public:
  using Reactor = grpc::ServerGenericBidiReactor;

  static Reactor* Begin(House& house, const grpc::GenericCallbackServerContext& context) {
    auto call = std::make_shared<Call>(house, context);
    call->Admit(call);
    return call.get();
  }

  Call(House& house, const grpc::GenericCallbackServerContext& context) : house_(house) {
    house_.Enter();
    info_.method = std::string(absl::StripPrefix(context.method(), "/"));
    info_.peer = AddressOf(context.peer());
    const auto token = context.client_metadata().find(rpc::kCallTokenMetadata);
    if (token != context.client_metadata().end()) info_.call_token.assign(token->second.data(), token->second.size());
  }

  // gRPC's reactions.
  void OnReadDone(bool ok) override {
    std::shared_ptr<Call> self;
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
      house_.table.Call(info_, *request, std::move(self));
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
    std::shared_ptr<Call> last;  // declared before the lock, which it may hold the last of
    MutexLock lock(mutex_);
    last.swap(self_);
    Drop();
    write_.Clear();
    house_.Leave();
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
  void Admit(const std::shared_ptr<Call>& self) {
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
    {
      MutexLock lock(house_.mutex);
      if (house_.stopping) return Error(Reason::REASON_SHUTDOWN, "the server is stopping");
    }
    const rpc::MethodTable::Method* method = house_.table.Find(info_.method);
    if (method == nullptr) return Error(Reason::REASON_METHOD, "there is no such method");
    {
      MutexLock lock(mutex_);
      streams_ = method->streams;
    }
    return house_.guard == nullptr ? absl::OkStatus() : house_.guard(info_);
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
  House& house_;
  rpc::CallInfo info_;

  // gRPC orders its reactions, but with what no sanitizer sees: so all that changes is behind the mutex.
  mutable Mutex mutex_;
  std::shared_ptr<Call> self_ ABSL_GUARDED_BY(mutex_);
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

// Every call of every name.
class AnyMethod final : public grpc::CallbackGenericService {
 public:
  explicit AnyMethod(House& house) : house_(house) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    return Call::Begin(house_, *context);
  }

 private:
  House& house_;
};

void SetLimits(const GrpcCarrierOptions& options, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(limits::kMessageBytes);
  builder->SetResourceQuota(grpc::ResourceQuota("qingfeng").Resize(options.memory_bytes));
  builder->SetDefaultCompressionAlgorithm(GRPC_COMPRESS_NONE);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  const std::pair<const char*, int> arguments[] = {
      {GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(options.calls_per_connection)},
      {GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleMs},
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kKeepaliveMs},
      {GRPC_ARG_ALLOW_REUSEPORT, 0},  // a second server on the same port is a mistake, not a helper
  };
  for (const auto& [name, value] : arguments) builder->AddChannelArgument(name, value);
}

class Carrier final : public GrpcCarrier {
 public:
  Carrier(const rpc::MethodTable& table, Guard guard) : house_{table, std::move(guard)}, service_(house_) {}
  ~Carrier() override { Shutdown(0); }

  absl::Status Listen(GrpcCarrierOptions options) {
    grpc::ServerBuilder builder;
    SetLimits(options, &builder);
    builder.RegisterCallbackGenericService(&service_);
    int port = 0;
    if (auto* tls = std::get_if<TlsListen>(&options.listen)) {
      QF_TRY(tls::CheckKey(tls->identity));
      identity_ = std::make_unique<IdentityBox>(std::move(tls->identity));
      builder.AddListeningPort(tls->address, std::make_shared<FetchingCredentials>(identity_.get()), &port);
      server_ = builder.BuildAndStart();
      port_ = static_cast<uint16_t>(port);
    } else {
      const std::string& path = std::get<UnixListen>(options.listen).path;
      if (path.size() > kUnixPathBytesMax) return Error(Reason::REASON_CONFIG, "the path of the socket is too long");
      builder.AddListeningPort(absl::StrCat("unix:", path), grpc::InsecureServerCredentials(), &port);
      server_ = builder.BuildAndStart();
      if (server_ != nullptr && chmod(path.c_str(), 0600) != 0) port = 0;
    }
    if (server_ == nullptr || port == 0) return Error(Reason::REASON_CONFIG, "cannot listen at this address");
    return absl::OkStatus();
  }

  uint16_t port() const override { return port_; }

  void SetServing(bool serving) override { server_->GetHealthCheckService()->SetServingStatus(serving); }

  absl::Status Renew(tls::Identity identity) override {
    if (identity_ == nullptr) return Error(Reason::REASON_STATE, "a local socket has no certificate");
    QF_TRY(tls::CheckKey(identity));
    identity_->Replace(std::move(identity));
    return absl::OkStatus();
  }

  size_t calls() const override {
    MutexLock lock(house_.mutex);
    return house_.calls;
  }

  void Shutdown(uint64_t grace_us) override {
    if (server_ == nullptr || stopped_) return;
    stopped_ = true;
    SetServing(false);
    const int64_t goodbye_us = house_.Empty(grace_us) ? kGoodbyeUs : 0;
    server_->Shutdown(gpr_time_from_micros(goodbye_us, GPR_TIMESPAN));
  }

 private:
  House house_;
  AnyMethod service_;
  std::unique_ptr<IdentityBox> identity_;  // outlives the server, which asks it
  std::unique_ptr<grpc::Server> server_;
  uint16_t port_ = 0;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcCarrier>> GrpcCarrier::Open(const rpc::MethodTable& table, Guard guard,
                                                               GrpcCarrierOptions options) {
  auto carrier = std::make_unique<Carrier>(table, std::move(guard));
  QF_TRY(carrier->Listen(std::move(options)));
  return carrier;
}

}  // namespace qf::server
