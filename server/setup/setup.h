// How a folder becomes a server, and the server that of an office. docs/operations.md, "A new office".
//
//   qingfengd init        makes the store, the log key and the TLS authority; writes server.request
//   (the ceremony, at the administrator's machine, makes office.bundle of it)
//   qingfengd install     takes the bundle: GENESIS becomes leaf 0 of term 1
//
// Messages: proto/qingfeng/server/v1/setup.proto. No server may run on the folder meanwhile (STORE_IN_USE).
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/proto_names.h"
#include "common/base/secret.h"
#include "qingfeng/server/v1/setup.pb.h"

namespace qf::server {

// Makes `dir` a server's folder, if it is none yet, and gives the request for the ceremony: the same one each time.
absl::StatusOr<serverpb::ServerRequest> InitServer(Files& files, Clock& clock, Entropy& entropy, const std::string& dir,
                                                   const Secret& store_key);

// How `install` treats a GENESIS that names another log key than this server's.
enum class LogKeyMismatch {
  kRefuse,
  // The office's server was lost with its log: this one comes up ROLLED_BACK with an empty log and waits for the
  // RESTART of an administrator, after which the devices refill it.
  kReplaceLostServer,
};

// Makes the server that of the bundle's office. Again with the same bundle is fine. MALFORMED, OFFICE, SIGNATURE for a
// bundle that is none; FAILED_PRECONDITION(STATE) if the server was not initialised, FAILED_PRECONDITION(ENROLLED) if
// it is another office's, INVALID_ARGUMENT(CERTIFICATE) if GENESIS names other keys.
absl::Status InstallOffice(Files& files, Clock& clock, const std::string& dir, const Secret& store_key,
                           const serverpb::ServerBundle& bundle, LogKeyMismatch mismatch);

}  // namespace qf::server
