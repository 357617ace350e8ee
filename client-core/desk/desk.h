// A desk at work: what an unlocked session does by itself because its device mirrors the log. One a session.
//
//   auto desk = std::make_unique<Desk>(session, std::move(transport));   // at unlock
//   desk.reset();                                                        // before the session goes
//
// After every batch of entries, at unlock, and from time to time it folds what is new into the register, does the
// duties of its role, and compares attests. All of that is a function of the copy of the log and of the own items, so
// it may stop anywhere and two desks may do it at once. On a phone it does nothing until that becomes a desk.
//
// For: handlers of DeskService (client-core/api/desk_methods.h). Not for: sync, which tells of new entries through
// Session::OnEntries.
// Threads: lives on the loop. The session outlives it; calls under way end with it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client-core/desk/arrival_store.h"
#include "client-core/desk/register.h"
#include "client-core/rules/case_fold.h"
#include "client-core/session/server_calls.h"
#include "client-core/session/session.h"
#include "common/rpc/transport.h"

namespace qf::client {

// Steps of the register that a handler waits for: about half a second.
constexpr size_t kCatchUpSteps = 16;

// A call that goes on after its handler has returned. Ended with the desk.
class DeskCall {
 public:
  virtual ~DeskCall() = default;
  // Gives its caller this end.
  virtual void End(absl::Status status) = 0;
};

class Desk {
 public:
  // `transport` reaches the session's office; the desk's own, beside that of sync.
  Desk(Session& session, std::unique_ptr<rpc::Transport> transport);
  ~Desk();

  Session& session() { return session_; }
  ServerCalls& server() { return server_; }

  // Holds a call until Forget.
  void Keep(std::shared_ptr<DeskCall> call);
  void Forget(DeskCall* call);

  // What waits to be done, now: at most `steps` of the register, and, at its end, the duties. Handlers call it so that
  // their answer is of now; a desk that has much to fold in answers with what it has so far, and goes on by itself.
  // True if it is at the end.
  absl::StatusOr<bool> CatchUp(size_t steps = kCatchUpSteps);

  // The register of cases, folded when it is asked for and kept until new entries come. `unread` of it are actions that
  // this desk cannot open: with any, it is not what other desks see.
  struct Cases {
    CaseRegister folded;
    uint64_t unread = 0;
    std::map<ThingId, uint64_t> numbers;  // of the case that a report is in
  };
  absl::StatusOr<const Cases*> CasesNow();

 private:
  void Wake();
  void Run();
  void SetTimer();
  // One step of the register; true if there is more.
  absl::StatusOr<bool> StepOnce();
  absl::Status DoDuties();
  void Tell(const RegisterStep& step);

  Session& session_;
  std::unique_ptr<rpc::Transport> transport_;
  ServerCalls server_;
  Register register_;
  std::unique_ptr<Cases> cases_;
  std::map<DeskCall*, std::shared_ptr<DeskCall>> calls_;
  bool awake_ = false;      // a task on the loop will go on
  bool roster_due_ = true;  // the log has said something new of who is in the office
  bool clock_due_ = true;   // time has passed, on which schedules and alarms depend
  TimerId timer_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace qf::client
