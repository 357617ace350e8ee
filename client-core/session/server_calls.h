// Calls to the server, signed by this device. docs/protocol.md, "Calls".
//
//   calls.Call<serverpb::BeginResponse>("qingfeng.server.v1.BlobService/Begin", request, [](auto response) { … });
//
// A call refused for the clock (UNAUTHENTICATED(CLOCK)) is asked once more with the server's time.
// Lives on the loop; `done` comes there, never from inside Call. When this object goes, calls under way end unheard.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "client-core/session/session.h"
#include "common/base/error.h"
#include "common/rpc/transport.h"

namespace qf::client {

class ServerCalls {
 public:
  // Both outlive this object.
  ServerCalls(Session& session, rpc::Transport& transport);
  ~ServerCalls();

  template <class Response, class Request>
  void Call(const std::string& method, const Request& request, absl::AnyInvocable<void(absl::StatusOr<Response>)> done,
            uint64_t timeout_us = 60 * kMicrosPerSecond) {
    CallBytes(method, request.SerializeAsString(), timeout_us,
              [done = std::move(done)](absl::StatusOr<std::string> bytes) mutable {
                if (!bytes.ok()) return done(bytes.status());
                Response response;
                if (!response.ParseFromString(*bytes)) {
                  return done(Error(Reason::REASON_FRAME, "the server's answer cannot be read"));
                }
                done(std::move(response));
              });
  }

  // The same in bytes.
  void CallBytes(const std::string& method, std::string request, uint64_t timeout_us, rpc::Transport::Done done);
  // Ends all calls under way; their `done` comes with CANCELLED, or the true outcome.
  void CancelAll();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace qf::client
