// The facts of an office (session.h) in the settings of a store.
#pragma once

#include "client-core/session/session.h"
#include "common/sql/database.h"

namespace qf::client {

absl::Status PutOfficeFacts(sql::WriteTxn& tx, const OfficeFacts& facts);
// DATA_LOSS(STORE_DAMAGED) if one of them is missing: they are written with the store.
absl::StatusOr<OfficeFacts> GetOfficeFacts(sql::ReadTxn& tx);

}  // namespace qf::client
