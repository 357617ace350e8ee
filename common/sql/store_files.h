// The files of a store: how they come, get their name, and are made fit to be opened. No SQL.
// Internal to common/sql's drivers.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/base/files.h"

namespace qf::sql {

// Removes the store at `path` and what SQLite lays beside it, durably; fine if nothing is there. A write-ahead log
// without its store must not meet the next one: its frames would be taken for that store's.
absl::Status RemoveStore(Files& files, const std::string& path);

// An empty file at `path` that only its owner may read, in place of whatever was there. SQLite's own would be
// for everybody, and what it lays beside the file later takes after it.
absl::Status MakeEmptyStore(Files& files, const std::string& path);

// Gives `made`, a finished and closed file, the name `path` for good: durable when OK.
absl::Status PublishStore(Files& files, const std::string& made, const std::string& path);

// Makes what opening the store is about to show durable. After a killed process its log `log_path` may hold commits
// that only the system's cache has; after a failed sync the system may count such bytes as written although they
// are not ("fsyncgate"). So the bytes are written once more, which makes them due again, and synced, before anybody
// builds on them. Fine if there is no log.
absl::Status WriteLogAnew(Files& files, const std::string& log_path);

// DATA_LOSS(DISK_ERROR) if the disk does not give the first bytes of the store at `path`. SQLCipher takes a failed
// read of its salt for a wrong key.
absl::Status ReadHead(Files& files, const std::string& path);

}  // namespace qf::sql
