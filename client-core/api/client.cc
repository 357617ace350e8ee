#include "client-core/api/client.h"

#include <future>
#include <utility>

#include "client-core/api/ceremony_methods.h"
#include "client-core/api/core.h"
#include "client-core/api/desk_methods.h"
#include "client-core/api/methods.h"
#include "client-core/net/grpc_transport.h"
#include "common/base/check.h"

namespace qf::client {
namespace {

class SeamedClient final : public Client {
 public:
  explicit SeamedClient(ClientSeams seams) : core_(std::move(seams)) {
    AddVaultMethods(table_, core_);
    AddCeremonyMethods(table_, core_);
    AddEventMethods(table_, core_);
    AddFieldMethods(table_, core_);
    AddDeskMethods(table_, core_, [this] { return core_.TheDesk(); });
  }
  const rpc::MethodTable& methods() const override { return table_; }

 private:
  Core core_;
  rpc::MethodTable table_;
};

// A client with a world of its own.
class OwnClient final : public Client {
 public:
  OwnClient() : loop_(NewThreadLoop()), worker_(NewThreadWorker(*loop_)) {
    OnLoop([this] {
      client_ = Client::Create(
          {.world = &world_, .transport = [this](const OfficeFacts& office) { return Connect(office); }});
    });
  }
  ~OwnClient() override {
    OnLoop([this] { client_ = nullptr; });
  }
  const rpc::MethodTable& methods() const override { return client_->methods(); }

 private:
  absl::StatusOr<std::unique_ptr<rpc::Transport>> Connect(const OfficeFacts& office) {
    return net::GrpcTransport::Open({.target = office.address, .authorities = office.tls_authorities}, *loop_,
                                    SystemClock());
  }
  // Runs `task` on the loop and waits for it.
  void OnLoop(Task task) {
    QF_CHECK(!loop_->Here());
    std::promise<void> done;
    loop_->Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::unique_ptr<Loop> loop_;  // outlives the worker, which posts to it
  std::unique_ptr<Worker> worker_;
  World world_{SystemClock(), *loop_, *worker_, SystemEntropy(), SystemFiles()};
  std::unique_ptr<Client> client_;
};

}  // namespace

std::unique_ptr<Client> Client::Create() { return std::make_unique<OwnClient>(); }

std::unique_ptr<Client> Client::Create(ClientSeams seams) {
  QF_CHECK(seams.world != nullptr);
  return std::make_unique<SeamedClient>(std::move(seams));
}

}  // namespace qf::client
