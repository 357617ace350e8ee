// SQLCipher: SQLite with every page encrypted and authenticated. The only file that includes it.
#define SQLITE_HAS_CODEC 1  // declares sqlite3_key
#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/logging.h"
#include "common/sql/connection.h"

namespace qf::sql {
namespace {

constexpr int kBusyTimeoutMs = 1000;
constexpr int kPagesAStep = 256;  // copied while the writer waits: 2 MiB, a few milliseconds

constexpr Statement kBegin("BEGIN");
constexpr Statement kRollback("ROLLBACK");
constexpr Statement kLogMode("PRAGMA journal_mode = WAL");
constexpr Statement kFirstPage("SELECT 1 FROM sqlite_schema LIMIT 1");

Row::Cell CellAt(sqlite3_stmt* handle, int column) {
  Row::Cell cell;
  const int type = sqlite3_column_type(handle, column);
  if (type == SQLITE_NULL) return cell;
  if (type == SQLITE_INTEGER) {
    cell.kind = Value::Kind::kInteger;
    cell.integer = sqlite3_column_int64(handle, column);
    return cell;
  }
  // A REAL has no place in the subset; as kTooLarge it answers no Get.
  cell.kind = type == SQLITE_TEXT   ? Value::Kind::kText
              : type == SQLITE_BLOB ? Value::Kind::kBlob
                                    : Value::Kind::kTooLarge;
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle, column));
  cell.bytes = Bytes(bytes, static_cast<size_t>(sqlite3_column_bytes(handle, column)));
  return cell;
}

}  // namespace

// A prepared statement; kept for the next call.
struct Connection::Prepared {
  sqlite3_stmt* handle = nullptr;
  std::vector<int> index_of;  // of $1, $2, … among SQLite's parameters
  bool in_use = false;

  ~Prepared() { sqlite3_finalize(handle); }
  absl::Status Bind(absl::Span<const Value> arguments) const;
};

// The same while it is stepped through; reset at the end.
struct Connection::Lease {
  Prepared* prepared;
  std::unique_ptr<Prepared> own;  // when a row's callback runs the same statement again

  explicit Lease(Prepared* shared) : prepared(shared) { prepared->in_use = true; }
  explicit Lease(std::unique_ptr<Prepared> single) : prepared(single.get()), own(std::move(single)) {}
  Lease(Lease&& other) noexcept : prepared(std::exchange(other.prepared, nullptr)), own(std::move(other.own)) {}
  ~Lease();
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Database::Options& options, const std::string& path,
                                                             Role role) {
  auto connection = absl::WrapUnique(new Connection());
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  const int code = sqlite3_open_v2(path.c_str(), &connection->db_, flags, options.files->SqliteVfs());
  if (code != SQLITE_OK) return connection->Failed(code, sqlite3_errstr(code));
  sqlite3_extended_result_codes(connection->db_, 1);
  QF_TRY(connection->Settings(options, role));
  return connection;
}

Connection::Connection() = default;

