// What no durable encrypted store does without: SQLCipher through its C API, one table with an integer rowid, one row
// a transaction, write-ahead log, synchronous = FULL, a raw key, pages of 4 KiB.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/strings.h"

struct sqlite3;
struct sqlite3_stmt;

namespace qf::bench {

class Floor {
 public:
  // Makes or opens the store at `path`.
  explicit Floor(const std::string& path);
  ~Floor();
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;

  // One row of `bytes`, durable.
  void Append(Bytes bytes);
  // `rows` rows of `bytes` in one transaction.
  void AppendMany(Bytes bytes, size_t rows);
  // Reads one row.
  void ReadFirst();
  // Reads every row and counts those like `pattern`.
  uint64_t CountLike(const std::string& pattern);

 private:
  void Run(const char* sql);

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

}  // namespace qf::bench
