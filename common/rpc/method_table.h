// One method table, several carriers. A method is "package.Service/Method" (no leading slash): bytes in, bytes out,
// a Status at the end, one or many messages. The C ABI, gRPC, and the simulator all start methods here, so a new
// method touches a proto, a handler and a test, and no carrier.
//
//   MethodTable table;
//   table.Unary<EchoRequest, EchoResponse>("qingfeng.client.v1.EventService/Echo",
//       [](const CallInfo&, const EchoRequest& request, Reply<EchoResponse> reply) {
//         EchoResponse response;
//         response.set_text(request.text());
//         reply.Finish(response);
//       });
//
// Laws, held by construction: every started call finishes exactly once; a Reply or Writer that is destroyed
// unanswered finishes with INTERNAL(LOST_ANSWER); nothing is sent after the end; a message that does not parse gets
// INVALID_ARGUMENT(FRAME); an unknown method UNIMPLEMENTED(METHOD).
//
// Threads: a table is immutable once served. A handler is called on the carrier's thread and may answer from any
// thread, at once or later; Outlet implementations are therefore thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/strings.h"
#include "google/protobuf/message.h"

namespace qf::rpc {

// Who calls, as the carrier and the server's guard found out. Empty for in-process calls.
struct CallInfo {
  std::string method;
  std::string call_token;  // the signed call of protocol.md, "Calls"; empty if none came
  std::string peer;        // transport address, for throttling only; never logged
  SigningKey principal;    // set by the guard once the token verified; empty() before
};

// Where a call's answer goes; implemented by carriers. Any thread. Alive until Finish returned.
class Outlet {
 public:
  virtual ~Outlet() = default;
  // One response message. A carrier may drop it after a cancel.
  virtual void Send(std::string message) = 0;
  // The end; called exactly once, always last.
  virtual void Finish(absl::Status status) = 0;
  // False when the receiver has enough for now: wait for the wake-up set by OnWakeUp.
  virtual bool WantsMore() const = 0;
  // True once the caller has gone or cancelled.
  virtual bool Cancelled() const = 0;
  // Calls `wake_up` (any thread) whenever WantsMore may have become true or the call was cancelled; replaces the
  // one before. nullptr = none.
  virtual void OnWakeUp(absl::AnyInvocable<void()> wake_up) = 0;
};

namespace internal {

// The one that finishes: shared so that a copyable lambda can hold it, ended by whoever comes first.
class Ending {
 public:
  explicit Ending(std::shared_ptr<Outlet> outlet) : outlet_(std::move(outlet)) {}
  ~Ending() { Finish(Error(Reason::REASON_LOST_ANSWER, "a handler ended without an answer")); }
  void Send(std::string message) {
    if (!done_.load()) outlet_->Send(std::move(message));
  }
  void Finish(absl::Status status) {
    if (done_.exchange(true)) return;
    outlet_->OnWakeUp(nullptr);
    outlet_->Finish(std::move(status));
  }
  Outlet& outlet() { return *outlet_; }
  bool done() const { return done_.load(); }

 private:
  std::shared_ptr<Outlet> outlet_;
  std::atomic<bool> done_{false};
};

}  // namespace internal

// The answer to a unary call. Move-only; Finish once, or be destroyed.
template <class Response>
class Reply {
 public:
  explicit Reply(std::unique_ptr<internal::Ending> ending) : ending_(std::move(ending)) {}
  void Finish(const Response& response) {
    ending_->Send(response.SerializeAsString());
    ending_->Finish(absl::OkStatus());
  }
  void Finish(absl::StatusOr<Response> result) {
    if (result.ok()) {
      Finish(*result);
    } else {
      Fail(std::move(result).status());
    }
  }
  void Fail(absl::Status status) { ending_->Finish(std::move(status)); }
  bool Cancelled() const { return ending_->outlet().Cancelled(); }
  // See Outlet::OnWakeUp: for a unary call, tells of a cancel.
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) { ending_->outlet().OnWakeUp(std::move(wake_up)); }

 private:
  std::unique_ptr<internal::Ending> ending_;
};

// The answer to a streaming call: messages while WantsMore, then Finish once.
template <class Response>
class Writer {
 public:
  explicit Writer(std::unique_ptr<internal::Ending> ending) : ending_(std::move(ending)) {}
  void Send(const Response& response) { ending_->Send(response.SerializeAsString()); }
  void Finish(absl::Status status) { ending_->Finish(std::move(status)); }
  bool WantsMore() const { return ending_->outlet().WantsMore(); }
  bool Cancelled() const { return ending_->outlet().Cancelled(); }
  void OnWakeUp(absl::AnyInvocable<void()> wake_up) { ending_->outlet().OnWakeUp(std::move(wake_up)); }

 private:
  std::unique_ptr<internal::Ending> ending_;
};

class MethodTable {
 public:
  // Bytes in; the handler answers through the outlet.
  using Start = absl::AnyInvocable<void(const CallInfo&, const std::string& request, std::shared_ptr<Outlet>) const>;

  struct Method {
    Start start;
    const google::protobuf::Message* request;  // prototypes, for JSON and for tests that walk descriptors
    const google::protobuf::Message* response;
    size_t request_bytes_max;
    bool streams;
  };

  // Silences Protobuf's own log in this process: a request that is no message is answered so, and a line for each on
  // stderr would be in the hands of whoever sends them.
  MethodTable();

  // Adds a unary method. `name` is used once; `request_bytes_max` bounds the request.
  template <class Request, class Response>
  void Unary(absl::string_view name,
             absl::AnyInvocable<void(const CallInfo&, const Request&, Reply<Response>) const> handler,
             size_t request_bytes_max = limits::kMessageBytes) {
    AddTyped<Request, Response, Reply<Response>>(name, std::move(handler), request_bytes_max, false);
  }

  // Adds a server-streaming method.
  template <class Request, class Response>
  void Stream(absl::string_view name,
              absl::AnyInvocable<void(const CallInfo&, const Request&, Writer<Response>) const> handler,
              size_t request_bytes_max = limits::kMessageBytes) {
    AddTyped<Request, Response, Writer<Response>>(name, std::move(handler), request_bytes_max, true);
  }

  // Starts info.method with `request`. Never fails itself: every outcome goes to `outlet`.
  void Call(const CallInfo& info, const std::string& request, std::shared_ptr<Outlet> outlet) const;

  // nullptr if there is no such method.
  const Method* Find(absl::string_view name) const;
  // All names, sorted.
  std::vector<std::string> Names() const;

 private:
  void Add(absl::string_view name, Method method);

  template <class Request, class Response, class Answer, class Handler>
  void AddTyped(absl::string_view name, Handler handler, size_t request_bytes_max, bool streams) {
    Start start = [handler = std::move(handler)](const CallInfo& info, const std::string& bytes,
                                                 std::shared_ptr<Outlet> outlet) {
      auto ending = std::make_unique<internal::Ending>(std::move(outlet));
      Request request;
      if (!request.ParseFromString(bytes)) {
        ending->Finish(Error(Reason::REASON_FRAME, "the request cannot be read"));
        return;
      }
      handler(info, request, Answer(std::move(ending)));
    };
    Add(name, Method{std::move(start), &Request::default_instance(), &Response::default_instance(), request_bytes_max,
                     streams});
  }

  std::map<std::string, Method, std::less<>> methods_;
};

}  // namespace qf::rpc
