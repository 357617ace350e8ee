// The SQLCipher driver: SQLite in WAL mode with every page encrypted and authenticated.
//
// One process a store (lock file) and one connection that writes and checkpoints (docs/adr/0004): SQLCipher 4.6.1
// carries SQLite's WAL-reset bug, which needs two connections that checkpoint or write at the same moment.
#define SQLITE_HAS_CODEC 1  // declares sqlite3_key
#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <map>

#include "absl/cleanup/cleanup.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/logging.h"
#include "common/base/mutex.h"
#include "common/base/sha256.h"
#include "common/sql/database.h"

namespace qf::sql {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr int kBusyTimeoutMs = 1000;
constexpr int kBackupPages = 256;  // copied while the writer waits: 2 MiB, a few milliseconds

constexpr Statement kBeginRead("BEGIN");
constexpr Statement kBeginWrite("BEGIN IMMEDIATE");
constexpr Statement kCommit("COMMIT");
constexpr Statement kRollback("ROLLBACK");
constexpr Statement kSavepoint("SAVEPOINT attempt");
constexpr Statement kRelease("RELEASE attempt");
constexpr Statement kRollbackTo("ROLLBACK TO attempt");
constexpr Statement kLogMode("PRAGMA journal_mode = WAL");
constexpr Statement kStructure("PRAGMA integrity_check(1)");
constexpr Statement kPageCodes("PRAGMA cipher_integrity_check");
constexpr Statement kHasMigrations("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migration'");
constexpr Statement kMigrations("SELECT number, sha256 FROM schema_migration ORDER BY number");
constexpr Statement kMigrated("INSERT INTO schema_migration (number, sha256, applied_at_us) VALUES ($1, $2, $3)");
constexpr char kMigrationTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "  number BIGINT NOT NULL PRIMARY KEY, sha256 BLOB NOT NULL, applied_at_us BIGINT NOT NULL)";

// What a result code of SQLite means to a caller. `text` never holds values: SQLite's general sentence, or, for a
// statement that cannot be prepared, its complaint about our own constant.
absl::Status SqliteError(int code, absl::string_view text) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(Reason::REASON_STORE_DAMAGED, "the store's bytes or its key are wrong");
    case SQLITE_FULL:
      return Error(Reason::REASON_DISK_FULL, "no space is left for the store");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return Error(Reason::REASON_DISK_ERROR, absl::StrCat("the store's disk failed: SQLite ", code));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Reason::REASON_STORE_IN_USE, "the store is in use by somebody else");
    case SQLITE_NOMEM:
      return Error(Reason::REASON_SANDBOX, "no memory is left for the store");
    default:
      return Error(Reason::REASON_INTERNAL, absl::StrCat("SQLite ", code, ": ", text));
  }
}

// True if, after this error, nobody knows what the files hold.
bool LeavesFilesUnknown(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  return reason == Reason::REASON_DISK_ERROR || reason == Reason::REASON_STORE_DAMAGED;
}

enum class Role { kWriter, kReader };

// One connection with its prepared statements. Used by one thread at a time.
class Connection {
 public:
  // The file exists; an empty one is a new database.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Database::Options& options, const std::string& path,
                                                          Role role);
  ~Connection();

  // Constant text of our own, perhaps several statements.
  absl::Status Script(const std::string& sql);
  absl::Status Run(const Statement& statement, absl::Span<const Value> arguments = {});
  // Gives each row to `each`; stops after the first if `first_only`.
  absl::Status Rows(const Statement& statement, absl::Span<const Value> arguments, bool first_only,
                    absl::FunctionRef<absl::Status(const Row&)> each);
  uint64_t changes() const { return static_cast<uint64_t>(sqlite3_changes64(db_)); }
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  // Frames in the write-ahead log after the last commit of this connection.
  int wal_frames() const { return wal_frames_; }
  // SQLITE_CHECKPOINT_PASSIVE or _TRUNCATE. A reader in the way is no error for the former.
  absl::Status Checkpoint(int mode);
  // Leaves the write-ahead log where it is when this connection closes.
  void KeepLogAtClose() { sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }
  sqlite3* raw() { return db_; }

 private:
  struct Prepared {
    sqlite3_stmt* handle = nullptr;
    std::vector<int> index_of;  // of $1, $2, … among SQLite's parameters
    bool in_use = false;
    ~Prepared() { sqlite3_finalize(handle); }
  };
  // A prepared statement while it is stepped through; reset at the end.
  struct Lease {
    Prepared* prepared;
    std::unique_ptr<Prepared> own;  // when a row's callback runs the same statement again
    explicit Lease(Prepared* shared) : prepared(shared) { prepared->in_use = true; }
    explicit Lease(std::unique_ptr<Prepared> single) : prepared(single.get()), own(std::move(single)) {}
    Lease(Lease&& other) noexcept : prepared(std::exchange(other.prepared, nullptr)), own(std::move(other.own)) {}
    ~Lease();
  };

  absl::Status Settings(const Database::Options& options, Role role);
  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(const Statement& statement);
  absl::StatusOr<Lease> Take(const Statement& statement);
  static absl::Status Bind(const Prepared& prepared, absl::Span<const Value> arguments);

  sqlite3* db_ = nullptr;
  std::map<const char*, std::unique_ptr<Prepared>> prepared_;  // by address of the text
  int wal_frames_ = 0;
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Database::Options& options,
                                                             const std::string& path, Role role) {
  auto connection = std::make_unique<Connection>();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  const int code = sqlite3_open_v2(path.c_str(), &connection->db_, flags, options.files->SqliteVfs());
  if (code != SQLITE_OK) return SqliteError(code, sqlite3_errstr(code));
  sqlite3_extended_result_codes(connection->db_, 1);
  QF_TRY(connection->Settings(options, role));
  return connection;
}

