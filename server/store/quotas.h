// What each calling device has sent on its present day. Beyond the limits the answer is LATER(QUOTA), never a refusal.
// docs/protocol.md, "Quotas".
#pragma once

#include "common/base/ids.h"
#include "common/sql/database.h"

namespace qf::server {

struct Usage {
  uint64_t day = 0;  // days since 1970 by LogBook::NowUs(), for records and files alike
  uint64_t records = 0;
  uint64_t size_bytes = 0;
};

// Usage of `device` on `day`; nothing yet if its row is of another day.
absl::StatusOr<Usage> UsageOf(sql::ReadTxn& tx, const SigningKey& device, uint64_t day);
absl::Status SaveUsage(sql::WriteTxn& tx, const SigningKey& device, const Usage& usage);

}  // namespace qf::server