// Every setting of every connection, with its reason.
absl::Status Connection::Settings(const Database::Options& options, Role role) {
  // First of all: SQLCipher writes to stderr otherwise. Not its level: the first key of a process sets that anew.
  QF_TRY(Script("PRAGMA cipher_log_source = NONE"));
  // A raw key in SQLCipher's own notation: no key derivation, so opening takes 1 ms and not 100.
  Secret raw_key(absl::StrCat("x'", ToHex(options.key.bytes()), "'"));
  const int keyed = sqlite3_key(db_, raw_key.data(), static_cast<int>(raw_key.size()));
  if (keyed != SQLITE_OK) return Failed(keyed, sqlite3_errstr(keyed));
  // Part of the format: a store opens only with the page size that it was made with.
  QF_TRY(Script(absl::StrCat("PRAGMA cipher_page_size = ", options.page_size_bytes)));
  // Off: it wipes and locks all of SQLite's memory at several times the cost of the work itself. The key is wiped
  // without it; decrypted pages live in our memory anyway while the store is unlocked.
  QF_TRY(Script("PRAGMA cipher_memory_security = OFF"));
  // Sorts and subqueries never reach the disk, not even encrypted.
  QF_TRY(Script("PRAGMA temp_store = MEMORY"));
  // Deleted content is overwritten with zeros: an expunged record leaves no trace in free pages.
  QF_TRY(Script("PRAGMA secure_delete = ON"));
  QF_TRY(Script("PRAGMA foreign_keys = ON"));
  // Ours is the only writer, and yet it can find its lock taken: a reader that looks at the log's index while it is
  // being changed takes that lock for a moment to look again. So a short wait, and not none.
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  // "text" in double quotes is a name, as in PostgreSQL, and not by accident a string.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  const auto readers = static_cast<size_t>(options.readers);
  const size_t share = readers == 0 ? 1 : role == Role::kWriter ? 2 : 2 * readers;
  QF_TRY(Script(absl::StrCat("PRAGMA cache_size = -", std::max<size_t>(options.cache_bytes / share / 1024, 64))));
  // Nobody checkpoints but the writer, and it only when this file says so: errors then reach somebody.
  QF_TRY(Script("PRAGMA wal_autocheckpoint = 0"));
  if (role == Role::kReader) {
    KeepLogAtClose();
    return Script("PRAGMA query_only = ON");
  }
  // The first access to the file: a wrong key shows here.
  QF_TRY(Rows(kLogMode, {}, true, [](const Row& row) {
    return row.Get<Bytes>(0) == "wal" ? absl::OkStatus()
                                      : Error(Reason::REASON_DISK_ERROR, "this disk cannot carry a write-ahead log");
  }));
  // FULL: a commit returns when it is on the disk. NORMAL loses acknowledged commits at a power cut, OFF destroys
  // the store (tests/storage proves both).
  switch (options.durability) {
    case Database::Durability::kPower:
      QF_TRY(Script("PRAGMA synchronous = FULL"));
      // Where a sync stops at the disk's own cache (Apple's systems), to go through it; nothing elsewhere.
      QF_TRY(Script("PRAGMA fullfsync = ON"));
      QF_TRY(Script("PRAGMA checkpoint_fullfsync = ON"));
      break;
    case Database::Durability::kLosesCommitsAtPowerCut:
      QF_TRY(Script("PRAGMA synchronous = NORMAL"));
      break;
    case Database::Durability::kDestroysStoreAtPowerCut:
      QF_TRY(Script("PRAGMA synchronous = OFF"));
      break;
  }
  // After a burst the log is cut back to its usual size.
  QF_TRY(Script(absl::StrCat("PRAGMA journal_size_limit = ", options.wal_bytes)));
  sqlite3_wal_hook(
      db_,
      [](void* self, sqlite3*, const char*, int frames) {
        static_cast<Connection*>(self)->log_frames_ = frames;
        return SQLITE_OK;
      },
      this);
  return absl::OkStatus();
}

Connection::~Connection() {
  prepared_.clear();
  QF_CHECK(sqlite3_close(db_) == SQLITE_OK);
}

absl::Status Connection::Script(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Failed(code, sqlite3_errmsg(db_));
}

absl::Status Connection::Failed(int code, absl::string_view text) {
  // What SQLite's own machine refuses has a text of its own; SQLCipher's refusal of a page has only the code's.
  if (code == SQLITE_ERROR && absl::string_view(sqlite3_errmsg(db_)) == sqlite3_errstr(code)) code = SQLITE_CORRUPT;
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      disturbed_ = true;
      return Error(Reason::REASON_STORE_DAMAGED, "the store's bytes or its key are wrong");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      disturbed_ = true;
      if (!files_unknown_ && code != SQLITE_IOERR_READ && code != SQLITE_IOERR_SHORT_READ) {
        files_unknown_ = true;
        Log(Level::kError, "store_disk_failed", {{"sqlite_code", code}});
      }
      return Error(Reason::REASON_DISK_ERROR, absl::StrCat("the store's disk failed: SQLite ", code));
    case SQLITE_FULL:
      return Error(Reason::REASON_DISK_FULL, "no space is left for the store");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Reason::REASON_STORE_IN_USE, "the store is in use by somebody else");
    case SQLITE_NOMEM:
      return Error(Reason::REASON_SANDBOX, "no memory is left for the store");
    default:
      return Error(Reason::REASON_INTERNAL, absl::StrCat("SQLite ", code, ": ", text));
  }
}

absl::Status Connection::Run(const Statement& statement, absl::Span<const Value> arguments) {
  return Rows(statement, arguments, false, [](const Row&) {
    return Error(Reason::REASON_INTERNAL, "a statement that should answer nothing has a row");
  });
}

absl::StatusOr<std::unique_ptr<Connection::Prepared>> Connection::Prepare(const Statement& statement) {
  auto prepared = std::make_unique<Prepared>();
  const int code = sqlite3_prepare_v3(db_, statement.text(), -1, SQLITE_PREPARE_PERSISTENT, &prepared->handle, nullptr);
  if (code != SQLITE_OK) return Failed(code, sqlite3_errmsg(db_));
  for (size_t n = 1; n <= statement.parameters(); ++n) {
    prepared->index_of.push_back(sqlite3_bind_parameter_index(prepared->handle, absl::StrCat("$", n).c_str()));
    QF_CHECK(prepared->index_of.back() != 0);  // $1 … $n without gaps
  }
  return prepared;
}

