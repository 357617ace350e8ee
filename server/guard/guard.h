// Admission of calls: who calls, and may they? Before the request is read. docs/protocol.md, "Calls".
//
// Revocation is looked up on every call. A device under REVOKE may call Exchange only (and bring the blobs of its
// records while it drains); all else is PERMISSION_DENIED(REVOKED), which never wipes.
// Threads: any.
#pragma once

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "server/guard/method_rows.h"
#include "server/guard/throttle.h"
#include "server/store/log_book.h"

namespace qf::server {

class Guard {
 public:
  // Both outlive the guard. `anyone` throttles calls that are open to anyone, and those of unknown keys.
  Guard(LogBook& book, Clock& clock, Throttle& anyone) : book_(book), clock_(clock), anyone_(anyone) {}

  // For carriers that face the network. Sets info.principal for signed calls.
  //   UNIMPLEMENTED(METHOD)                       no such method here
  //   UNAUTHENTICATED(CLOCK, SIGNATURE)           see common/rpc/call_token.h; INVALID_ARGUMENT(FRAME, OFFICE)
  //   UNAUTHENTICATED(UNKNOWN_KEY)                the log does not know the key
  //   PERMISSION_DENIED(REVOKED, ROLE)            it does, and says no
  //   RESOURCE_EXHAUSTED(BUSY)                    too many calls from one address
  absl::Status Admit(rpc::CallInfo& info) const;
  // For the local socket: operators' methods and no others.
  static absl::Status AdmitOperator(rpc::CallInfo& info);

 private:
  absl::Status AdmitPrincipal(const MethodRow& row, const rpc::CallInfo& info) const;

  LogBook& book_;
  Clock& clock_;
  Throttle& anyone_;
};

// True if a device that stands so may still bring the records that it filed, and their blobs: not revoked by a LOCK,
// and not longer than 30 days ago.
bool Drains(const record::Standing& standing, uint64_t now_us);

}  // namespace qf::server
