// The catalogue of breaches that the program ships (violations.textproto, embedded when it is built).
// Entries of province, city and office come on top of it as records, later. Immutable; any thread.
#pragma once

#include "absl/status/statusor.h"
#include "client-core/session/session.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

// All entries, each ban followed by its don'ts.
const clientpb::ListViolationsResponse& ViolationCatalogue();
// nullptr if there is no such entry.
const clientpb::Violation* FindViolation(absl::string_view id);

}  // namespace qf::client
