// The network, as a seam: how a client calls a server's methods. Implemented by gRPC (client-core/net) and by the
// simulator, which refuses, delays, stalls and cuts calls, also after the server committed and before the reply.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"

namespace qf::rpc {

using CallId = uint64_t;  // 0 is never a call

class Transport {
 public:
  virtual ~Transport() = default;

  // Called once per call, on the client's loop, never from inside Start or Cancel. An error is the server's Status
  // (with its reason) or UNAVAILABLE(UNREACHABLE), DEADLINE_EXCEEDED(DEADLINE), CANCELLED(CANCELLED). No error says
  // whether the server did the work: ask again with the same bytes.
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::string> response)>;

  // Starts a unary call of "package.Service/Method". `call_token` is the signed call (protocol.md, "Calls"), empty
  // for methods open to anyone. `timeout_us` bounds it all.
  virtual CallId Start(const std::string& method, const std::string& call_token, std::string request,
                       uint64_t timeout_us, Done done) = 0;
  // `done` still comes, with CANCELLED or the true outcome.
  virtual void Cancel(CallId call) = 0;
};

}  // namespace qf::rpc
