// Where things lie in a server's folder, and how its database is opened.
//
//   store.db (-wal, -shm, .lock)   everything but blobs, encrypted
//   head                           (term, size), outside the database on purpose (head_file.h)
//   blobs/                         sealed files
//   store.key                      opens store.db; 0600; or a systemd credential of that name
//   admin.sock                     the operator's socket, while the server runs
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/secret.h"
#include "common/sql/database.h"

namespace qf::server {

std::string DatabasePath(const std::string& dir);
std::string HeadPath(const std::string& dir);
std::string BlobsPath(const std::string& dir);
std::string StoreKeyPath(const std::string& dir);
std::string AdminSocketPath(const std::string& dir);

// Opens or creates `dir`/store.db with the server's schema. Errors as sql::Database::Open.
absl::StatusOr<std::unique_ptr<sql::Database>> OpenDatabase(Files& files, Clock& clock, const std::string& dir,
                                                            const Secret& key, size_t cache_bytes = 64 << 20);

}  // namespace qf::server
