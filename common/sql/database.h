// The encrypted store of a phone, a desk or the server. The cut is at SQL: nouns are free functions over a
// transaction, each noun one file that holds its SQL text. No ORM, no repository classes.
//
//   constexpr Statement kAppend("INSERT INTO entry (position, id, body) VALUES ($1, $2, $3)");
//   constexpr Statement kRange("SELECT position, id, body FROM entry WHERE position >= $1 ORDER BY position LIMIT $2");
//
//   absl::Status Append(WriteTxn& tx, const Entry& e) { return tx.Execute(kAppend, {e.position, e.id, Blob(e.body)}); }
//   absl::StatusOr<std::vector<Entry>> Range(ReadTxn& tx, uint64_t from, size_t n) {
//     return tx.QueryAll(kRange, {from, n}, FromRow);
//   }
//
//   QF_TRY(database->Write([&](WriteTxn& tx) { return Append(tx, entry); }));      // OK = durable
//   QF_TRY_ASSIGN(auto page, database->Read([&](ReadTxn& tx) { return Range(tx, 0, 64); }));
//
// Not for: photographs and other large bytes (files sealed in chunks; the store holds their hashes), work that
// takes long inside a closure (no crypto, no parsing, no I/O there: prepare before).
//
// Threads: any thread may Read and Write. Writes run one at a time, on the caller's thread;
// reads run beside them on connections of their own (Options::readers) and see one committed state each. A closure must
// not call its database again (it would wait for itself); it uses its transaction. For many writers see writer.h.
//
// Durability: Write returned OK = the changes survive the death of the process and the loss of power.
// Any error = nobody may be told that they were made; after a crash they may still turn out to be there.
// After a failed commit or sync the state of the files is unknown: every later Write answers
// FAILED_PRECONDITION(STORE_CLOSED) until the store is opened again. A full disk is no such failure: the write is
// rolled back and the next one works once there is space.
//
// Errors of every call: DATA_LOSS(STORE_DAMAGED) wrong key, wrong page size or altered bytes;
// DATA_LOSS(DISK_ERROR); RESOURCE_EXHAUSTED(DISK_FULL); FAILED_PRECONDITION(STORE_CLOSED);
// INTERNAL(INTERNAL) our own SQL is wrong or breaks a constraint. Messages hold no values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/secret.h"
#include "common/base/try.h"
#include "common/sql/migrations.h"
#include "common/sql/statement.h"

namespace qf::sql {

namespace internal {
template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<absl::StatusOr<T>> {
  using type = T;
};
// What a decoder gives: T, whether it returns T or StatusOr<T>.
template <class Decode>
using Decoded = typename Unwrapped<std::decay_t<std::invoke_result_t<Decode&, const Row&>>>::type;
}  // namespace internal

// One committed state of the store. Lives on one thread, inside Database::Read or Write.
class ReadTxn {
 public:
  virtual ~ReadTxn() = default;
  ReadTxn() = default;
  ReadTxn(const ReadTxn&) = delete;
  ReadTxn& operator=(const ReadTxn&) = delete;

  // Calls `each` with every row, in the statement's order. `each` takes a const Row& and returns nothing, or an
  // absl::Status of which the first error ends the query and is its answer. It may use this transaction.
  template <class Each>
  absl::Status Query(const Statement& statement, absl::Span<const Value> arguments, Each&& each) {
    return Rows(statement, arguments, Reach::kAll, [&each](const Row& row) -> absl::Status {
      if constexpr (std::is_void_v<std::invoke_result_t<Each&, const Row&>>) {
        each(row);
        return absl::OkStatus();
      } else {
        return each(row);
      }
    });
  }

  // The first row as `decode` makes it of a const Row&, giving a T or a StatusOr<T>; nullopt without rows.
  template <class Decode, class T = internal::Decoded<Decode>>
  absl::StatusOr<std::optional<T>> QueryOne(const Statement& statement, absl::Span<const Value> arguments,
                                            Decode&& decode) {
    std::optional<T> found;
    QF_TRY(Rows(statement, arguments, Reach::kFirst, [&](const Row& row) -> absl::Status {
      return DecodeInto(decode, row, [&](T value) { found = std::move(value); });
    }));
    return found;
  }

