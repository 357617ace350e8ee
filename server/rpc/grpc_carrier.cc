#include "server/rpc/grpc_carrier.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "common/rpc/grpc_process.h"
#include "server/rpc/grpc_calls.h"
#include "server/rpc/grpc_identity.h"

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
  Carrier(const rpc::MethodTable& table, Guard guard) : calls_(table, std::move(guard)) {}
  ~Carrier() override { Shutdown(0); }

  absl::Status Listen(GrpcCarrierOptions options) {
    grpc::ServerBuilder builder;
    SetLimits(options, &builder);
    builder.RegisterCallbackGenericService(&calls_);
    int port = 0;
    if (auto* tls = std::get_if<TlsListen>(&options.listen)) {
      QF_TRY(tls::CheckKey(tls->identity));
      identity_ = std::make_unique<GrpcIdentity>(std::move(tls->identity));
      builder.AddListeningPort(tls->address, identity_->Credentials(), &port);
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

  size_t calls() const override { return calls_.count(); }

  void Shutdown(uint64_t grace_us) override {
    if (server_ == nullptr || stopped_) return;
    stopped_ = true;
    SetServing(false);
    const int64_t goodbye_us = calls_.Empty(grace_us) ? kGoodbyeUs : 0;
    server_->Shutdown(gpr_time_from_micros(goodbye_us, GPR_TIMESPAN));
  }

 private:
  GrpcCalls calls_;
  std::unique_ptr<GrpcIdentity> identity_;  // outlives the server, which asks it
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
