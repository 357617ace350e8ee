// A call to the server that runs on this machine, over its local socket: for qingfengd's own commands.
// The other end is GrpcCarrier with a UnixListen.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace qf::server {

// Calls `method` ("package.Service/Method") on the socket at `path` and waits for the answer. UNAVAILABLE(NOT_RUNNING)
// if no server listens there; else what the server says.
absl::StatusOr<std::string> CallLocal(const std::string& path, const std::string& method, const std::string& request,
                                      uint64_t timeout_us);

}  // namespace qf::server
