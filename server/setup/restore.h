// Puts a copy back into a server's folder. docs/protocol.md, "Restore"; docs/operations.md, "Restoring".
//
// The head file is taken away, so the server comes up ROLLED_BACK and takes nothing until an administrator has signed
// a RESTART: what the copy does not hold is on the devices, and they bring it again in the new term.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/secret.h"
#include "server/admin/backup.h"

namespace qf::server {

// Copies the store of `from` over that of `dir`, whose own store is kept beside it as store.db.before-restore…; takes
// the complete blobs of `from`, of `dir` and of every folder in `blobs_from`; what is nowhere is lacking from then on.
// No server may run on either (STORE_IN_USE). NOT_FOUND(FILE_MISSING) if `from` is no copy; DATA_LOSS(STORE_DAMAGED).
absl::StatusOr<Inventory> Restore(Files& files, Clock& clock, const std::string& dir, const Secret& store_key,
                                  const std::string& from, const std::vector<std::string>& blobs_from);

}  // namespace qf::server
