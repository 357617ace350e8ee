// SyncService.Exchange: reads the Hello, compares logs, takes the push, answers. docs/protocol.md, "Sync".
//
// Threads: Call on any of the carrier's threads, where everything is read and every signature checked; answers come
// from the writer's thread (pushes), the loop (waiting), or the caller's (neither).
#pragma once

#include <memory>

#include "common/base/loop.h"
#include "common/rpc/method_table.h"
#include "server/sync/answer.h"
#include "server/sync/intake.h"
#include "server/sync/waiting_room.h"

namespace qf::server {

class Exchange {
 public:
  using Reply = WaitingRoom::Reply;

  // All of them outlive the object.
  Exchange(LogBook& book, Answerer& answerer, Intake& intake, WaitingRoom& room)
      : book_(book), answerer_(answerer), intake_(intake), room_(room) {}

  // info.principal is set by the guard.
  void Call(const rpc::CallInfo& info, const serverpb::ExchangeRequest& request, Reply reply);

 private:
  absl::StatusOr<Caller> Prepare(const rpc::CallInfo& info, const serverpb::ExchangeRequest& request);
  void Push(Caller caller, const serverpb::ExchangeRequest& request, Reply reply);

  LogBook& book_;
  Answerer& answerer_;
  Intake& intake_;
  WaitingRoom& room_;
};

}  // namespace qf::server