absl::StatusOr<Connection::Lease> Connection::Take(const Statement& statement) {
  const auto found = prepared_.find(statement.text());
  if (found != prepared_.end() && !found->second->in_use) return Lease(found->second.get());
  QF_TRY_ASSIGN(auto prepared, Prepare(statement));
  if (found != prepared_.end()) return Lease(std::move(prepared));
  return Lease(prepared_.emplace(statement.text(), std::move(prepared)).first->second.get());
}

Connection::Lease::~Lease() {
  if (prepared == nullptr) return;
  sqlite3_reset(prepared->handle);
  sqlite3_clear_bindings(prepared->handle);
  prepared->in_use = false;
}

absl::Status Connection::Prepared::Bind(absl::Span<const Value> arguments) const {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Value& value = arguments[i];
    const int at = index_of[i];
    const char* bytes = value.bytes().data() != nullptr ? value.bytes().data() : "";  // null would mean NULL
    int code = SQLITE_OK;
    switch (value.kind()) {
      case Value::Kind::kNull:
        code = sqlite3_bind_null(handle, at);
        break;
      case Value::Kind::kInteger:
        code = sqlite3_bind_int64(handle, at, value.integer());
        break;
      case Value::Kind::kText:
        code = sqlite3_bind_text64(handle, at, bytes, value.bytes().size(), SQLITE_STATIC, SQLITE_UTF8);
        break;
      case Value::Kind::kBlob:
        code = sqlite3_bind_blob64(handle, at, bytes, value.bytes().size(), SQLITE_STATIC);
        break;
      case Value::Kind::kTooLarge:
        return Error(Reason::REASON_TOO_LARGE, "an integer is beyond 2^63 - 1");
    }
    if (code != SQLITE_OK) return Error(Reason::REASON_TOO_LARGE, "a value is too large for the store");
  }
  return absl::OkStatus();
}

absl::Status Connection::Rows(const Statement& statement, absl::Span<const Value> arguments, bool first_only,
                              absl::FunctionRef<absl::Status(const Row&)> each) {
  QF_CHECK(arguments.size() == statement.parameters());
  QF_TRY_ASSIGN(const Lease lease, Take(statement));
  sqlite3_stmt* handle = lease.prepared->handle;
  QF_TRY(lease.prepared->Bind(arguments));
  absl::InlinedVector<Row::Cell, 16> cells(static_cast<size_t>(sqlite3_column_count(handle)));
  while (true) {
    const int code = sqlite3_step(handle);
    if (code == SQLITE_DONE) return absl::OkStatus();
    if (code != SQLITE_ROW) return Failed(code, sqlite3_errstr(code));
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = CellAt(handle, static_cast<int>(i));
    const Row row(cells);
    QF_TRY(each(row));
    QF_TRY(row.status());
    if (first_only) return absl::OkStatus();
  }
}

uint64_t Connection::changes() const { return static_cast<uint64_t>(sqlite3_changes64(db_)); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

void Connection::KeepLogAtClose() { sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

absl::Status Connection::AskOnceMore() {
  return Rows(kFirstPage, {}, true, [](const Row&) { return absl::OkStatus(); });
}

absl::Status Connection::Fold(Checkpoint how) {
  const bool all = how == Checkpoint::kAll;
  const int mode = all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(db_, "main", mode, nullptr, nullptr);
  if (code == SQLITE_OK || ((code & 0xff) == SQLITE_BUSY && !all)) return absl::OkStatus();
  return Failed(code, sqlite3_errstr(code));
}

absl::StatusOr<PageCopy> PageCopy::Begin(Connection& from, Connection& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.db_, "main", from.db_, "main");
  if (backup == nullptr) return to.Failed(sqlite3_errcode(to.db_), sqlite3_errmsg(to.db_));
  return PageCopy(from, backup);
}

// In a transaction that has begun to read (the step would end what it had begun itself), so that a page of zeros is
// noticed before it is sealed anew in the copy.
absl::StatusOr<bool> PageCopy::Step() {
  QF_TRY(from_->Run(kBegin));
  absl::Status status = from_->AskOnceMore();
  const int code = sqlite3_backup_step(backup_.get(), kPagesAStep);
  if (status.ok()) status = from_->AskOnceMore();
  if (status.ok() && code != SQLITE_OK && code != SQLITE_DONE) status = from_->Failed(code, sqlite3_errstr(code));
  QF_TRY(from_->Run(kRollback));
  QF_TRY(status);
  return code == SQLITE_DONE;
}

absl::Status PageCopy::Finish() {
  const int code = sqlite3_backup_finish(backup_.release());
  return code == SQLITE_OK ? absl::OkStatus() : from_->Failed(code, sqlite3_errstr(code));
}

void PageCopy::Finisher::operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }

}  // namespace qf::sql
