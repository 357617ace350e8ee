// A real server of an office on 127.0.0.1 and a real caller, for tests of what lies between them.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client-core/net/grpc_transport.h"
#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/loop.h"
#include "common/tls/certificate.h"
#include "server/rpc/grpc_carrier.h"
#include "tests/support/test_service.h"

namespace qf {

// Waits until `condition` holds; false after `timeout_us`.
inline bool Eventually(const std::function<bool()>& condition, uint64_t timeout_us = 20 * kMicrosPerSecond) {
  Mutex mutex;
  CondVar never;
  const uint64_t until_us = SystemClock().SteadyUs() + timeout_us;
  while (!condition()) {
    if (SystemClock().SteadyUs() > until_us) return false;
    MutexLock lock(mutex);
    never.WaitFor(mutex, 2'000);
  }
  return true;
}

class TestOffice {
 public:
  explicit TestOffice(server::GrpcCarrier::Guard guard = nullptr)
      : guard_(std::move(guard)), authority_(*tls::MakeAuthority(SystemClock().NowUs(), 100)) {
    Start(NewIdentity());
  }

  // Listens with that certificate, at the address that it had before.
  void Start(tls::Identity identity) {
    auto carrier = server::GrpcCarrier::Open(service_.table(), guard_,
                                             {.listen = server::TlsListen{target(), std::move(identity)}});
    QF_CHECK(carrier.ok());
    carrier_ = *std::move(carrier);
    port_ = carrier_->port();
  }

  tls::Identity NewIdentity(const std::string& host = "127.0.0.1") const {
    return *tls::IssueIdentity(authority_, host, SystemClock().NowUs(), 30);
  }
  const tls::Authority& authority() const { return authority_; }
  TestService& service() { return service_; }
  server::GrpcCarrier& carrier() { return *carrier_; }
  void Stop() { carrier_ = nullptr; }
  std::string target() const { return absl::StrCat("127.0.0.1:", port_); }
  net::GrpcTransportOptions options() const {
    return {.target = target(), .authorities = {authority_.certificate_der}};
  }

 private:
  const server::GrpcCarrier::Guard guard_;
  tls::Authority authority_;
  uint16_t port_ = 0;
  TestService service_;
  std::unique_ptr<server::GrpcCarrier> carrier_;
};

// A device's side: a loop, a transport on it, and calls that a test can wait for.
class TestCaller {
 public:
  using Result = absl::StatusOr<std::string>;

  explicit TestCaller(net::GrpcTransportOptions options) : loop_(NewThreadLoop()) {
    OnLoop([&] {
      auto transport = net::GrpcTransport::Open(std::move(options), *loop_, SystemClock());
      QF_CHECK(transport.ok());
      transport_ = *std::move(transport);
    });
  }
  ~TestCaller() { Hangup(); }

  void Hangup() {
    OnLoop([&] { transport_ = nullptr; });
  }
  // Runs `task` on the loop and waits for it.
  void OnLoop(Task task) {
    std::promise<void> done;
    loop_->Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  struct Started {
    rpc::CallId id;
    std::future<Result> result;  // throws from get() if `done` was destroyed without being called
  };
  Started Start(const std::string& method, const std::string& request, uint64_t timeout_us = 30 * kMicrosPerSecond,
                const std::string& token = "") {
    auto promise = std::make_unique<std::promise<Result>>();
    Started out{0, promise->get_future()};
    OnLoop([&] {
      out.id =
          transport_->Start(method, token, request, timeout_us, [this, promise = std::move(promise)](Result result) {
            QF_CHECK(loop_->Here());
            promise->set_value(std::move(result));
          });
    });
    return out;
  }
  Result Call(const std::string& method, const std::string& request, uint64_t timeout_us = 30 * kMicrosPerSecond,
              const std::string& token = "") {
    return Start(method, request, timeout_us, token).result.get();
  }
  void Cancel(rpc::CallId id) {
    OnLoop([&] { transport_->Cancel(id); });
  }
  net::GrpcTransport& transport() { return *transport_; }
  Loop& loop() { return *loop_; }

 private:
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<net::GrpcTransport> transport_;
};

}  // namespace qf