// Every setting of every connection, with its reason.
absl::Status Connection::Settings(const Database::Options& options, Role role) {
  // First of all: SQLCipher writes to stderr otherwise.
  QF_TRY(Script("PRAGMA cipher_log_level = NONE"));
  // A raw key in SQLCipher's own notation: no key derivation, so opening takes 1 ms and not 100.
  Secret raw_key(absl::StrCat("x'", ToHex(options.key.bytes()), "'"));
  const int keyed = sqlite3_key(db_, raw_key.data(), static_cast<int>(raw_key.size()));
  if (keyed != SQLITE_OK) return SqliteError(keyed, sqlite3_errstr(keyed));
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
  const size_t share = role == Role::kWriter ? 2 : 2 * static_cast<size_t>(options.readers);
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
    case Database::Durability::kPower: QF_TRY(Script("PRAGMA synchronous = FULL")); break;
    case Database::Durability::kLosesCommitsAtPowerCut: QF_TRY(Script("PRAGMA synchronous = NORMAL")); break;
    case Database::Durability::kDestroysStoreAtPowerCut: QF_TRY(Script("PRAGMA synchronous = OFF")); break;
  }
  // After a burst the log is cut back to its usual size.
  QF_TRY(Script(absl::StrCat("PRAGMA journal_size_limit = ", options.wal_bytes)));
  sqlite3_wal_hook(
      db_,
      [](void* self, sqlite3*, const char*, int frames) {
        static_cast<Connection*>(self)->wal_frames_ = frames;
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
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(code, sqlite3_errmsg(db_));
}

absl::Status Connection::Run(const Statement& statement, absl::Span<const Value> arguments) {
  return Rows(statement, arguments, false, [](const Row&) {
    return Error(Reason::REASON_INTERNAL, "a statement that should answer nothing has a row");
  });
}

absl::StatusOr<std::unique_ptr<Connection::Prepared>> Connection::Prepare(const Statement& statement) {
  auto prepared = std::make_unique<Prepared>();
  const int code =
      sqlite3_prepare_v3(db_, statement.text(), -1, SQLITE_PREPARE_PERSISTENT, &prepared->handle, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, sqlite3_errmsg(db_));
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

absl::Status Connection::Bind(const Prepared& prepared, absl::Span<const Value> arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Value& value = arguments[i];
    const int at = prepared.index_of[i];
    const char* bytes = value.bytes().data() != nullptr ? value.bytes().data() : "";  // null would mean NULL
    int code = SQLITE_OK;
    switch (value.kind()) {
      case Value::Kind::kNull: code = sqlite3_bind_null(prepared.handle, at); break;
      case Value::Kind::kInteger: code = sqlite3_bind_int64(prepared.handle, at, value.integer()); break;
      case Value::Kind::kText:
        code = sqlite3_bind_text64(prepared.handle, at, bytes, value.bytes().size(), SQLITE_STATIC, SQLITE_UTF8);
        break;
      case Value::Kind::kBlob:
        code = sqlite3_bind_blob64(prepared.handle, at, bytes, value.bytes().size(), SQLITE_STATIC);
        break;
      case Value::Kind::kTooLarge:
        return Error(Reason::REASON_TOO_LARGE, "an integer is beyond 2^63 - 1");
    }
    if (code != SQLITE_OK) return SqliteError(code, sqlite3_errstr(code));
  }
  return absl::OkStatus();
}

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
  cell.kind = type == SQLITE_TEXT ? Value::Kind::kText : type == SQLITE_BLOB ? Value::Kind::kBlob : Value::Kind::kTooLarge;
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle, column));
  cell.bytes = Bytes(bytes, static_cast<size_t>(sqlite3_column_bytes(handle, column)));
  return cell;
}

