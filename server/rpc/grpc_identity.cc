#include "server/rpc/grpc_identity.h"

#include <grpc/grpc.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace qf::server {
namespace {

using Fetcher = grpc_ssl_server_certificate_config_callback;

// gRPC's C++ has no credentials that fetch, its C core has: this hands the core's to a ServerBuilder.
class FetchingCredentials final : public grpc::ServerCredentials {
 public:
  FetchingCredentials(Fetcher fetch, void* from)
      : core_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
                                                                            fetch, from))) {}
  ~FetchingCredentials() override { grpc_server_credentials_release(core_); }
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {
    QF_CHECK(false);  // the guard is ours
  }

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), core_);
  }
  grpc_server_credentials* const core_;
};

}  // namespace

void GrpcIdentity::Replace(tls::Identity identity) {
  MutexLock lock(mutex_);
  identity_ = std::move(identity);
  changed_ = true;
}

std::shared_ptr<grpc::ServerCredentials> GrpcIdentity::Credentials() {
  return std::make_shared<FetchingCredentials>(&GrpcIdentity::Fetch, this);
}

grpc_ssl_certificate_config_reload_status GrpcIdentity::Fetch(void* identity,
                                                              grpc_ssl_server_certificate_config** config) {
  return static_cast<GrpcIdentity*>(identity)->FetchChanged(config);
}

grpc_ssl_certificate_config_reload_status GrpcIdentity::FetchChanged(grpc_ssl_server_certificate_config** config) {
  MutexLock lock(mutex_);
  if (!changed_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  changed_ = false;
  Secret key(absl::StrCat(identity_.private_key_pem.bytes(), absl::string_view("\0", 1)));
  const grpc_ssl_pem_key_cert_pair pair{reinterpret_cast<const char*>(key.data()), identity_.chain_pem.c_str()};
  // The first argument is for certificates of clients, of which none are asked; gRPC insists on having some.
  *config = grpc_ssl_server_certificate_config_create(identity_.chain_pem.c_str(), &pair, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

}  // namespace qf::server
