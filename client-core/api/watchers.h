// Who watches a client, and what they have not been told yet. EventService/Watch.
// Events are hints to look again: each kind is merged with what its watcher has not taken yet, so a slow screen gets
// one ChangeSet for a thousand changes and never holds anything up. Lives on the loop.
#pragma once

#include <list>
#include <memory>
#include <set>

#include "client-core/session/slot.h"
#include "common/rpc/method_table.h"
#include "qingfeng/client/v1/event.pb.h"

namespace qf::client {

class Watchers {
 public:
  explicit Watchers(SessionSlot& slot) : slot_(slot) {}
  // Ends every Watch with SHUTDOWN.
  ~Watchers();

  // Begins a Watch, which starts with `first` and goes on until its caller cancels.
  void Add(rpc::Writer<clientpb::WatchResponse> writer, const clientpb::WatchResponse& first);
  // Tells everybody.
  void Tell(const clientpb::WatchResponse& event);

 private:
  struct Watcher {
    explicit Watcher(rpc::Writer<clientpb::WatchResponse> out) : writer(std::move(out)) {}
    rpc::Writer<clientpb::WatchResponse> writer;
    clientpb::ChangeSet changes;
    bool changed = false;
    std::unique_ptr<clientpb::SyncResponse> sync;
    std::unique_ptr<clientpb::Session> session;
    std::set<Reason> attention;
  };
  static void Merge(const clientpb::WatchResponse& event, Watcher* watcher);
  static bool Next(Watcher* watcher, clientpb::WatchResponse* event);
  // Gives each watcher what it wants; drops those that have gone.
  void Flush();

  SessionSlot& slot_;
  std::list<Watcher> watchers_;
};

}  // namespace qf::client
