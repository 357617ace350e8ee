#include "client-core/net/grpc_transport.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/mutex.h"
#include "common/base/try.h"
#include "common/rpc/call_token.h"
#include "common/rpc/grpc_process.h"
#include "common/rpc/status_codec.h"
#include "common/tls/certificate.h"

namespace qf::net {
namespace {

// A setting of the whole process, made while it is loaded and has one thread.
[[maybe_unused]] const bool kPrepared = rpc::PrepareGrpc();

constexpr int kConnectMs = 20'000;              // one try to connect, name and handshake included
constexpr uint64_t kLookUs = 50'000;            // between two looks at a channel that ends once it is connected
constexpr uint64_t kExitUs = kMicrosPerSecond;  // how long an exit waits for connections that are being closed
constexpr int kMetadataBytesMax = 16 * 1024;
constexpr uint64_t kTimeoutUsMax = 365 * kMicrosPerDay;  // longer ones overflow in gRPC

// How many connections there are or may still be, in all transports.
class Links {
 public:
  void Add(int change) {
    MutexLock lock(mutex_);
    alive_ += change;
    if (alive_ == 0) none_.NotifyAll();
  }
  void AwaitNone() {
    MutexLock lock(mutex_);
    while (alive_ > 0) none_.Wait(mutex_);
  }
  // The same, and `timeout_us` at the most.
  void AwaitNoneFor(uint64_t timeout_us) {
    const uint64_t until_us = SystemClock().SteadyUs() + timeout_us;
    MutexLock lock(mutex_);
    for (uint64_t now_us = SystemClock().SteadyUs(); alive_ > 0 && now_us < until_us;
         now_us = SystemClock().SteadyUs()) {
      none_.WaitFor(mutex_, until_us - now_us);
    }
  }
  static Links& Get() {
    static Links* const links = new Links();
    return *links;
  }

 private:
  Mutex mutex_;
  CondVar none_;
  int alive_ ABSL_GUARDED_BY(mutex_) = 0;
};

// A channel: one connection, made when it is needed. Every call holds the one that it runs on.
struct Link {
  explicit Link(std::shared_ptr<grpc::Channel> made) : channel(std::move(made)) { Links::Get().Add(1); }
  ~Link() {
    channel = nullptr;
    Links::Get().Add(-1);
  }
  std::shared_ptr<grpc::Channel> channel;
};

// Where channels end, on a thread of our own. The last channel of a process joins gRPC's threads: that would block a
// loop, and on one of those threads it would wait for itself. And gRPC 1.51 forgets to close a connection whose
// channel ends between TLS and the first HTTP/2 frame: a channel that is connecting is kept until it is through.
class Graveyard {
 public:
  static Graveyard& Get() {
    static Graveyard* const graveyard = new Graveyard();  // never ends
    return *graveyard;
  }
  // Destroys `held`, which may hold a channel but is not the one that must keep it.
  template <class Held>
  void Take(Held held) {
    loop_->Post([held = std::move(held)] {});
  }
  void TakeLink(std::shared_ptr<Link> link) {
    loop_->Post([this, link = std::move(link)]() mutable {
      connecting_.push_back(std::move(link));
      Look();
    });
  }
  // At the end of a program a connection that is not closed does not matter.
  void HurryUp() {
    loop_->Post([this] { connecting_.clear(); });
  }

 private:
  // An exit waits for what is being closed: the end of gRPC, which then runs on the exiting thread, must
  // not meet a connection that is freed on this one. Made after gRPC was first used, this comes before it. A
  // connection of a transport that still lives is not waited for any longer.
  Graveyard() : loop_(NewThreadLoop()) {
    std::atexit([] {
      Get().HurryUp();
      Links::Get().AwaitNoneFor(kExitUs);
    });
  }

