// Names of what lies in a store's folder. Nothing else in the folder is ever touched.
//
//   vault       keys, wrapped (client-core/vault)            a folder with it is enrolled, one without is empty
//   store       SQLCipher database, with -wal, -shm, .lock, .new beside it
//   blobs/      sealed files: <hex of SHA-256>, or new-<random> while they are made
//   lock        held by the one process that has the folder open
//   erasing     an erasure has begun and is finished whenever somebody opens the folder
//
// The platform secret is not among them: "<folder>.secret", or where the caller of Open says.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"

namespace qf::client {

inline std::string VaultPath(const std::string& folder) { return folder + "/vault"; }
inline std::string StorePath(const std::string& folder) { return folder + "/store"; }
inline std::string BlobFolder(const std::string& folder) { return folder + "/blobs"; }
inline std::string LockPath(const std::string& folder) { return folder + "/lock"; }
inline std::string ErasingPath(const std::string& folder) { return folder + "/erasing"; }

}  // namespace qf::client