  // Every row, decoded the same way. For answers with a LIMIT: all of it is held in memory.
  template <class Decode, class T = internal::Decoded<Decode>>
  absl::StatusOr<std::vector<T>> QueryAll(const Statement& statement, absl::Span<const Value> arguments,
                                          Decode&& decode) {
    std::vector<T> all;
    QF_TRY(Rows(statement, arguments, Reach::kAll, [&](const Row& row) -> absl::Status {
      return DecodeInto(decode, row, [&](T value) { all.push_back(std::move(value)); });
    }));
    return all;
  }

  // The first column of the first row. SELECT MAX(x) of nothing has one row with NULL: ask for an optional, or
  // write COALESCE(MAX(x), 0).
  template <class T>
  absl::StatusOr<std::optional<T>> QueryValue(const Statement& statement, absl::Span<const Value> arguments = {}) {
    return QueryOne(statement, arguments, [](const Row& row) { return row.Get<T>(0); });
  }

 protected:
  enum class Reach { kFirst, kAll };

 private:
  // Steps through the answer, up to the first row or to the end. Answers row.status() after each callback.
  virtual absl::Status Rows(const Statement& statement, absl::Span<const Value> arguments, Reach reach,
                            absl::FunctionRef<absl::Status(const Row&)> each) = 0;

  template <class Decode, class Keep>
  static absl::Status DecodeInto(Decode& decode, const Row& row, Keep keep) {
    auto value = decode(row);
    if constexpr (std::is_same_v<decltype(value), absl::StatusOr<internal::Decoded<Decode>>>) {
      QF_TRY(value.status());
      keep(*std::move(value));
    } else {
      keep(std::move(value));
    }
    return absl::OkStatus();
  }
};

// A transaction that may change the store. What it read is what it changes: nobody else writes meanwhile.
class WriteTxn : public ReadTxn {
 public:
  // Runs a statement that answers no rows.
  absl::Status Execute(const Statement& statement, absl::Span<const Value> arguments = {}) {
    return Run(statement, arguments).status();
  }
  // The same; gives how many rows were inserted, updated or deleted. For "was it there?" without a second query.
  // INSERT … RETURNING is a QueryOne: all rows are inserted even though one is looked at.
  absl::StatusOr<uint64_t> ExecuteCounting(const Statement& statement, absl::Span<const Value> arguments = {}) {
    return Run(statement, arguments);
  }

  // Runs `part`; if it gives an error, takes back what `part` changed, and only that, and gives the error.
  // The transaction goes on unless the disk has failed under it; then every later call on it gives that error.
  virtual absl::Status Attempt(absl::FunctionRef<absl::Status()> part) = 0;

 private:
  virtual absl::StatusOr<uint64_t> Run(const Statement& statement, absl::Span<const Value> arguments) = 0;
};

class Database {
 public:
  // What a commit waits for.
  enum class Durability {
    kPower,                    // the disk: survives power loss. The only one that the product uses.
    kLosesCommitsAtPowerCut,   // SQLite's NORMAL. For negative controls: proves that the tests can fail.
    kDestroysStoreAtPowerCut,  // SQLite's OFF. The same.
  };

