// The network as gRPC carries it: rpc::Transport to one server of one office. The only user of grpcpp on a device.
//
//   ASSIGN(auto transport, GrpcTransport::Open({.target = "203.0.113.7:8443", .authorities = {der}}, loop, clock));
//   transport->Start("qingfeng.server.v1.SyncService/Exchange", token, request, 30 * kMicrosPerSecond, done);
//
// TLS 1.3 only; the office's TLS authorities are the only roots, and the certificate must be good for the host in
// `target`. A connection is made by the first call, and closed when no call has been under way for `idle_us`; there
// are no pings. Retries and backoff are the caller's: each Start tries once, at once. No proxy is used. Compression is
// off: what travels is sealed.
//
// Errors reach `done` as transport.h says: the server's own Status, or
//   UNAVAILABLE(UNREACHABLE)       no connection, or it broke
//   INVALID_ARGUMENT(CERTIFICATE)  the server has no certificate of this office for this host (or one out of date)
//   DEADLINE_EXCEEDED(DEADLINE), CANCELLED(CANCELLED)
//   RESOURCE_EXHAUSTED(BUSY)       the server's gRPC had no room
//   OUT_OF_RANGE(TOO_LARGE)        request (never sent) or response above limits::kMessageBytes
//   UNIMPLEMENTED(METHOD)          not a server of ours, or an old one
// gRPC's own texts hold addresses and are not passed on.
//
// Threads: lives on the loop: Open, Start, Cancel, traffic and the destructor are called there. gRPC's threads only
// post to it. Destroying it with calls under way is safe and does not wait: they are cancelled, and their `done` is
// destroyed there and then without being called. `done` may destroy the transport. A connection that is just being
// made then ends when it is made or has failed, at most 20 s later, and nobody waits for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/loop.h"
#include "common/rpc/transport.h"

namespace qf::net {

struct GrpcTransportOptions {
  // "host:port" of the server; v6 as "[::1]:8443". Or "unix:/path" of a local socket, which has no TLS.
  std::string target;
  // DER of the office's TLS authorities; at least one, none with "unix:".
  std::vector<std::string> authorities;
  // How long a connection may be without calls before it is closed.
  uint64_t idle_us = 30 * kMicrosPerSecond;
};

class GrpcTransport : public rpc::Transport {
 public:
  // Messages as they were given and taken; gRPC, TLS and IP add their own.
  struct Traffic {
    uint64_t calls = 0;
    uint64_t sent_bytes = 0;
    uint64_t received_bytes = 0;
  };

  // No connection is made yet. `loop` and `clock` outlive the transport. INVALID_ARGUMENT(CERTIFICATE) if an
  // authority cannot be read or none is given; INVALID_ARGUMENT(CONFIG) for an empty target.
  static absl::StatusOr<std::unique_ptr<GrpcTransport>> Open(GrpcTransportOptions options, Loop& loop, Clock& clock);

  // What this transport has carried so far.
  virtual Traffic traffic() const = 0;
};

// Blocks until gRPC has let go of all that transports had under way: some milliseconds. For the end of a test, or of
// what must outlive them, when every transport has been destroyed; never on a loop. A program that exits waits by
// itself, for a second at the most.
void AwaitTransportsClosed();

}  // namespace qf::net
