#include "tests/bench/client/floor.h"

#define SQLITE_HAS_CODEC 1  // declares sqlite3_key
#include <sqlcipher/sqlite3.h>

#include "common/base/check.h"

namespace qf::bench {

Floor::Floor(const std::string& path) {
  QF_CHECK(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
  const std::string raw_key = "x'" + std::string(64, 'a') + "'";
  QF_CHECK(sqlite3_key(db_, raw_key.data(), static_cast<int>(raw_key.size())) == SQLITE_OK);
  Run("PRAGMA cipher_page_size = 4096");
  Run("PRAGMA cipher_memory_security = OFF");
  Run("PRAGMA journal_mode = WAL");
  Run("PRAGMA synchronous = FULL");
  Run("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
  QF_CHECK(sqlite3_prepare_v2(db_, "INSERT INTO row (bytes) VALUES (?1)", -1, &insert_, nullptr) == SQLITE_OK);
}

Floor::~Floor() {
  sqlite3_finalize(insert_);
  sqlite3_close(db_);
}

void Floor::Append(Bytes bytes) {
  sqlite3_bind_blob(insert_, 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
  QF_CHECK(sqlite3_step(insert_) == SQLITE_DONE);
  sqlite3_reset(insert_);
}

void Floor::AppendMany(Bytes bytes, size_t rows) {
  Run("BEGIN");
  for (size_t i = 0; i < rows; ++i) Append(bytes);
  Run("COMMIT");
}

void Floor::ReadFirst() { Run("SELECT bytes FROM row ORDER BY id DESC LIMIT 1"); }

uint64_t Floor::CountLike(const std::string& pattern) {
  sqlite3_stmt* count = nullptr;
  QF_CHECK(sqlite3_prepare_v2(db_, "SELECT count(*) FROM row WHERE bytes LIKE ?1", -1, &count, nullptr) == SQLITE_OK);
  sqlite3_bind_text(count, 1, pattern.data(), static_cast<int>(pattern.size()), SQLITE_STATIC);
  QF_CHECK(sqlite3_step(count) == SQLITE_ROW);
  const auto rows = static_cast<uint64_t>(sqlite3_column_int64(count, 0));
  sqlite3_finalize(count);
  return rows;
}

void Floor::Run(const char* sql) { QF_CHECK(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK); }

}  // namespace qf::bench
