#include "client-core/field/violations.h"

#include <google/protobuf/text_format.h>

#include "common/base/check.h"

namespace qf::client {

absl::string_view ViolationsText();  // made from violations.textproto

const clientpb::ListViolationsResponse& ViolationCatalogue() {
  static const auto* const catalogue = [] {
    auto* parsed = new clientpb::ListViolationsResponse();
    QF_CHECK(google::protobuf::TextFormat::ParseFromString(std::string(ViolationsText()), parsed));
    return parsed;
  }();
  return *catalogue;
}

const clientpb::Violation* FindViolation(absl::string_view id) {
  for (const auto& violation : ViolationCatalogue().violations()) {
    if (violation.id() == id) return &violation;
  }
  return nullptr;
}

}  // namespace qf::client