  struct Options {
    // The file. Beside it lie `path`-wal, -shm, .lock and, while it is created, .new. Its folder exists.
    std::string path;
    // Where the file lives; also names the SQLite VFS. Outlives the database.
    Files* files = &SystemFiles();
    // Stamps migrations. Outlives the database.
    Clock* clock = &SystemClock();
    // 32 raw bytes. Derive and wrap them elsewhere (a passphrase here would cost 100 ms at each open).
    Secret key;
    // Fixed when the store is created and needed again at each open: 4096 on phones, 8192 on the server, where
    // appends are 1.5 times as fast with it (docs/performance.md).
    int page_size_bytes = 4096;
    // Page cache: half for the writer, half shared by the readers if there are any.
    size_t cache_bytes = 8 << 20;
    // Connections for Read: so many may run at once, further ones wait. 0: reads take turns with writes on one
    // connection, whose pages stay decrypted; on others each commit empties the cache. For stores with one user.
    int readers = 1;
    // The write-ahead log is folded into the file when it has grown to this.
    size_t wal_bytes = 4 << 20;
    // All of them, in order. Outlive the call only.
    absl::Span<const Migration> migrations;
    Durability durability = Durability::kPower;
  };

  // Opens the store, creating it if there is none, and applies what migrations are missing. A crash at any moment
  // leaves the old store or the new one; a first creation that did not finish leaves nothing.
  // FAILED_PRECONDITION(STORE_IN_USE) if any process has it open; MIGRATION_CHANGED, STORE_NEWER;
  // INVALID_ARGUMENT(LENGTH) if the key has not 32 bytes.
  static absl::StatusOr<std::unique_ptr<Database>> Open(Options options);

  // Folds the write-ahead log into the file and closes. Nobody may be inside a call.
  virtual ~Database() = default;

  // Runs `fn(ReadTxn&)`, which gives a Status or a StatusOr<T>, on one committed state; gives what `fn` gave.
  template <class Fn, class Result = std::decay_t<std::invoke_result_t<Fn&, ReadTxn&>>>
  Result Read(Fn&& fn) {
    return Carry<Result, ReadTxn>(fn, [this](auto inner) { return ReadOn(inner); });
  }

  // Runs `fn(WriteTxn&)` the same way in one transaction: committed and durable if `fn` gave OK, else undone.
  template <class Fn, class Result = std::decay_t<std::invoke_result_t<Fn&, WriteTxn&>>>
  Result Write(Fn&& fn) {
    return Carry<Result, WriteTxn>(fn, [this](auto inner) { return WriteOn(inner); });
  }

  // True once a commit or a sync has failed: no write is taken until the store is opened again. Any thread, at once.
  virtual bool closed() const = 0;

  // Folds the write-ahead log into the file if it has grown to Options::wal_bytes. Write does it first if nobody
  // has; calling it in idle moments (GroupWriter does) keeps that time out of anybody's commit.
  virtual absl::Status CheckpointIfDue() = 0;

  // Folds all of it and empties the log, waiting for readers to leave. After expunging: deleted content is
  // overwritten with zeros in the file, and what the log still held of it is cut off.
  virtual absl::Status CheckpointFully() = 0;

  // A consistent copy under the same key and page size, in a file that must not exist; durable when OK.
  // Writers may go on meanwhile; the copy holds everything that was committed before the call, perhaps more.
  // ALREADY_EXISTS(FILE_EXISTS).
  virtual absl::Status BackupTo(const std::string& path) = 0;

  // Folds the log and reads everything: every page's authentication code, then the structure of every table and
  // index. DATA_LOSS(STORE_DAMAGED) if something is wrong. Takes seconds on a large store; writers wait.
  virtual absl::Status Verify() = 0;

 protected:
  Database() = default;

 private:
  virtual absl::Status ReadOn(absl::FunctionRef<absl::Status(ReadTxn&)> fn) = 0;
  virtual absl::Status WriteOn(absl::FunctionRef<absl::Status(WriteTxn&)> fn) = 0;

  // Carries the T of a StatusOr<T> past a call that knows only Status.
  template <class Result, class Txn, class Fn, class Call>
  static Result Carry(Fn& fn, Call call) {
    if constexpr (std::is_same_v<Result, absl::Status>) {
      return call([&fn](Txn& txn) -> absl::Status { return fn(txn); });
    } else {
      std::optional<Result> result;
      QF_TRY(call([&](Txn& txn) -> absl::Status { return result.emplace(fn(txn)).status(); }));
      return *std::move(result);
    }
  }
};

}  // namespace qf::sql