absl::Status Connection::Rows(const Statement& statement, absl::Span<const Value> arguments, bool first_only,
                              absl::FunctionRef<absl::Status(const Row&)> each) {
  QF_CHECK(arguments.size() == statement.parameters());
  QF_TRY_ASSIGN(const Lease lease, Take(statement));
  sqlite3_stmt* handle = lease.prepared->handle;
  QF_TRY(Bind(*lease.prepared, arguments));
  absl::InlinedVector<Row::Cell, 16> cells(static_cast<size_t>(sqlite3_column_count(handle)));
  while (true) {
    const int code = sqlite3_step(handle);
    if (code == SQLITE_DONE) return absl::OkStatus();
    if (code != SQLITE_ROW) return SqliteError(code, sqlite3_errstr(code));
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = CellAt(handle, static_cast<int>(i));
    const Row row(cells);
    QF_TRY(each(row));
    QF_TRY(row.status());
    if (first_only) return absl::OkStatus();
  }
}

absl::Status Connection::Checkpoint(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(db_, "main", mode, nullptr, nullptr);
  if (code == SQLITE_OK) return absl::OkStatus();
  if ((code & 0xff) == SQLITE_BUSY && mode == SQLITE_CHECKPOINT_PASSIVE) return absl::OkStatus();
  return SqliteError(code, sqlite3_errstr(code));
}

// Both kinds of transaction; a reader's connection refuses to change anything.
class SqlcipherTxn final : public WriteTxn {
 public:
  explicit SqlcipherTxn(Connection& connection) : connection_(connection) {}

  // The error that ended the transaction under its closure, if one did.
  const absl::Status& broken() const { return broken_; }
  absl::Status Attempt(absl::FunctionRef<absl::Status()> part) override {
    QF_TRY(Watched(kSavepoint));
    const absl::Status status = part();
    QF_TRY(broken_);
    if (!status.ok()) QF_TRY(Watched(kRollbackTo));
    QF_TRY(Watched(kRelease));
    return status;
  }

 private:
  absl::Status Rows(const Statement& statement, absl::Span<const Value> arguments, Reach reach,
                    absl::FunctionRef<absl::Status(const Row&)> each) override {
    QF_TRY(broken_);
    return Watch(connection_.Rows(statement, arguments, reach == Reach::kFirst, each));
  }
  absl::StatusOr<uint64_t> Run(const Statement& statement, absl::Span<const Value> arguments) override {
    QF_TRY(broken_);
    QF_TRY(Watch(connection_.Run(statement, arguments)));
    return connection_.changes();
  }
  absl::Status Watched(const Statement& statement) {
    QF_TRY(broken_);
    return Watch(connection_.Run(statement));
  }
  // SQLite ends a transaction by itself when the disk is full or fails. What came after would then run, and
  // commit, statement by statement: so nothing may come after.
  absl::Status Watch(absl::Status status) {
    if (!status.ok() && (!connection_.in_transaction() || LeavesFilesUnknown(status))) broken_ = status;
    return status;
  }

  Connection& connection_;
  absl::Status broken_;
};

