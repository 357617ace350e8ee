// How a store's tables come to be and grow: numbered SQL files, forward only, each applied in one transaction
// together with its row in schema_migration(number, sha256, applied_at_us).
//
//   server/store/migrations/0001_log.sql, 0002_blobs.sql, …        numbers run 1, 2, 3, … without gaps
//   CMakeLists.txt:  qf_embed_migrations(qf_server_store migrations qf::server::ServerMigrations)
//   a header of the folder:  namespace qf::server { const std::vector<sql::Migration>& ServerMigrations(); }
//
// A file that was ever released is never edited: a store that applied another text does not open
// (MIGRATION_CHANGED). A store with more migrations than the program knows does not open either (STORE_NEWER).
//
// Text: the subset of statement.h, and one token. ROWID_KEY declares the append-ordered integer key of a table,
//   CREATE TABLE entry (position ROWID_KEY, body BLOB NOT NULL);
// which the driver writes as its engine does it best: INTEGER PRIMARY KEY on SQLite (the row's own address: no
// second tree, appends touch one page), BIGINT PRIMARY KEY on PostgreSQL. Mint the values yourself; no engine does.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/ids.h"

namespace qf::sql {

struct Migration {
  int number;             // from 1
  absl::string_view sql;  // whole file; may hold many statements
};

// One row of schema_migration.
struct AppliedMigration {
  int number;
  Digest sha256;  // of the file's bytes, before any token is replaced
};

// What is left to apply: `known` without its beginning `applied`, both in order of number.
// DATA_LOSS(MIGRATION_CHANGED) if an applied text differs, FAILED_PRECONDITION(STORE_NEWER) if `applied` is longer.
// Numbers of `known` that do not run 1 … n are our own bug (checked). For drivers.
absl::StatusOr<absl::Span<const Migration>> PendingMigrations(absl::Span<const Migration> known,
                                                              absl::Span<const AppliedMigration> applied);

}  // namespace qf::sql
