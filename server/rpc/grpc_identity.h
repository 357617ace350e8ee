// The certificate and key of a carrier's TLS, replaceable while it serves: gRPC asks for them at each handshake.
// A part of grpc_carrier.cc; nobody else includes it.
#pragma once

#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "common/base/mutex.h"
#include "common/tls/certificate.h"

namespace qf::server {

// Threads: any.
class GrpcIdentity {
 public:
  explicit GrpcIdentity(tls::Identity identity) : identity_(std::move(identity)) {}

  // For handshakes from now on. The caller has looked whether certificate and key fit.
  void Replace(tls::Identity identity);
  // Credentials that ask this object, which outlives the server that uses them.
  std::shared_ptr<grpc::ServerCredentials> Credentials();

 private:
  // gRPC's question; `identity` is a GrpcIdentity.
  static grpc_ssl_certificate_config_reload_status Fetch(void* identity, grpc_ssl_server_certificate_config** config);
  grpc_ssl_certificate_config_reload_status FetchChanged(grpc_ssl_server_certificate_config** config);

  Mutex mutex_;
  tls::Identity identity_ ABSL_GUARDED_BY(mutex_);
  bool changed_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace qf::server
