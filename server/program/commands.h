// What each command of qingfengd does. The tree of commands and options is in main.cc.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/config/config.h"

namespace qf::server {

// Reads and checks a configuration file.
absl::StatusOr<Config> LoadConfig(const std::string& path);
// Where the key of the store is.
std::string KeyFileOf(const Config& config);

// Makes a folder a server's: key, store, configuration, and `server.request` for the ceremony.
absl::Status Init(const Config& config);
// Makes the server that of the office whose bundle is in `bundle_path`.
absl::Status Install(const Config& config, const std::string& bundle_path, bool replace_lost_server);
// Copies the store to `to`, by the server that runs on it.
absl::Status MakeCopy(const Config& config, const std::string& to);
// Prints how the server is; an error if it cannot be asked.
absl::Status PrintHealth(const Config& config);
// Puts a copy back.
absl::Status PutBack(const Config& config, const std::string& from, const std::vector<std::string>& blobs_from);

}  // namespace qf::server
