// One connection to a SQLCipher file, with its prepared statements: all of SQLite that the rest of the folder sees.
// Internal to common/sql. Used by one thread at a time.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/sql/database.h"
#include "common/sql/statement.h"

struct sqlite3;
struct sqlite3_backup;
struct sqlite3_stmt;

namespace qf::sql {

class Connection {
 public:
  enum class Role { kWriter, kReader };
  enum class Checkpoint {
    kWhatCanBe,  // a reader in the way is no error
    kAll,        // and cuts the log off; nobody may read meanwhile
  };

  // The file exists; an empty one is a new database. Applies every setting (sqlcipher_database.cc has the reasons).
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Database::Options& options, const std::string& path,
                                                          Role role);
  ~Connection();

  // Runs constant text of our own, perhaps several statements.
  absl::Status Script(const std::string& sql);
  // Runs a statement without rows.
  absl::Status Run(const Statement& statement, absl::Span<const Value> arguments = {});
  // Gives each row to `each`; stops after the first if `first_only`.
  absl::Status Rows(const Statement& statement, absl::Span<const Value> arguments, bool first_only,
                    absl::FunctionRef<absl::Status(const Row&)> each);
  // Rows changed by the last statement.
  uint64_t changes() const;
  bool in_transaction() const;

  // Asks for one more page. SQLCipher gives zeros for a page that does not authenticate, and an error only for the
  // next page that is asked for, within the same transaction: so this comes before what it has read is believed.
  absl::Status AskOnceMore();

  // Folds the log into the file. For the writer.
  absl::Status Fold(Checkpoint how);
  // Frames in the log after the last commit of this connection.
  int log_frames() const { return log_frames_; }
  // Leaves the log where it is when this connection closes.
  void KeepLogAtClose();

  // True if the disk or the bytes on it failed since Calm(), whatever became of the error.
  bool disturbed() const { return disturbed_; }
  void Calm() { disturbed_ = false; }
  // True for ever after a write or a sync failed: nobody knows what the files hold.
  bool files_unknown() const { return files_unknown_; }

 private:
  friend class PageCopy;
  struct Prepared;
  struct Lease;

  absl::Status Settings(const Database::Options& options, Role role);
  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(const Statement& statement);
  absl::StatusOr<Lease> Take(const Statement& statement);
  // The error of a call on this connection. `text` never holds values: SQLite's general sentence, or, for a statement
  // that cannot be prepared, its complaint about our own constant.
  absl::Status Failed(int code, absl::string_view text);

  Connection();

  sqlite3* db_ = nullptr;
  std::map<const char*, std::unique_ptr<Prepared>> prepared_;  // by address of the text
  int log_frames_ = 0;
  bool disturbed_ = false;
  std::atomic<bool> files_unknown_{false};
};

// A copy of all pages from one connection to another, in pieces. What `from` commits between two pieces is carried
// over. Every call under the lock of `from`; both outlive it.
class PageCopy {
 public:
  static absl::StatusOr<PageCopy> Begin(Connection& from, Connection& to);
  // One piece; true when that was the last. `from` is in no transaction.
  absl::StatusOr<bool> Step();
  // Makes the copy durable, if all of it was copied.
  absl::Status Finish();

 private:
  struct Finisher {
    void operator()(sqlite3_backup* backup) const;
  };
  PageCopy(Connection& from, sqlite3_backup* backup) : from_(&from), backup_(backup) {}

  Connection* from_;
  std::unique_ptr<sqlite3_backup, Finisher> backup_;
};

}  // namespace qf::sql