absl::StatusOr<bool> HasMigrationTable(Connection& connection) {
  bool found = false;
  QF_TRY(connection.Rows(kHasMigrations, {}, true, [&found](const Row&) {
    found = true;
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<AppliedMigration>> Applied(Connection& connection) {
  std::vector<AppliedMigration> applied;
  QF_TRY(connection.Rows(kMigrations, {}, false, [&](const Row& row) {
    applied.push_back({row.Get<int>(0), row.Get<Digest>(1)});
    return absl::OkStatus();
  }));
  return applied;
}

absl::Status ApplyOne(Connection& connection, const Migration& migration, uint64_t now_us) {
  QF_TRY(connection.Run(kBeginWrite));
  absl::Cleanup undo = [&] {
    if (connection.in_transaction()) connection.Run(kRollback).IgnoreError();
  };
  QF_TRY(connection.Script(absl::StrReplaceAll(migration.sql, {{"ROWID_KEY", "INTEGER PRIMARY KEY"}})));
  QF_TRY(connection.Run(kMigrated, {migration.number, Sha256(migration.sql), now_us}));
  return connection.Run(kCommit);
}

absl::Status Migrate(Connection& connection, const Database::Options& options) {
  QF_TRY_ASSIGN(const auto applied, Applied(connection));
  QF_TRY_ASSIGN(const auto pending, PendingMigrations(options.migrations, applied));
  for (const Migration& migration : pending) {
    const absl::Status status = ApplyOne(connection, migration, options.clock->NowUs());
    if (!status.ok()) return Annotate(status, absl::StrCat("migration ", migration.number));
  }
  return absl::OkStatus();
}

absl::Status RemoveIfThere(Files& files, const std::string& path) {
  const absl::Status status = files.Remove(path);
  return ReasonOf(status) == Reason::REASON_FILE_MISSING ? absl::OkStatus() : status;
}

// Removes a store's file and what SQLite lays beside it, durably. A write-ahead log without its store must not
// meet the next one: its frames would be taken for that store's.
absl::Status RemoveStore(Files& files, const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) QF_TRY(RemoveIfThere(files, path + suffix));
  return files.SyncDir(DirName(path));
}

// An empty file at `path` that only its owner may read; SQLite's own would be for everybody, and what it lays beside
// the file later takes after it.
absl::Status MakeEmpty(Files& files, const std::string& path) {
  QF_TRY(RemoveStore(files, path));
  return files.Open(path, OpenMode::kCreateNew).status();
}

// Gives `made`, a finished and closed file, its name for good.
absl::Status Publish(Files& files, const std::string& made, const std::string& path) {
  {
    QF_TRY_ASSIGN(auto file, files.Open(made, OpenMode::kReadWrite));
    QF_TRY(file->Sync());
  }
  QF_TRY(files.Rename(made, path));
  return files.SyncDir(DirName(path));
}

// Makes the store under another name and renames it when it is whole.
absl::Status Create(const Database::Options& options) {
  const std::string beside = options.path + ".new";
  QF_TRY(RemoveStore(*options.files, options.path));
  QF_TRY(MakeEmpty(*options.files, beside));
  {
    QF_TRY_ASSIGN(auto connection, Connection::Open(options, beside, Role::kWriter));
    QF_TRY(connection->Script(kMigrationTable));
    QF_TRY(Migrate(*connection, options));
    QF_TRY(connection->Checkpoint(SQLITE_CHECKPOINT_TRUNCATE));
  }
  return Publish(*options.files, beside, options.path);
}

// Makes what Open is about to show durable. After a killed process the log may hold commits that only the system's
// cache has; after a failed sync the system may count such bytes as written although they are not ("fsyncgate").
// So the bytes are written once more, which makes them due again, and synced, before anybody builds on them.
absl::Status WriteLogAnew(Files& files, const std::string& path) {
  constexpr size_t kPieceBytes = 1 << 20;
  QF_TRY_ASSIGN(const bool exists, files.Exists(path));
  if (!exists) return absl::OkStatus();
  QF_TRY_ASSIGN(auto file, files.Open(path, OpenMode::kReadWrite));
  QF_TRY_ASSIGN(const uint64_t size_bytes, file->SizeBytes());
  for (uint64_t at = 0; at < size_bytes; at += kPieceBytes) {
    QF_TRY_ASSIGN(const std::string piece, file->ReadAt(at, kPieceBytes));
    QF_TRY(file->WriteAt(at, piece));
  }
  QF_TRY(file->Sync());
  return files.SyncDir(DirName(path));
}

class SqlcipherDatabase final : public Database {
 public:
  explicit SqlcipherDatabase(Options options)
      : options_(std::move(options)),
        step_frames_(static_cast<int>(options_.wal_bytes / static_cast<size_t>(options_.page_size_bytes)) + 1),
        due_frames_(step_frames_) {}
  ~SqlcipherDatabase() override;

  absl::Status Start();

  absl::Status CheckpointIfDue() override {
    MutexLock lock(writer_mutex_);
    QF_TRY(StillOpen());
    return FoldIfDue();
  }
  absl::Status CheckpointFully() override {
    MutexLock lock(writer_mutex_);
    return FoldAll();
  }
  absl::Status BackupTo(const std::string& path) override;
  absl::Status Verify() override;

 private:
  // A reader's connection while somebody uses it.
  class Lent {
   public:
    explicit Lent(SqlcipherDatabase& database) : database_(database), connection_(database.TakeReader()) {}
    ~Lent() { database_.GiveBack(connection_); }
    Connection* operator->() const { return connection_; }
    Connection& operator*() const { return *connection_; }

   private:
    SqlcipherDatabase& database_;
    Connection* const connection_;
  };

  absl::Status ReadOn(absl::FunctionRef<absl::Status(ReadTxn&)> fn) override;
  absl::Status WriteOn(absl::FunctionRef<absl::Status(WriteTxn&)> fn) override;

  Connection* TakeReader() ABSL_LOCKS_EXCLUDED(readers_mutex_);
  void GiveBack(Connection* reader) ABSL_LOCKS_EXCLUDED(readers_mutex_);

  absl::Status StillOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  // Passes `status` on; no more writes after an error that leaves the files unknown.
  absl::Status Heed(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status FoldIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status FoldAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status CopyPages(Connection& copy) ABSL_LOCKS_EXCLUDED(writer_mutex_);

  // Constant after Start.
  Options options_;
  std::unique_ptr<FileLock> lock_;
  std::vector<std::unique_ptr<Connection>> readers_;

  Mutex readers_mutex_;
  CondVar reader_free_;
  std::vector<Connection*> free_readers_ ABSL_GUARDED_BY(readers_mutex_);

  Mutex writer_mutex_;
  std::unique_ptr<Connection> writer_ ABSL_GUARDED_BY(writer_mutex_);
  bool closed_ ABSL_GUARDED_BY(writer_mutex_) = false;
  const int step_frames_;
  int due_frames_ ABSL_GUARDED_BY(writer_mutex_);  // fold when the log is as long as this
  int seen_frames_ ABSL_GUARDED_BY(writer_mutex_) = 0;
};

absl::Status SqlcipherDatabase::Start() {
  QF_TRY_ASSIGN(lock_, options_.files->Lock(options_.path + ".lock"));
  QF_TRY_ASSIGN(const bool exists, options_.files->Exists(options_.path));
  if (!exists) QF_TRY(Create(options_));
  QF_TRY(WriteLogAnew(*options_.files, options_.path + "-wal"));
  MutexLock lock(writer_mutex_);
  QF_TRY_ASSIGN(writer_, Connection::Open(options_, options_.path, Role::kWriter));
  QF_TRY_ASSIGN(const bool whole, HasMigrationTable(*writer_));
  // Creation is all or nothing, so a store without this table is none: SQLite takes an empty file for a new
  // database, and a lost store would be answered with an empty one.
  if (!whole) return Error(Reason::REASON_STORE_DAMAGED, "the store is empty");
  QF_TRY(Migrate(*writer_, options_));
  options_.migrations = {};
  MutexLock readers_lock(readers_mutex_);
  for (int i = 0; i < std::max(options_.readers, 1); ++i) {
    QF_TRY_ASSIGN(auto reader, Connection::Open(options_, options_.path, Role::kReader));
    free_readers_.push_back(reader.get());
    readers_.push_back(std::move(reader));
  }
  return absl::OkStatus();
}

SqlcipherDatabase::~SqlcipherDatabase() {
  MutexLock lock(writer_mutex_);
  readers_.clear();  // first, so that the writer is the last to close and folds the log
  if (closed_) writer_->KeepLogAtClose();
}

Connection* SqlcipherDatabase::TakeReader() {
  MutexLock lock(readers_mutex_);
  while (free_readers_.empty()) reader_free_.Wait(readers_mutex_);
  Connection* const reader = free_readers_.back();
  free_readers_.pop_back();
  return reader;
}

void SqlcipherDatabase::GiveBack(Connection* reader) {
  {
    MutexLock lock(readers_mutex_);
    free_readers_.push_back(reader);
  }
  reader_free_.NotifyOne();
}

absl::Status SqlcipherDatabase::StillOpen() const {
  if (!closed_) return absl::OkStatus();
  return Error(Reason::REASON_STORE_CLOSED, "the disk failed under this store, so it takes no more writes");
}

absl::Status SqlcipherDatabase::Heed(absl::Status status) {
  if (!status.ok() && LeavesFilesUnknown(status) && !closed_) {
    closed_ = true;
    Log(Level::kError, "store_closed", {{"reason", ReasonOf(status)}});
  }
  return status;
}

absl::Status SqlcipherDatabase::ReadOn(absl::FunctionRef<absl::Status(ReadTxn&)> fn) {
  const Lent reader(*this);
  QF_TRY(reader->Run(kBeginRead));
  SqlcipherTxn txn(*reader);
  const absl::Status status = fn(txn);
  const absl::Status ended = reader->Run(kRollback);
  return status.ok() ? ended : status;
}

absl::Status SqlcipherDatabase::WriteOn(absl::FunctionRef<absl::Status(WriteTxn&)> fn) {
  MutexLock lock(writer_mutex_);
  QF_TRY(StillOpen());
  // Without space the log may still have room for this write; without a disk it has not.
  if (const absl::Status folded = FoldIfDue(); ReasonOf(folded) != Reason::REASON_DISK_FULL) QF_TRY(folded);
  QF_TRY(Heed(writer_->Run(kBeginWrite)));
  SqlcipherTxn txn(*writer_);
  absl::Status status = fn(txn);
  if (!txn.broken().ok()) status = Heed(txn.broken());
  if (status.ok()) status = Heed(writer_->Run(kCommit));
  if (writer_->in_transaction() && !writer_->Run(kRollback).ok()) closed_ = true;
  return status;
}

absl::Status SqlcipherDatabase::FoldIfDue() {
  const int frames = writer_->wal_frames();
  if (frames < seen_frames_) due_frames_ = step_frames_;  // the log began anew
  seen_frames_ = frames;
  if (frames < due_frames_) return absl::OkStatus();
  due_frames_ = frames + step_frames_ / 4 + 1;  // a reader that holds the log open: not again at every write
  return Heed(writer_->Checkpoint(SQLITE_CHECKPOINT_PASSIVE));
}

absl::Status SqlcipherDatabase::FoldAll() {
  QF_TRY(StillOpen());
  std::vector<std::unique_ptr<Lent>> all;  // nobody reads while the log is cut off
  while (all.size() < readers_.size()) all.push_back(std::make_unique<Lent>(*this));
  return Heed(writer_->Checkpoint(SQLITE_CHECKPOINT_TRUNCATE));
}

absl::Status SqlcipherDatabase::BackupTo(const std::string& path) {
  QF_TRY_ASSIGN(const bool exists, options_.files->Exists(path));
  if (exists) return Error(Reason::REASON_FILE_EXISTS, "there is a file where the backup should go");
  const std::string beside = path + ".new";
  QF_TRY(MakeEmpty(*options_.files, beside));
  {
    QF_TRY_ASSIGN(auto copy, Connection::Open(options_, beside, Role::kWriter));
    QF_TRY(CopyPages(*copy));
  }
  return Publish(*options_.files, beside, path);
}

absl::Status SqlcipherDatabase::CopyPages(Connection& copy) {
  sqlite3_backup* backup = nullptr;
  {
    MutexLock lock(writer_mutex_);
    backup = sqlite3_backup_init(copy.raw(), "main", writer_->raw(), "main");
  }
  if (backup == nullptr) return SqliteError(sqlite3_errcode(copy.raw()), sqlite3_errmsg(copy.raw()));
  // Writes between two steps are this connection's own, so SQLite carries them over to what was copied.
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    MutexLock lock(writer_mutex_);
    code = sqlite3_backup_step(backup, kBackupPages);
  }
  MutexLock lock(writer_mutex_);
  const int finished = sqlite3_backup_finish(backup);
  if (finished != SQLITE_OK) code = finished;
  return code == SQLITE_DONE ? absl::OkStatus() : SqliteError(code, sqlite3_errstr(code));
}

absl::Status SqlcipherDatabase::Verify() {
  MutexLock lock(writer_mutex_);
  // The page check reads the file itself, past the log and past SQLite's locks. A page that a power cut tore while
  // it was folded is whole in the log, and not yet in the file.
  QF_TRY(FoldAll());
  QF_TRY(writer_->Rows(kPageCodes, {}, true, [](const Row&) {
    return Error(Reason::REASON_STORE_DAMAGED, "a page of the store was altered");
  }));
  return writer_->Rows(kStructure, {}, true, [](const Row& row) {
    return row.Get<Bytes>(0) == "ok" ? absl::OkStatus()
                                     : Error(Reason::REASON_STORE_DAMAGED, "a table or index of the store is broken");
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(Options options) {
  if (options.key.size() != kKeyBytes) return Error(Reason::REASON_LENGTH, "a store's key has 32 bytes");
  auto database = std::make_unique<SqlcipherDatabase>(std::move(options));
  QF_TRY(database->Start());
  return database;
}

}  // namespace qf::sql
