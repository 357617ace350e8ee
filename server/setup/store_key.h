// The key that opens a server's store: 32 bytes as 64 hexadecimal digits in a file that only its owner may read, or a
// systemd credential named store.key. Never on a command line, where every user of the machine could read it.
#pragma once

#include <string>

#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/secret.h"

namespace qf::server {

// From $CREDENTIALS_DIRECTORY/store.key if there is one, else from `path`. FAILED_PRECONDITION(KEY_FILE) if it is
// missing, can be read by others, or holds no key.
absl::StatusOr<Secret> LoadStoreKey(Files& files, const std::string& path);

// The same; makes the file `path` with a new key if there is none anywhere.
absl::StatusOr<Secret> LoadOrMakeStoreKey(Files& files, Entropy& entropy, const std::string& path);

}  // namespace qf::server
