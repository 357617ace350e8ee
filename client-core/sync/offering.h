// What this device holds of a log that a new term has cut. docs/protocol.md, "Restore", step 4.
#pragma once

#include <cstdint>

#include "common/sql/database.h"

namespace qf::client {

// Puts everything held of positions >= c, own or not, on the list of offers, each with its old receipt; of a desk, by
// paths of its own tree. From row to row: a desk holds more than fits into memory. Before entries are cut.
absl::Status OfferEverything(sql::WriteTxn& tx, uint64_t c);

}  // namespace qf::client
