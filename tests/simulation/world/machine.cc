#include "tests/simulation/world/machine.h"

#include <utility>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "server/setup/setup.h"

namespace qf::sim {
namespace {

constexpr char kServerFolder[] = "server";
constexpr client::VaultCost kCheap{8, 1};  // libsodium's least: a world has no use for slow guesses
constexpr uint64_t kPatienceUs = 2 * kMicrosPerHour;

Secret StoreKey() { return Secret(std::string(32, 'k')); }

// Gathers what a call answers.
class Answer final : public rpc::Outlet {
 public:
  void Send(std::string message) override { messages_.push_back(std::move(message)); }
  void Finish(absl::Status status) override {
    status_ = std::move(status);
    done_ = true;
  }
  bool WantsMore() const override { return true; }
  bool Cancelled() const override { return false; }
  void OnWakeUp(absl::AnyInvocable<void()>) override {}

  bool done() const { return done_; }
  absl::StatusOr<std::vector<std::string>> Take() {
    if (!status_.ok()) return status_;
    return std::move(messages_);
  }

 private:
  std::vector<std::string> messages_;
  absl::Status status_;
  bool done_ = false;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> Device::CallBytes(const std::string& method, const std::string& request) {
  QF_CHECK(client_ != nullptr);
  auto answer = std::make_shared<Answer>();
  rpc::CallInfo info;
  info.method = "qingfeng.client.v1." + method;
  machine_.loop.Post([this, info, request, answer] { client_->methods().Call(info, request, answer); });
  if (!scheduler_.RunUntil([&] { return answer->done(); }, kPatienceUs)) {
    return Error(Reason::REASON_DEADLINE, "a call did not end within the patience of the simulation");
  }
  return answer->Take();
}

absl::Status Device::Start() {
  {
    OnNode here(machine_.loop);
    client_ = client::Client::Create({
        .world = &machine_.world,
        .transport = [this](const client::OfficeFacts&) -> absl::StatusOr<std::unique_ptr<rpc::Transport>> {
          return network_.Connect(machine_.loop, name_, &online);
        },
        .vault_cost = kCheap,
    });
  }
  clientpb::OpenRequest open;
  open.set_folder("store");
  QF_TRY_ASSIGN(const auto opened, (Call<clientpb::OpenResponse>("VaultService/Open", open)));
  if (opened.session().state() != clientpb::SESSION_STATE_LOCKED) return absl::OkStatus();
  clientpb::UnlockRequest unlock;
  unlock.set_pin(name_ + "-harbour-lantern");
  return Call<clientpb::UnlockResponse>("VaultService/Unlock", unlock).status();
}

void Device::Kill() {
  if (client_ == nullptr) return;
  machine_.disk.Stop();  // nothing that is destroyed may tidy up
  {
    OnNode here(machine_.loop);
    client_ = nullptr;
  }
  machine_.loop.Kill();
  machine_.disk.RestartProcess();
}

void Device::CutPower() {
  machine_.disk.Cut();
  {
    OnNode here(machine_.loop);
    client_ = nullptr;
  }
  machine_.loop.Kill();
  machine_.disk.PowerOn();
}

std::string ServerMachine::Init() {
  auto request = server::InitServer(machine_.disk, machine_.clock, machine_.entropy, kServerFolder, StoreKey());
  QF_CHECK(request.ok());
  return request->SerializeAsString();
}

void ServerMachine::Install(const std::string& bytes) {
  serverpb::ServerBundle bundle;
  QF_CHECK(bundle.ParseFromString(bytes));
  QF_CHECK(server::InstallOffice(machine_.disk, machine_.clock, kServerFolder, StoreKey(), bundle,
                                 server::LogKeyMismatch::kRefuse)
               .ok());
}

absl::Status ServerMachine::Start() {
  OnNode here(machine_.loop);
  server::Server::Options options;
  options.dir = kServerFolder;
  options.store_key = StoreKey();
  options.writer = server::Server::Writer::kOnLoop;
  options.cache_bytes = 1 << 20;
  options.anyone_burst = 0;
  QF_TRY_ASSIGN(server_, server::Server::Open(machine_.world, std::move(options)));
  network_.SetServer(&machine_.loop,
                     [this](rpc::CallInfo info, std::string request, std::shared_ptr<rpc::Outlet> outlet) {
                       server_->Call(std::move(info), request, std::move(outlet));
                     });
  return absl::OkStatus();
}

void ServerMachine::Kill() {
  if (server_ == nullptr) return;
  network_.SetServer(nullptr, nullptr);
  machine_.disk.Stop();
  {
    OnNode here(machine_.loop);
    server_ = nullptr;
  }
  machine_.loop.Kill();
  machine_.disk.RestartProcess();
}

void ServerMachine::CutPower() {
  network_.SetServer(nullptr, nullptr);
  machine_.disk.Cut();
  {
    OnNode here(machine_.loop);
    server_ = nullptr;
  }
  machine_.loop.Kill();
  machine_.disk.PowerOn();
}

void ServerMachine::PutBack(const SimDisk::Image& image) {
  Kill();
  machine_.disk.Restore(image);
  (void)machine_.disk.Remove(std::string(kServerFolder) + "/head");
  (void)machine_.disk.SyncDir(kServerFolder);
}

}  // namespace qf::sim
