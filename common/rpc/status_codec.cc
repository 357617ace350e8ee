#include "common/rpc/status_codec.h"

#include <string>

#include "common/base/error.h"

namespace qf::rpc {

google::rpc::Status ToProto(const absl::Status& status) {
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  if (status.ok()) return out;
  out.set_message(std::string(status.message()));
  ErrorDetail detail;
  const Reason reason = ReasonOf(status);
  detail.set_reason(reason == Reason::REASON_UNSPECIFIED ? Reason::REASON_INTERNAL : reason);
  detail.set_retry_after_ms(RetryAfterMs(status));
  out.add_details()->PackFrom(detail);
  return out;
}

absl::Status FromProto(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  const bool known = status.code() > 0 && status.code() <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  const auto code = known ? static_cast<absl::StatusCode>(status.code()) : absl::StatusCode::kUnknown;
  for (const auto& any : status.details()) {
    ErrorDetail detail;
    if (any.UnpackTo(&detail) && CodeOf(detail.reason()) == code) {
      return Error(detail.reason(), status.message(), detail.retry_after_ms());
    }
  }
  return absl::Status(code, status.message());
}

}  // namespace qf::rpc
