#include "common/tls/grpc_tls13.h"

#include <stdlib.h>

#include "common/base/check.h"

namespace qf::tls {

bool LetGrpcSpeakOnlyTls13() {
  QF_CHECK(setenv("GRPC_SSL_CIPHER_SUITES", "ECDHE-RSA-AES256-GCM-SHA384", 1) == 0);
  return true;
}

}  // namespace qf::tls
