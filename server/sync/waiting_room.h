// Exchanges that wait for news: at most one a device, a newer one ends the older with ABORTED(SUPERSEDED).
// docs/protocol.md, "Sync".
//
// An exchange enters first and is then tried, so that no commit falls between the look and the wait.
// Threads: state lives on the loop; Wait, Supersede, Wake and Close may be called from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>

#include "common/base/clock.h"
#include "common/base/loop.h"
#include "common/rpc/method_table.h"
#include "server/sync/answer.h"

namespace qf::server {

class WaitingRoom : public std::enable_shared_from_this<WaitingRoom> {
 public:
  using Reply = rpc::Reply<serverpb::ExchangeResponse>;
  using Ask = std::function<absl::StatusOr<Answer>(const Caller&)>;

  // `ask` makes the answer as of now; runs on the loop. Clock and loop outlive the room.
  WaitingRoom(Clock& clock, Loop& loop, Ask ask) : clock_(clock), loop_(loop), ask_(std::move(ask)) {}

  // Answers as soon as there is news, or when caller.wait_us have passed.
  void Wait(Caller caller, Reply reply);
  // A newer Exchange of that device has come: the one that waits is over.
  void Supersede(const SigningKey& device);
  // The log has grown.
  void Wake(const News& news);
  // Ends all with UNAVAILABLE(SHUTDOWN), and whatever comes later.
  void Close();
  // The same at once: on the loop's thread, or when the loop has gone after a Close.
  void CloseNow();

 private:
  struct Guest {
    Caller caller;
    Reply reply;
    TimerId timer = 0;
    uint64_t number = 0;
  };
  using Guests = std::map<SigningKey, std::unique_ptr<Guest>>;

  void Enter(std::unique_ptr<Guest> guest);
  // Answers if there is news, or `now_or_never`. Gives the guest behind this one.
  Guests::iterator Try(Guests::iterator guest, bool now_or_never);
  // Ends the exchange of `device` if its number is `number` (0: whichever) with `status`.
  void Dismiss(const SigningKey& device, uint64_t number, const absl::Status& status);
  Guests::iterator Remove(Guests::iterator guest);

  Clock& clock_;
  Loop& loop_;
  Ask ask_;
  Guests guests_;
  uint64_t last_number_ = 0;
  bool closed_ = false;
  std::atomic<size_t> waiting_{0};  // guests, and those on their way: so that a commit without guests costs nothing
};

}  // namespace qf::server
