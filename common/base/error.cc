#include "common/base/error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace qf {
namespace {

namespace pb = ::qingfeng::common::v1;

constexpr absl::string_view kDetailUrl = "type.googleapis.com/qingfeng.common.v1.ErrorDetail";

// Code and remedy of a reason stand beside it in reason.proto, so that no second table can disagree.
const pb::ReasonInfo& InfoOf(Reason reason) {
  static const pb::ReasonInfo* const kNone = [] {
    auto* info = new pb::ReasonInfo();
    info->set_code(static_cast<int>(absl::StatusCode::kInternal));
    return info;
  }();
  const auto* value = pb::Reason_descriptor()->FindValueByNumber(reason);
  if (value == nullptr || !value->options().HasExtension(pb::reason_info)) return *kNone;
  return value->options().GetExtension(pb::reason_info);
}

ErrorDetail DetailOf(const absl::Status& status) {
  ErrorDetail detail;
  if (const auto payload = status.GetPayload(kDetailUrl)) detail.ParseFromString(std::string(*payload));
  return detail;
}

}  // namespace

absl::StatusCode CodeOf(Reason reason) { return static_cast<absl::StatusCode>(InfoOf(reason).code()); }

absl::string_view RemedyOf(Reason reason) { return InfoOf(reason).remedy(); }

std::string NameOf(Reason reason) { return std::string(absl::StripPrefix(pb::Reason_Name(reason), "REASON_")); }

absl::Status Error(Reason reason, absl::string_view message, uint64_t retry_after_ms) {
  absl::Status status(CodeOf(reason), message);
  ErrorDetail detail;
  detail.set_reason(reason);
  detail.set_retry_after_ms(retry_after_ms);
  status.SetPayload(kDetailUrl, absl::Cord(detail.SerializeAsString()));
  return status;
}

Reason ReasonOf(const absl::Status& status) { return DetailOf(status).reason(); }

uint64_t RetryAfterMs(const absl::Status& status) { return DetailOf(status).retry_after_ms(); }

absl::Status Annotate(const absl::Status& status, absl::string_view what) {
  if (status.ok()) return status;
  absl::Status out(status.code(), absl::StrCat(what, ": ", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  return out;
}

}  // namespace qf
