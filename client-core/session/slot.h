// Where a client's session lies while it is unlocked, or why there is none: what every handler of client/v1 gets.
// The interface between the folders that have methods (field/, desk/, office/, sync/) and the one that opens, locks
// and wipes (api/core.h implements it). Tests implement it in a few lines around a Session.
//
//   void AddFieldMethods(rpc::MethodTable& table, SessionSlot& slot) {
//     AddSessionMethod(table, slot, "qingfeng.client.v1.FieldService/GetDraft", GetDraft);
//   }
//   absl::StatusOr<clientpb::GetDraftResponse> GetDraft(Session& session, const clientpb::GetDraftRequest& request);
//
// Threads: lives on the loop; only Post may be called from any thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "client-core/session/session.h"
#include "client-core/session/sync_driver.h"
#include "common/rpc/method_table.h"
#include "qingfeng/client/v1/vault.pb.h"

namespace qf::client {

// A store to be made: of a device that enrols, or of the administrator who makes an office.
struct NewStore {
  std::string pin;
  DeviceKeys keys;
  OfficeFacts office;
  // The first things that the store holds (settings, items, epoch keys): run with the session that will be, before
  // anything is durable. What it writes by its own transactions is part of the store or the store never was.
  absl::AnyInvocable<absl::Status(Session&)> fill;
};

class SessionSlot {
 public:
  virtual ~SessionSlot() = default;

  // Runs `task` on the loop unless the client has ended by then; it is then destroyed there, not run. Any thread.
  virtual void Post(Task task) = 0;
  virtual World& world() = 0;

  // The unlocked session. FAILED_PRECONDITION: STATE before Open, NOT_ENROLLED, LOCKED. Good until the handler
  // returns to the loop; ask again afterwards.
  virtual absl::StatusOr<Session*> Unlocked() = 0;
  // Its sync; errors as above, STATE where the program has none.
  virtual absl::StatusOr<SyncDriver*> Sync() = 0;

  // The session as its owner sees it.
  virtual clientpb::Session Describe() = 0;
  // Tells watchers that it changed: after a certificate came, say.
  virtual void SessionChanged() = 0;

  // Makes vault and store, and unlocks them. A crash at any moment leaves an empty folder or a whole store. Only in
  // a folder that is open and EMPTY: STATE, ENROLLED; PIN_WEAK; BUSY while another such call is under way.
  // `done` is called on the loop, with what guessing the PIN costs, in words.
  virtual void MakeStore(NewStore store, absl::AnyInvocable<void(absl::StatusOr<std::string>)> done) = 0;

  // Erases keys, then everything: after a verified REVOKE, once what was filed is proven. What remains is WIPED.
  virtual void Erase() = 0;
};

// Registers a unary method that needs an unlocked session. `handler` runs on the loop.
template <class Request, class Response>
void AddSessionMethod(rpc::MethodTable& table, SessionSlot& slot, absl::string_view name,
                      absl::StatusOr<Response> (*handler)(Session&, const Request&)) {
  table.Unary<Request, Response>(
      name, [&slot, handler](const rpc::CallInfo&, const Request& request, rpc::Reply<Response> reply) {
        slot.Post([&slot, handler, request, reply = std::move(reply)]() mutable {
          auto session = slot.Unlocked();
          if (!session.ok()) {
            reply.Fail(session.status());
            return;
          }
          reply.Finish(handler(**session, request));
        });
      });
}

}  // namespace qf::client
