#include "common/rpc/grpc_process.h"

#include <grpc/support/log.h>
#include <stdio.h>
#include <stdlib.h>

#include "absl/strings/match.h"
#include "common/base/check.h"

namespace qf::rpc {
namespace {

void PrintAborts(gpr_log_func_args* line) {
  if (absl::StartsWith(line->message, "assertion failed")) {
    fprintf(stderr, "gRPC, %s:%d: %s\n", line->file, line->line, line->message);
  }
}

}  // namespace

bool PrepareGrpc() {
  QF_CHECK(setenv("GRPC_SSL_CIPHER_SUITES", "ECDHE-RSA-AES256-GCM-SHA384", 1) == 0);
  QF_CHECK(setenv("GRPC_DNS_RESOLVER", "native", 1) == 0);
  if (getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function(&PrintAborts);
  return true;
}

}  // namespace qf::rpc
