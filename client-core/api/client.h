// One client of an office, whole: store, keys, sync and every method of client/v1 behind one table of methods.
//
//   std::unique_ptr<Client> client = Client::Create();
//   client->methods().Call({.method = "qingfeng.client.v1.VaultService/Open"}, request_bytes, outlet);
//
// For: the C ABI, the command line, the loopback host, the simulator. Not for: anything that knows one method from
// another; that is each service's proto.
//
// Threads: methods() may be called on from any thread; handlers only post to the loop, and outlets are called on it
// (Echo and GetVersion: on the caller's). A call that is under way when the client ends finishes with
// UNAVAILABLE(SHUTDOWN) or its true outcome: with threads of its own before the destructor returns, in a given world
// once what is posted to the loop has run.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client-core/session/session.h"
#include "client-core/session/sync_driver.h"
#include "client-core/vault/cost.h"
#include "common/base/world.h"
#include "common/rpc/method_table.h"
#include "common/rpc/transport.h"

namespace qf::client {

// The ways in which a client meets its surroundings. Tests and the simulator hand in their own.
struct ClientSeams {
  // Clock, loop, worker, entropy, files. Outlives the client.
  World* world = nullptr;
  // Reaches the server of an office; called on the loop when a store is unlocked. None: a client that never syncs.
  std::function<absl::StatusOr<std::unique_ptr<rpc::Transport>>(const OfficeFacts&)> transport;
  // What new vaults cost to open. Old ones carry their own.
  VaultCost vault_cost = kFileSecretCost;
};

class Client {
 public:
  // On threads of its own, with the machine's disk and clock and gRPC. Touches no file before VaultService/Open.
  static std::unique_ptr<Client> Create();
  // In the given world. Create and destroy it on its loop.
  static std::unique_ptr<Client> Create(ClientSeams seams);

  // Closes the store, forgets the keys and ends every call. Never called from an outlet.
  virtual ~Client() = default;

  // Every method of client/v1. Lives as long as the client.
  virtual const rpc::MethodTable& methods() const = 0;
};

}  // namespace qf::client
