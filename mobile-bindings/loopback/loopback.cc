#include "mobile-bindings/loopback/loopback.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/entropy.h"
#include "common/base/loop.h"
#include "common/base/proto_names.h"
#include "common/base/try.h"
#include "common/connect/http_front.h"
#include "mobile-bindings/loopback/access.h"
#include "mobile-bindings/loopback/idle_lock.h"
#include "mobile-bindings/loopback/pages.h"
#include "qingfeng/client/v1/vault.pb.h"

namespace qf::loopback {
namespace {

constexpr char kLock[] = "qingfeng.client.v1.VaultService/Lock";
constexpr char kOpen[] = "/qingfeng.client.v1.VaultService/Open";

// Where an answer goes that nobody waits for.
class Nowhere final : public rpc::Outlet {
 public:
  void Send(std::string) override {}
  void Finish(absl::Status) override {}
  bool WantsMore() const override { return true; }
  bool Cancelled() const override { return false; }
  void OnWakeUp(absl::AnyInvocable<void()>) override {}
};

class Host final : public Loopback {
 public:
  Host(const rpc::MethodTable& methods, Options options)
      : methods_(methods),
        options_(std::move(options)),
        pages_(options_.assets),
        idle_(SystemClock(), *loop_, options_.idle_us, [this] { Lock(); }) {}

  absl::Status Open() {
    connect::HttpFront::Options front;
    front.port = options_.port;
    front.guard = [this](const connect::HttpRequest& request, rpc::CallInfo*) { return Admit(request); };
    front.page = [this](const connect::HttpRequest& request) { return Page(request); };
    // The port is known once it listens: until then nobody can be let in.
    QF_TRY_ASSIGN(front_, connect::HttpFront::Open(methods_, std::move(front)));
    std::string first;
    {
      MutexLock lock(mutex_);
      access_.emplace(SystemEntropy(), front_->port());
      first = access_->NewLaunchUrl();
    }
    options_.on_address(first);
    return absl::OkStatus();
  }

 private:
  absl::Status Admit(const connect::HttpRequest& request) {
    {
      MutexLock lock(mutex_);
      if (!access_.has_value()) return Error(Reason::REASON_BROWSER, "this browser was not let in");
      QF_TRY(access_->Admit(request));
    }
    if (request.target == kOpen) return Error(Reason::REASON_BROWSER, "which store is open is not the page's affair");
    if (request.verb != "POST") return absl::OkStatus();
    if (request.unattended.empty() ? idle_.Touch() : idle_.IsOverdue()) Lock();
    return absl::OkStatus();
  }

  connect::HttpPage Page(const connect::HttpRequest& request) {
    if (!Access::IsLaunch(request)) return pages_.Get(request.target);
    MutexLock lock(mutex_);
    const auto cookie = access_->Launch(request);
    if (!cookie.has_value()) return SpentPage();
    loop_->Post([this, url = access_->NewLaunchUrl()] { options_.on_address(url); });
    return LaunchedPage(*cookie);
  }

  // What is called after it finds the store locked: the table takes calls in order.
  void Lock() {
    rpc::CallInfo info;
    info.method = kLock;
    methods_.Call(info, clientpb::LockRequest().SerializeAsString(), std::make_shared<Nowhere>());
  }

  const rpc::MethodTable& methods_;
  const Options options_;
  const Pages pages_;
  const std::unique_ptr<Loop> loop_ = NewThreadLoop();
  Mutex mutex_;
  std::optional<Access> access_ ABSL_GUARDED_BY(mutex_);
  IdleLock idle_;
  std::unique_ptr<connect::HttpFront> front_;  // ends first
};

}  // namespace

absl::StatusOr<std::unique_ptr<Loopback>> Loopback::Open(const rpc::MethodTable& methods, Options options) {
  auto host = std::make_unique<Host>(methods, std::move(options));
  QF_TRY(host->Open());
  return host;
}

}  // namespace qf::loopback
