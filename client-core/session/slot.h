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
#include "client-core/session/streams.h"
#include "client-core/session/sync_driver.h"
#include "common/base/error.h"
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
  // The language in which is said what the PIN is worth; empty for that of Open.
  std::string locale = {};
};

class SessionSlot {
 public:
  virtual ~SessionSlot() = default;

  // Runs `task` on the loop unless the client has ended by then; it is then destroyed there, not run. Any thread.
  virtual void Post(Task task) = 0;
  // Runs `work` on the worker, then `then` on the loop under the same condition. `work` may not touch what lives on the
  // loop; the client may end while it runs.
  virtual void OnWorker(Task work, Task then) { world().worker.Run(std::move(work), std::move(then)); }
  // Streaming answers that end with the client at the latest.
  Streams& streams() { return streams_; }
  virtual World& world() = 0;

  // The unlocked session. FAILED_PRECONDITION: STATE before Open, NOT_ENROLLED, LOCKED. Good until the handler
  // returns to the loop; ask again afterwards.
  virtual absl::StatusOr<Session*> Unlocked() = 0;
  // Its sync; errors as above, STATE where the program has none.
  virtual absl::StatusOr<SyncDriver*> Sync() = 0;
  // Its callers are pages: OpenRequest.for_pages.
  virtual bool ForPages() const = 0;

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

 private:
  Streams streams_{[this](Task task) { Post(std::move(task)); }};
};

// Holds the answer of a call on its way to the loop and back: if the client ends before somebody takes it, the call
// ends with UNAVAILABLE(SHUTDOWN). Answer is a rpc::Reply or a rpc::Writer.
template <class Answer>
class PendingAnswer {
 public:
  explicit PendingAnswer(Answer answer) : answer_(std::make_unique<Answer>(std::move(answer))) {}
  PendingAnswer(PendingAnswer&&) noexcept = default;
  ~PendingAnswer() {
    if (answer_ != nullptr) End(*answer_, Error(Reason::REASON_SHUTDOWN, "the client has ended"));
  }
  Answer Take() {
    Answer answer = std::move(*answer_);
    answer_ = nullptr;
    return answer;
  }

 private:
  template <class Response>
  static void End(rpc::Reply<Response>& reply, absl::Status status) {
    reply.Fail(std::move(status));
  }
  template <class Response>
  static void End(rpc::Writer<Response>& writer, absl::Status status) {
    writer.Finish(std::move(status));
  }

  std::unique_ptr<Answer> answer_;
};

// Registers a method whose `handler`, called as handler(request, reply), runs on the loop.
template <class Request, class Response, class Handler>
void AddLoopMethod(rpc::MethodTable& table, SessionSlot& slot, absl::string_view name, Handler handler) {
  table.Unary<Request, Response>(
      name, [&slot, handler](const rpc::CallInfo&, const Request& request, rpc::Reply<Response> reply) {
        slot.Post(
            [handler, request, reply = PendingAnswer(std::move(reply))]() mutable { handler(request, reply.Take()); });
      });
}
template <class Request, class Response, class Handler>
void AddLoopStream(rpc::MethodTable& table, SessionSlot& slot, absl::string_view name, Handler handler) {
  table.Stream<Request, Response>(
      name, [&slot, handler](const rpc::CallInfo&, const Request& request, rpc::Writer<Response> writer) {
        slot.Post([handler, request, writer = PendingAnswer(std::move(writer))]() mutable {
          handler(request, writer.Take());
        });
      });
}

// Registers a unary method that needs an unlocked session. `handler` runs on the loop.
template <class Request, class Response>
void AddSessionMethod(rpc::MethodTable& table, SessionSlot& slot, absl::string_view name,
                      absl::StatusOr<Response> (*handler)(Session&, const Request&)) {
  AddLoopMethod<Request, Response>(table, slot, name,
                                   [&slot, handler](const Request& request, rpc::Reply<Response> reply) {
                                     auto session = slot.Unlocked();
                                     if (!session.ok()) return reply.Fail(session.status());
                                     reply.Finish(handler(**session, request));
                                   });
}

}  // namespace qf::client
