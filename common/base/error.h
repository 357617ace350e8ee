// Errors: an absl::Status with one registered reason (proto/qingfeng/common/v1/reason.proto).
//
// The code says what a program should do, the reason says what happened, the message says both to a person in
// English and holds no content of any report, name or key. Screens choose their words by reason.
//
//   if (pin.empty()) return Error(Reason::REASON_PIN_REQUIRED, "enter the PIN of this store");
//
// For: every error that leaves a folder. Not for: our own bugs (base/check.h).
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "qingfeng/common/v1/reason.pb.h"

namespace qf {

using Reason = ::qingfeng::common::v1::Reason;
using ::qingfeng::common::v1::ErrorDetail;

// The code that belongs to a reason; kInternal for one that this build does not know.
absl::StatusCode CodeOf(Reason reason);

// One sentence that tells a person what to do next; empty if there is nothing to do but read the message.
absl::string_view RemedyOf(Reason reason);

// Short name as it stands in logs, JSON and docs: "PIN_REQUIRED".
std::string NameOf(Reason reason);

// An error of that reason. `message` has no full stop and no user data. `retry_after_ms` 0 = no advice.
absl::Status Error(Reason reason, absl::string_view message, uint64_t retry_after_ms = 0);

// The reason in `status`; REASON_UNSPECIFIED when it is OK or has none (a library's error).
Reason ReasonOf(const absl::Status& status);

// How long to wait before the next try; 0 when the error does not say.
uint64_t RetryAfterMs(const absl::Status& status);

// `status` with "what: " before its message, code and reason kept.
absl::Status Annotate(const absl::Status& status, absl::string_view what);

}  // namespace qf
