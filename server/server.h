// The whole of a server but its carriers, configuration and process: opened on a World, it gives two method tables.
// The program puts them on gRPC (main.cc), the simulator calls them in one thread.
//
//   QF_TRY_ASSIGN(auto server, Server::Open(world, {.dir = dir, .store_key = key, .writer = Server::Writer::kOnLoop}));
//   server->Call(info, request, outlet);                                     in process: guard, then method
//   GrpcCarrier::Open(server->methods(), [&](auto& info) { return server->Admit(info); }, …)
//
// The folder was made by setup/ (init, install). Not for: TLS, sockets, signals.
//
// Threads: methods of the tables on any thread; answers come from any. Open and destruction on one thread. The end:
//   single-threaded: destroy it on the loop's thread; what was posted finds it gone and does nothing;
//   program: shut the carriers down, Stop(), destroy the worker, the loop, the server, in this order.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/secret.h"
#include "common/base/world.h"
#include "common/rpc/method_table.h"
#include "server/guard/guard.h"
#include "server/store/log_book.h"
#include "server/sync/intake.h"

namespace qf::server {

class Server {
 public:
  enum class Writer {
    kOnThread,  // commits on a thread of its own
    kOnLoop,    // on the world's loop: everything in one thread
  };

  struct Options {
    std::string dir;
    Secret store_key;
    Writer writer = Writer::kOnThread;
    size_t cache_bytes = 64 << 20;
    IntakeLimits intake;
    // Calls that nobody has signed for, and calls of unknown keys, by one address: so many at once, then one each …
    // 0 = no limit.
    uint32_t anyone_burst = 30;
    uint64_t anyone_refill_us = 2 * kMicrosPerSecond;
  };

  // FAILED_PRECONDITION(NOT_ENROLLED) before `install`; errors of the store.
  static absl::StatusOr<std::unique_ptr<Server>> Open(World world, Options options);
  virtual ~Server() = default;

  // Methods for the network; Admit is their guard.
  virtual const rpc::MethodTable& methods() const = 0;
  virtual absl::Status Admit(rpc::CallInfo& info) = 0;
  // Methods for the local socket; AdmitOperator is their guard.
  virtual const rpc::MethodTable& admin_methods() const = 0;
  virtual absl::Status AdmitOperator(rpc::CallInfo& info) = 0;
  // A call from the network, carried in process.
  void Call(rpc::CallInfo info, const std::string& request, std::shared_ptr<rpc::Outlet> outlet);
  // The same from the local socket.
  void CallAsOperator(rpc::CallInfo info, const std::string& request, std::shared_ptr<rpc::Outlet> outlet);

  // Calls under way, as health tells them; carriers know.
  virtual void CountCalls(std::function<size_t()> calls) = 0;
  // True once the store takes no more writes (a failed sync): the process has to be started again.
  virtual bool Broken() const = 0;

  // Ends what waits for news with UNAVAILABLE(SHUTDOWN), as the loop gets to it.
  virtual void Stop() = 0;

  // For tests and the simulator's oracle: the log as it stands.
  virtual LogBook& book() = 0;
  virtual sql::Database& database() = 0;
};

}  // namespace qf::server
