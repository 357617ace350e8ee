// Carries a method table (common/rpc/method_table.h) over gRPC: one generic service for every method, TLS 1.3 only.
//
// For reviewers who expect a subclass of a generated service: there is none, on purpose. gRPC hands every call,
// whatever its name, to one CallbackGenericService; the table finds the handler. So a new method touches no carrier,
// and unary and streaming calls differ only in how many messages a handler sends. Nothing of gRPC is seen here;
// grpc_calls.h and grpc_identity.h are parts of the .cc. A client sees an ordinary gRPC server: status code and text,
// google.rpc.Status with one ErrorDetail in `grpc-status-details-bin`, and the standard health service.
//
//   ASSIGN(auto carrier, GrpcCarrier::Open(table, guard, {.listen = TlsListen{"[::]:8443", std::move(identity)}}));
//   ASSIGN(auto admin, GrpcCarrier::Open(admin_table, nullptr, {.listen = UnixListen{"/run/qingfeng/admin"}}));
//   ...
//   carrier->Shutdown(5 * kMicrosPerSecond);
//
// Life of a call: unknown method → UNIMPLEMENTED(METHOD); stopping → UNAVAILABLE(SHUTDOWN); the guard looks at
// method, token and peer and may end it; then the request is read (at most limits::kMessageBytes, a larger one ends
// with gRPC's own RESOURCE_EXHAUSTED; each method's own bound is checked by the table) and the handler starts.
// Answers wait in a queue, one write under way: WantsMore is true below kWindowBytes and kWindowMessages; a handler
// that goes on regardless has its call ended with INTERNAL beyond kQueueBytesMax. A cancelled call ends at once for
// gRPC; its handler learns by Cancelled() and by its wake-up and may answer late or never, which changes nothing.
//
// Wake-ups (Outlet::OnWakeUp): first set one, then look at WantsMore and Cancelled, so that none is missed. One runs
// at a time; it may still be running when it is replaced or the call ends, so let it capture shared state only.
//
// Compressed requests are refused: a small one may hide a huge one.
//
// Threads: guard and handlers run on gRPC's few threads, several at once, and must not block there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/rpc/method_table.h"
#include "common/tls/certificate.h"

namespace qf::server {

// To the network, with TLS.
struct TlsListen {
  std::string address;  // "host:port"; port 0 = any free one, see port()
  tls::Identity identity;
};

// To programs on this machine, without TLS: who may connect is decided by the permissions of the folder, which only
// the service's own user may enter (0700). A socket left over from a crash is replaced; the new one gets mode 0600.
struct UnixListen {
  std::string path;  // at most 100 bytes
};

struct GrpcCarrierOptions {
  std::variant<TlsListen, UnixListen> listen;
  // gRPC's buffers in all; above it gRPC slows reading down and refuses connections.
  size_t memory_bytes = 256u << 20;
  // Calls at once on one connection; more wait at the client.
  uint32_t calls_per_connection = 100;
};

class GrpcCarrier {
 public:
  static constexpr size_t kWindowBytes = 256 * 1024;  // four flow-control windows of a phone
  static constexpr size_t kWindowMessages = 16;
  static constexpr size_t kQueueBytesMax = 4 * limits::kMessageBytes;

  // Admission. Before the request is read, on one of gRPC's threads: verifies info.call_token, sets info.principal,
  // throttles by info.peer (address without port; "unix" for the local socket). An error ends the call with it.
  // nullptr admits everyone. Must not block.
  using Guard = std::function<absl::Status(rpc::CallInfo& info)>;

  // Listens and serves from now on. `table` outlives the carrier.
  // INVALID_ARGUMENT(CONFIG) if it cannot listen there, or the path is too long; INVALID_ARGUMENT(CERTIFICATE) if
  // certificate and key do not fit.
  static absl::StatusOr<std::unique_ptr<GrpcCarrier>> Open(const rpc::MethodTable& table, Guard guard,
                                                           GrpcCarrierOptions options);
  // As Shutdown(0), if that has not been done.
  virtual ~GrpcCarrier() = default;

  // The TCP port that it listens to; 0 for a local socket.
  virtual uint16_t port() const = 0;

  // What the health service answers to load balancers: SERVING (at first) or NOT_SERVING. Calls go on either way.
  virtual void SetServing(bool serving) = 0;

  // Another certificate and key for connections made from now on; live ones go on with the old. No restart: gRPC
  // asks for the certificate at each handshake. INVALID_ARGUMENT(CERTIFICATE) if the two do not fit (the old ones
  // stay); FAILED_PRECONDITION(STATE) on a local socket.
  virtual absl::Status Renew(tls::Identity identity) = 0;

  // Calls under way.
  virtual size_t calls() const = 0;

  // Stops: health NOT_SERVING; new calls get UNAVAILABLE(SHUTDOWN); calls under way may end for `grace_us` and are
  // then cancelled. Blocks for at most about half a second longer than that, whatever the handlers do; call it on
  // the program's main thread. Handlers still busy may answer later, to nobody. Once only; later calls do nothing.
  virtual void Shutdown(uint64_t grace_us) = 0;
};

}  // namespace qf::server
