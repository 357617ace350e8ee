// Copies of the store that were made and may still exist. Before `safe` advances to a verified one, every copy that
// does not extend it is destroyed, because devices drop what it alone would miss. docs/protocol.md, "Restore".
#pragma once

#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/sql/database.h"

namespace qf::server {

struct Copy {
  uint64_t row = 0;  // 0: has no row yet
  std::string folder;
  uint64_t log_size = 0;
  Digest root;
  uint64_t made_at_us = 0;
  bool verified = false;
};

// Oldest first.
absl::StatusOr<std::vector<Copy>> Copies(sql::ReadTxn& tx);
// Writes a new one, and gives it its row, or what changed of an old one.
absl::Status SaveCopy(sql::WriteTxn& tx, Copy& copy);
absl::Status ForgetCopy(sql::WriteTxn& tx, uint64_t row);

}  // namespace qf::server