  void Look() {
    loop_->Cancel(timer_);
    connecting_.erase(
        std::remove_if(connecting_.begin(), connecting_.end(),
                       [](const auto& link) { return link->channel->GetState(false) != GRPC_CHANNEL_CONNECTING; }),
        connecting_.end());
    if (!connecting_.empty()) timer_ = loop_->At(SystemClock().SteadyUs() + kLookUs, [this] { Look(); });
  }

  const std::unique_ptr<Loop> loop_;
  std::vector<std::shared_ptr<Link>> connecting_;  // the loop's
  TimerId timer_ = 0;                              // the loop's
};

absl::Status FromLibrary(const grpc::Status& status, bool cancelled) {
  const std::string text = status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      // Not by us: the server or something on the way dropped it.
      if (!cancelled) return Error(Reason::REASON_UNREACHABLE, "the call was cut off");
      return Error(Reason::REASON_CANCELLED, "the call was cancelled");
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return Error(Reason::REASON_DEADLINE, "the server did not answer in time");
    case grpc::StatusCode::UNIMPLEMENTED:
      return Error(Reason::REASON_METHOD, "the server does not know this method");
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      if (absl::StrContains(text, "larger than max")) {
        return Error(Reason::REASON_TOO_LARGE, "a message is larger than a call may carry");
      }
      return Error(Reason::REASON_BUSY, "the server has no room for more calls");
    default:
      // gRPC tells only in words why a handshake failed: the first are OpenSSL's, the second its own.
      if (absl::StrContains(text, "certificate verify failed") ||
          absl::StrContains(text, "CERTIFICATE_VERIFY_FAILED") ||
          absl::StrContains(text, "is not in peer certificate")) {
        return Error(Reason::REASON_CERTIFICATE, "the server's certificate is not one of this office for this address");
      }
      return Error(Reason::REASON_UNREACHABLE, "no connection to the server");
  }
}

// The server's own Status if it sent one; else what gRPC's means.
absl::Status FromGrpc(const grpc::Status& status, bool cancelled) {
  google::rpc::Status proto;
  if (status.error_details().empty() || !proto.ParseFromString(status.error_details()) ||
      proto.code() != static_cast<int>(status.error_code())) {
    return FromLibrary(status, cancelled);
  }
  return rpc::FromProto(proto);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::string out;
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return out;  // no message: the empty one
  out.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

class Call;
class ChannelTransport;

// The way back from gRPC's threads to the loop, as long as there is a transport.
class Home : public std::enable_shared_from_this<Home> {
 public:
  Home(Loop& loop, ChannelTransport& transport) : transport_(&transport), loop_(&loop) {}

  // Any thread: `call` is over. Without a transport it is let go.
  void Arrived(std::shared_ptr<Call> call);

  // The loop's: nullptr once the transport is gone.
  ChannelTransport* transport() const { return transport_; }
  void Close() {
    transport_ = nullptr;
    MutexLock lock(mutex_);
    loop_ = nullptr;
  }

 private:
  ChannelTransport* transport_;
  Mutex mutex_;
  Loop* loop_ ABSL_GUARDED_BY(mutex_);
};

// One call's side of gRPC. Held by gRPC (self_) until OnDone, and by the transport.
class Call final : public grpc::ClientUnaryReactor {
 public:
  Call(rpc::CallId id, std::shared_ptr<Home> home, std::shared_ptr<Link> link)
      : id_(id), home_(std::move(home)), link_(std::move(link)) {}

  void Begin(std::shared_ptr<Call> self, const std::string& method, const std::string& token, std::string request,
             uint64_t timeout_us) {
    {
      MutexLock lock(mutex_);
      self_ = std::move(self);
    }
    const grpc::Slice slice(request);
    request_ = grpc::ByteBuffer(&slice, 1);
    if (!token.empty()) context_.AddMetadata(rpc::kCallTokenMetadata, token);
    const auto bounded_us = static_cast<int64_t>(std::min(timeout_us, kTimeoutUsMax));
    context_.set_deadline(gpr_time_from_micros(bounded_us, GPR_TIMESPAN));
    grpc::GenericStub(link_->channel)
        .PrepareUnaryCall(&context_, absl::StrCat("/", method), grpc::StubOptions(), &request_, &response_, this);
    StartCall();
  }
  void Cancel() {
    cancelled_ = true;
    context_.TryCancel();
  }
  void OnDone(const grpc::Status& status) override {
    std::shared_ptr<Call> self;
    {
      MutexLock lock(mutex_);
      status_ = status;
      self = std::move(self_);
    }
    const std::shared_ptr<Home> home = home_;  // the loop may destroy this call, and its transport, at once
    home->Arrived(std::move(self));
  }

  rpc::CallId id() const { return id_; }
  const std::shared_ptr<Link>& link() const { return link_; }
  // After OnDone.
  bool LostConnection() const {
    return status_.error_details().empty() && (status_.error_code() == grpc::StatusCode::UNAVAILABLE ||
                                               status_.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  absl::StatusOr<std::string> Result() const {
    if (!status_.ok()) return FromGrpc(status_, cancelled_);
    return BytesOf(response_);
  }

 private:
  const rpc::CallId id_;
  const std::shared_ptr<Home> home_;
  const std::shared_ptr<Link> link_;  // destroyed after the context, which holds the channel too
  // From Start on gRPC's, from OnDone on the loop's. gRPC orders the two, but with what no sanitizer sees: the mutex
  // shows it.
  Mutex mutex_;
  std::shared_ptr<Call> self_ ABSL_GUARDED_BY(mutex_);
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  bool cancelled_ = false;  // the loop's
};

grpc::ChannelArguments ChannelArguments() {
  grpc::ChannelArguments arguments;
  const std::pair<const char*, int> values[] = {
      {GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1},  // a connection of its own, also beside another transport
      {GRPC_ARG_ENABLE_RETRIES, 0},             // the caller's
      {GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1},
      {GRPC_ARG_ENABLE_HTTP_PROXY, 0},
      {GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs},
      {GRPC_ARG_CLIENT_IDLE_TIMEOUT_MS, INT_MAX},  // idleness is judged by our loop
      {GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax},
      {GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0},
      {GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, static_cast<int>(limits::kMessageBytes)},
  };
  for (const auto& [name, value] : values) arguments.SetInt(name, value);
  arguments.SetCompressionAlgorithm(GRPC_COMPRESS_NONE);
  return arguments;
}

class ChannelTransport final : public GrpcTransport {
 public:
  ChannelTransport(std::string target, std::shared_ptr<grpc::ChannelCredentials> credentials, uint64_t idle_us,
                   Loop& loop, Clock& clock)
      : target_(std::move(target)),
        credentials_(std::move(credentials)),
        idle_us_(idle_us),
        loop_(loop),
        clock_(clock),
        home_(std::make_shared<Home>(loop, *this)) {}

  ~ChannelTransport() override {
    home_->Close();
    loop_.Cancel(idle_timer_);
    for (auto& [id, waiting] : waiting_) {
      if (waiting.call == nullptr) continue;
      waiting.call->Cancel();
      Graveyard::Get().Take(std::move(waiting.call));
    }
    Hangup();
  }

  rpc::CallId Start(const std::string& method, const std::string& call_token, std::string request, uint64_t timeout_us,
                    Done done) override {
    const rpc::CallId id = ++last_id_;
    Waiting& waiting = waiting_[id];
    waiting.done = std::move(done);
    loop_.Cancel(idle_timer_);
    ++traffic_.calls;
    if (request.size() > limits::kMessageBytes) {
      Refuse(id);
      return id;
    }
    traffic_.sent_bytes += request.size();
    if (link_ == nullptr) {
      link_ = std::make_shared<Link>(grpc::CreateCustomChannel(target_, credentials_, ChannelArguments()));
    }
    waiting.call = std::make_shared<Call>(id, home_, link_);
    waiting.call->Begin(waiting.call, method, call_token, std::move(request), timeout_us);
    return id;
  }

  void Cancel(rpc::CallId id) override {
    const auto found = waiting_.find(id);
    if (found != waiting_.end() && found->second.call != nullptr) found->second.call->Cancel();
  }

  Traffic traffic() const override { return traffic_; }

  // From Home, on the loop.
  void Finished(std::shared_ptr<Call> call) {
    absl::StatusOr<std::string> result = call->Result();
    if (result.ok()) traffic_.received_bytes += result->size();
    // A channel that failed would go on trying by itself, and one that is silent may never know that it is cut off:
    // the next Start makes a new one.
    if (call->LostConnection() && call->link() == link_) Hangup();
    const rpc::CallId id = call->id();
    waiting_[id].call = nullptr;
    if (call->link() != link_) Graveyard::Get().Take(std::move(call));
    call = nullptr;
    End(id, std::move(result));
  }

 private:
  struct Waiting {
    Done done;
    std::shared_ptr<Call> call;
  };

  // A request that is never sent: told later all the same, as transport.h promises.
  void Refuse(rpc::CallId id) {
    loop_.Post([home = home_, id] {
      if (home->transport() == nullptr) return;
      home->transport()->End(id, Error(Reason::REASON_TOO_LARGE, "a request is larger than a call may carry"));
    });
  }

  // The last thing that happens to a call. `done` may destroy this.
  void End(rpc::CallId id, absl::StatusOr<std::string> result) {
    const auto found = waiting_.find(id);
    Done done = std::move(found->second.done);
    waiting_.erase(found);
    if (waiting_.empty() && link_ != nullptr) {
      idle_timer_ = loop_.At(clock_.SteadyUs() + idle_us_, [this] { Hangup(); });
    }
    done(std::move(result));
  }

  void Hangup() {
    if (link_ != nullptr) Graveyard::Get().TakeLink(std::move(link_));
    link_ = nullptr;
  }

  const std::string target_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
  const uint64_t idle_us_;
  Loop& loop_;
  Clock& clock_;
  const std::shared_ptr<Home> home_;
  std::shared_ptr<Link> link_;  // nullptr while there is no connection and none is being made
  std::map<rpc::CallId, Waiting> waiting_;
  rpc::CallId last_id_ = 0;
  TimerId idle_timer_ = 0;
  Traffic traffic_;
};

void Home::Arrived(std::shared_ptr<Call> call) {
  MutexLock lock(mutex_);
  if (loop_ == nullptr) {
    Graveyard::Get().Take(std::move(call));
    return;
  }
  loop_->Post([home = shared_from_this(), call = std::move(call)]() mutable {
    if (home->transport() == nullptr) {
      Graveyard::Get().Take(std::move(call));
    } else {
      home->transport()->Finished(std::move(call));
    }
  });
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const GrpcTransportOptions& options) {
  if (absl::StartsWith(options.target, "unix:")) return grpc::InsecureChannelCredentials();
  if (options.authorities.empty()) {
    return Error(Reason::REASON_CERTIFICATE, "a server of an office needs the office's TLS authority");
  }
  grpc::SslCredentialsOptions ssl;
  for (const std::string& der : options.authorities) {
    QF_TRY_ASSIGN(const std::string pem, tls::PemOf(der));
    ssl.pem_root_certs += pem;
  }
  return grpc::SslCredentials(ssl);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcTransport>> GrpcTransport::Open(GrpcTransportOptions options, Loop& loop,
                                                                   Clock& clock) {
  if (options.target.empty()) return Error(Reason::REASON_CONFIG, "the address of the server is missing");
  QF_TRY_ASSIGN(auto credentials, CredentialsOf(options));
  return std::make_unique<ChannelTransport>(std::move(options.target), std::move(credentials), options.idle_us, loop,
                                            clock);
}

void AwaitTransportsClosed() {
  Graveyard::Get().HurryUp();
  Links::Get().AwaitNone();
}

}  // namespace qf::net
