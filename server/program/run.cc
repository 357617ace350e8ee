#include "server/program/run.h"

#include <errno.h>
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "common/base/logging.h"
#include "common/base/try.h"
#include "common/base/world.h"
#include "common/tls/certificate.h"
#include "server/program/notify.h"
#include "server/rpc/grpc_carrier.h"
#include "server/server.h"
#include "server/setup/store_key.h"
#include "server/store/layout.h"
#include "server/store/settings.h"

namespace qf::server {
namespace {

constexpr uint64_t kGraceUs = 5 * kMicrosPerSecond;
constexpr time_t kLookSeconds = 1;  // between two looks at whether all is well

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// True once a stop signal has come; waits for it for a moment.
bool StopAsked() {
  const sigset_t signals = StopSignals();
  const timespec patience = {kLookSeconds, 0};
  return sigtimedwait(&signals, nullptr, &patience) > 0;
}

absl::StatusOr<tls::Identity> NewIdentity(sql::Database& database, const Config& config) {
  QF_TRY_ASSIGN(const tls::Authority authority, database.Read([](sql::ReadTxn& tx) -> absl::StatusOr<tls::Authority> {
    QF_TRY_ASSIGN(const auto certificate, FindSetting(tx, Setting::kTlsAuthority));
    QF_TRY_ASSIGN(const auto key, FindSetting(tx, Setting::kTlsAuthorityKey));
    if (!certificate || !key) return Error(Reason::REASON_STORE_DAMAGED, "the TLS authority is missing");
    return tls::Authority{*certificate, Secret(Bytes(*key))};
  }));
  return tls::IssueIdentity(authority, config.host, SystemClock().NowUs(), config.certificate_days);
}

Server::Options OptionsFor(const Config& config, Secret key) {
  Server::Options options;
  options.dir = config.dir;
  options.store_key = std::move(key);
  options.cache_bytes = size_t{config.cache_mib} << 20;
  options.intake.queued_records = config.queued_records;
  options.intake.records_per_day = config.records_per_day;
  options.intake.bytes_per_day = config.mib_per_day << 20;
  options.anyone_burst = config.unsigned_calls_burst;
  options.anyone_refill_us = uint64_t{config.unsigned_calls_refill_ms} * 1000;
  return options;
}

// The two carriers of a server, and the certificate's age.
class Front {
 public:
  static absl::StatusOr<std::unique_ptr<Front>> Open(Server& server, const Config& config) {
    auto front = std::unique_ptr<Front>(new Front(server, config));
    QF_TRY_ASSIGN(tls::Identity identity, NewIdentity(server.database(), config));
    front->issued_at_us_ = SystemClock().SteadyUs();
    QF_TRY_ASSIGN(front->devices_,
                  GrpcCarrier::Open(server.methods(), [&server](rpc::CallInfo& info) { return server.Admit(info); },
                                    {.listen = TlsListen{config.listen, std::move(identity)}}));
    QF_TRY_ASSIGN(
        front->operators_,
        GrpcCarrier::Open(server.admin_methods(), [&server](rpc::CallInfo& info) { return server.AdmitOperator(info); },
                          {.listen = UnixListen{AdminSocketPath(config.dir)}}));
    server.CountCalls([carrier = front->devices_.get()] { return carrier->calls(); });
    return front;
  }

  // A new certificate when a third of the old one's life is left.
  void RenewIfDue() {
    const uint64_t life_us = config_.certificate_days * kMicrosPerDay;
    if (SystemClock().SteadyUs() - issued_at_us_ < life_us / 3 * 2) return;
    issued_at_us_ = SystemClock().SteadyUs();
    auto identity = NewIdentity(server_.database(), config_);
    const absl::Status renewed = identity.ok() ? devices_->Renew(*std::move(identity)) : identity.status();
    Log(renewed.ok() ? Level::kInfo : Level::kError, "certificate_renewed", {{"reason", ReasonOf(renewed)}});
  }

  void Shutdown() {
    devices_->Shutdown(kGraceUs);
    operators_->Shutdown(kGraceUs);
    server_.CountCalls(nullptr);
  }

  uint16_t port() const { return devices_->port(); }

 private:
  Front(Server& server, const Config& config) : server_(server), config_(config) {}

  Server& server_;
  const Config& config_;
  std::unique_ptr<GrpcCarrier> devices_;
  std::unique_ptr<GrpcCarrier> operators_;
  uint64_t issued_at_us_ = 0;
};

}  // namespace

void BlockSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

absl::Status RunServer(const Config& config) {
  const std::string key_file = config.key_file.empty() ? StoreKeyPath(config.dir) : config.key_file;
  QF_TRY_ASSIGN(Secret key, LoadStoreKey(SystemFiles(), key_file));
  // In the order of need: what comes first goes last.
  std::unique_ptr<Server> server;
  auto loop = NewThreadLoop();
  auto worker = NewThreadWorker(*loop);
  const World world{SystemClock(), *loop, *worker, SystemEntropy(), SystemFiles()};
  QF_TRY_ASSIGN(server, Server::Open(world, OptionsFor(config, std::move(key))));
  QF_TRY_ASSIGN(auto front, Front::Open(*server, config));

  const LogView view = server->book().View();
  Log(Level::kInfo, "serving", {{"port", front->port()}, {"entries", view.size}, {"rolled_back", view.rolled_back}});
  NotifyServiceManager("READY=1");
  while (!StopAsked() && !server->Broken()) front->RenewIfDue();

  NotifyServiceManager("STOPPING=1");
  front->Shutdown();
  front.reset();
  server->Stop();
  const bool broken = server->Broken();
  worker.reset();
  loop.reset();
  server.reset();
  Log(Level::kInfo, "stopped", {{"broken", broken}});
  return broken ? Error(Reason::REASON_STORE_CLOSED, "the store takes no more writes") : absl::OkStatus();
}

}  // namespace qf::server
