// Erasing a small secret file as well as a file system lets one.
#pragma once

#include <string>

#include "common/base/files.h"

namespace qf::client {

// Overwrites `path` with zeros, durably, cuts it to nothing, unlinks it, and makes that durable; fine if it does not
// exist. Unlinks even what it could not overwrite; tells the first thing that failed. On flash, and on file systems
// that write elsewhere, the old bytes may stay for a while.
absl::Status EraseFile(Files& files, const std::string& path);

}  // namespace qf::client
