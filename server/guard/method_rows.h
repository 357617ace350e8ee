// Who may call what: one row a method, default deny. docs/protocol.md, "Sync" (services) and "Calls".
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qf::server {

// What a caller has to be. Each includes that the call is signed, but for kAnyone and kOperator.
enum class Need {
  kAnyone,         // no signature; throttled
  kKey,            // any key: Exchange itself tells the known, the unknown and the revoked apart
  kContributor,    // known, and not revoked or under a DRAIN of less than 30 days
  kUnrevoked,      // any key that is not revoked; a device whose certificate a restored log lost has to compare too
  kDevice,         // known and not revoked
  kAdministrator,  // that role in force; or any key while the log that would name administrators is rolled back
  kOperator,       // the local socket only
};

struct MethodRow {
  absl::string_view method;  // "package.Service/Method"
  Need need;
};

absl::Span<const MethodRow> MethodRows();
// nullptr: there is no such method.
const MethodRow* FindMethodRow(absl::string_view method);

}  // namespace qf::server
