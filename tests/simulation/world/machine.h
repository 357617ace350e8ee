// The machines of a simulated world: devices with the real client, a server with the real server, each with a disk, a
// clock and chance of its own. docs/protocol.md is what they must keep to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client-core/api/client.h"
#include "common/base/world.h"
#include "server/server.h"
#include "tests/simulation/disk/disk.h"
#include "tests/simulation/world/network.h"
#include "tests/simulation/world/scheduler.h"
#include "tests/support/caller.h"
#include "tests/support/test_entropy.h"

namespace qf::sim {

// What every machine has.
struct Machine {
  Machine(Scheduler& scheduler, uint64_t seed)
      : entropy(seed),
        clock(scheduler),
        loop(scheduler),
        worker(NewInlineWorker(loop)),
        disk(seed, clock, entropy),
        world{clock, loop, *worker, entropy, disk} {}
  SeededEntropy entropy;
  NodeClock clock;
  NodeLoop loop;
  std::unique_ptr<Worker> worker;
  SimDisk disk;
  World world;
};

// A phone or a desk.
class Device {
 public:
  Device(Scheduler& scheduler, Network& network, uint64_t seed, std::string name)
      : scheduler_(scheduler), network_(network), name_(std::move(name)), machine_(scheduler, seed) {}
  ~Device() { Kill(); }

  Machine& machine() { return machine_; }
  const std::string& name() const { return name_; }
  bool online = true;

  // Starts the program and opens the folder; unlocks if there is a vault. Errors of the calls.
  absl::Status Start();
  // The process dies; the system lives.
  void Kill();
  // The power goes and comes back: unsynced writes are kept, lost or torn.
  void CutPower();
  bool running() const { return client_ != nullptr; }

  // Calls a method of client/v1 ("FieldService/FileReport") and lets time pass until it ends.
  template <class Response, class Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) {
    auto bytes = CallBytes(method, request.SerializeAsString());
    if (!bytes.ok()) return bytes.status();
    Response response;
    if (!bytes->empty()) response.ParseFromString(bytes->back());
    return response;
  }
  // Begins a call that goes on while others are made.
  template <class Request>
  std::shared_ptr<KeepingOutlet> Begin(const std::string& method, const Request& request) {
    return StartCall(client_->methods(), "qingfeng.client.v1." + method, request);
  }
  // All messages of a method that streams.
  template <class Response, class Request>
  absl::StatusOr<std::vector<Response>> Stream(const std::string& method, const Request& request) {
    auto bytes = CallBytes(method, request.SerializeAsString());
    if (!bytes.ok()) return bytes.status();
    std::vector<Response> responses(bytes->size());
    for (size_t i = 0; i < bytes->size(); ++i) responses[i].ParseFromString((*bytes)[i]);
    return responses;
  }

 private:
  absl::StatusOr<std::vector<std::string>> CallBytes(const std::string& method, const std::string& request);

  Scheduler& scheduler_;
  Network& network_;
  const std::string name_;
  Machine machine_;
  std::unique_ptr<client::Client> client_;
};

// The server of the office.
class ServerMachine {
 public:
  ServerMachine(Scheduler& scheduler, Network& network, uint64_t seed) : network_(network), machine_(scheduler, seed) {}
  ~ServerMachine() { Kill(); }

  Machine& machine() { return machine_; }
  // `qingfengd init`: what the ceremony needs of it.
  std::string Init();
  // `qingfengd install`.
  void Install(const std::string& bundle);
  // Errors of server::Server::Open, which leave it not running.
  absl::Status Start();
  void Kill();
  void CutPower();
  bool running() const { return server_ != nullptr; }
  server::Server& server() { return *server_; }

  // A copy of the whole disk, and putting it back without its head file, as a restore does.
  SimDisk::Image Copy() const { return machine_.disk.Snapshot(); }
  void PutBack(const SimDisk::Image& image);

 private:
  Network& network_;
  Machine machine_;
  std::unique_ptr<server::Server> server_;
};

}  // namespace qf::sim
