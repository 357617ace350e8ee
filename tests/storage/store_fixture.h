// A small store for the suites: how to open it, one table, a few statements.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/sql/database.h"
#include "tests/storage/disks.h"

namespace qf::sql {

inline constexpr Migration kNotes[] = {
    {1, R"(
CREATE TABLE note (
  position ROWID_KEY,
  id BLOB NOT NULL,
  body BLOB NOT NULL,
  title TEXT,
  amount BIGINT
);
CREATE UNIQUE INDEX note_id ON note (id);
)"},
    {2, "CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));"},
};

inline Secret KeyOf(char c) { return Secret(Bytes(std::string(32, c))); }

// The i-th id of a test.
inline RecordId NoteId(uint64_t i) {
  const std::string bytes = U64(i * 0x9e3779b97f4a7c15ull);
  return *RecordId::From(bytes + bytes + bytes + bytes);
}

inline constexpr Statement kInsertNote("INSERT INTO note (position, id, body) VALUES ($1, $2, $3)");
inline constexpr Statement kCountNotes("SELECT COUNT(*) FROM note");
inline constexpr Statement kBodyAt("SELECT body FROM note WHERE position = $1");

inline absl::Status InsertNote(WriteTxn& tx, uint64_t position, Bytes body) {
  return tx.Execute(kInsertNote, {position, NoteId(position), Blob(body)});
}

inline absl::StatusOr<uint64_t> CountNotes(Database& database) {
  return database.Read([](ReadTxn& tx) -> absl::StatusOr<uint64_t> {
    QF_TRY_ASSIGN(const auto count, tx.QueryValue<uint64_t>(kCountNotes));
    return *count;
  });
}

}  // namespace qf::sql
