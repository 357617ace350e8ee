// The store over SQLCipher: one file in WAL mode, one connection that writes and checkpoints, others that read.
//
// One process a store (lock file) and one connection that checkpoints (docs/adr/0004): SQLCipher 4.6.1 carries
// SQLite's WAL-reset bug, which needs two connections that checkpoint or write at the same moment.
#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/mutex.h"
#include "common/base/sha256.h"
#include "common/sql/connection.h"
#include "common/sql/database.h"
#include "common/sql/store_files.h"

namespace qf::sql {
namespace {

using Role = Connection::Role;

constexpr size_t kKeyBytes = 32;

constexpr Statement kBeginRead("BEGIN");
constexpr Statement kBeginWrite("BEGIN IMMEDIATE");
constexpr Statement kCommit("COMMIT");
constexpr Statement kRollback("ROLLBACK");
constexpr Statement kSavepoint("SAVEPOINT attempt");
constexpr Statement kRelease("RELEASE attempt");
constexpr Statement kRollbackTo("ROLLBACK TO attempt");
constexpr Statement kStructure("PRAGMA integrity_check(1)");
constexpr Statement kPageCodes("PRAGMA cipher_integrity_check");
constexpr Statement kHasMigrations("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migration'");
constexpr Statement kMigrations("SELECT number, sha256 FROM schema_migration ORDER BY number");
constexpr Statement kMigrated("INSERT INTO schema_migration (number, sha256, applied_at_us) VALUES ($1, $2, $3)");
constexpr char kMigrationTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "  number BIGINT NOT NULL PRIMARY KEY, sha256 BLOB NOT NULL, applied_at_us BIGINT NOT NULL)";

// Both kinds of transaction; a reader's connection refuses to change anything.
class StoreTxn final : public WriteTxn {
 public:
  explicit StoreTxn(Connection& connection) : connection_(connection) { connection_.Calm(); }

  // The error that ended the transaction under its closure, if one did.
  const absl::Status& broken() const { return broken_; }
  // True if anything was asked of the store.
  bool used() const { return used_; }

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
    used_ = true;
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
  // commit, statement by statement: so nothing may come after, even if the closure swallows the error.
  absl::Status Watch(absl::Status status) {
    if (!status.ok() && (!connection_.in_transaction() || connection_.disturbed())) broken_ = status;
    return status;
  }

  Connection& connection_;
  absl::Status broken_;
  bool used_ = false;
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

// Makes the store under another name and renames it when it is whole.
absl::Status Create(const Database::Options& options) {
  const std::string beside = options.path + ".new";
  QF_TRY(RemoveStore(*options.files, options.path));
  QF_TRY(MakeEmptyStore(*options.files, beside));
  {
    QF_TRY_ASSIGN(auto connection, Connection::Open(options, beside, Role::kWriter));
    QF_TRY(connection->Script(kMigrationTable));
    QF_TRY(Migrate(*connection, options));
    QF_TRY(connection->Fold(Connection::Checkpoint::kAll));
  }
  return PublishStore(*options.files, beside, options.path);
}

class StoreDatabase final : public Database {
 public:
  explicit StoreDatabase(Options options)
      : options_(std::move(options)),
        step_frames_(static_cast<int>(options_.wal_bytes / static_cast<size_t>(options_.page_size_bytes)) + 1),
        due_frames_(step_frames_) {}
  ~StoreDatabase() override;

  absl::Status Start();

  // The pointer is constant after Start, and what is asked of it is atomic.
  bool closed() const override ABSL_NO_THREAD_SAFETY_ANALYSIS { return writer_->files_unknown(); }

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
    explicit Lent(StoreDatabase& database) : database_(database), connection_(database.TakeReader()) {}
    ~Lent() { database_.GiveBack(connection_); }
    Connection* operator->() const { return connection_; }
    Connection& operator*() const { return *connection_; }

   private:
    StoreDatabase& database_;
    Connection* const connection_;
  };

  absl::Status ReadOn(absl::FunctionRef<absl::Status(ReadTxn&)> fn) override;
  absl::Status WriteOn(absl::FunctionRef<absl::Status(WriteTxn&)> fn) override;
  static absl::Status ReadWith(Connection& connection, absl::FunctionRef<absl::Status(ReadTxn&)> fn);

  Connection* TakeReader() ABSL_LOCKS_EXCLUDED(readers_mutex_);
  void GiveBack(Connection* reader) ABSL_LOCKS_EXCLUDED(readers_mutex_);

  absl::Status StillOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status FoldIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status FoldAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status CopyAllPages(const std::string& to) ABSL_LOCKS_EXCLUDED(writer_mutex_);

  // Constant after Start.
  Options options_;
  std::unique_ptr<FileLock> lock_;
  std::vector<std::unique_ptr<Connection>> readers_;

  Mutex readers_mutex_;
  CondVar reader_free_;
  std::vector<Connection*> free_readers_ ABSL_GUARDED_BY(readers_mutex_);

  Mutex writer_mutex_;
  std::unique_ptr<Connection> writer_ ABSL_GUARDED_BY(writer_mutex_);
  const int step_frames_;
  int due_frames_ ABSL_GUARDED_BY(writer_mutex_);  // fold when the log is as long as this
  int seen_frames_ ABSL_GUARDED_BY(writer_mutex_) = 0;
};

absl::Status StoreDatabase::Start() {
  QF_TRY_ASSIGN(lock_, options_.files->Lock(options_.path + ".lock"));
  QF_TRY_ASSIGN(const bool exists, options_.files->Exists(options_.path));
  if (!exists) QF_TRY(Create(options_));
  QF_TRY(WriteLogAnew(*options_.files, options_.path + "-wal"));
  QF_TRY(ReadHead(*options_.files, options_.path));
  MutexLock lock(writer_mutex_);
  QF_TRY_ASSIGN(writer_, Connection::Open(options_, options_.path, Role::kWriter));
  QF_TRY_ASSIGN(const bool whole, HasMigrationTable(*writer_));
  // Creation is all or nothing, so a store without this table is none: SQLite takes an empty file for a new
  // database, and a lost store would be answered with an empty one.
  if (!whole) return Error(Reason::REASON_STORE_DAMAGED, "the store is empty");
  QF_TRY(Migrate(*writer_, options_));
  options_.migrations = {};
  MutexLock readers_lock(readers_mutex_);
  for (int i = 0; i < options_.readers; ++i) {
    QF_TRY_ASSIGN(auto reader, Connection::Open(options_, options_.path, Role::kReader));
    free_readers_.push_back(reader.get());
    readers_.push_back(std::move(reader));
  }
  return absl::OkStatus();
}

StoreDatabase::~StoreDatabase() {
  MutexLock lock(writer_mutex_);
  readers_.clear();  // first, so that the writer is the last to close and folds the log
  if (writer_ != nullptr && writer_->files_unknown()) writer_->KeepLogAtClose();
}

Connection* StoreDatabase::TakeReader() {
  MutexLock lock(readers_mutex_);
  while (free_readers_.empty()) reader_free_.Wait(readers_mutex_);
  Connection* const reader = free_readers_.back();
  free_readers_.pop_back();
  return reader;
}

void StoreDatabase::GiveBack(Connection* reader) {
  {
    MutexLock lock(readers_mutex_);
    free_readers_.push_back(reader);
  }
  reader_free_.NotifyOne();
}

absl::Status StoreDatabase::StillOpen() const {
  if (!closed()) return absl::OkStatus();
  return Error(Reason::REASON_STORE_CLOSED, "the disk failed under this store, so it takes no more writes");
}

absl::Status StoreDatabase::ReadOn(absl::FunctionRef<absl::Status(ReadTxn&)> fn) {
  if (readers_.empty()) {
    MutexLock lock(writer_mutex_);
    return ReadWith(*writer_, fn);
  }
  const Lent reader(*this);
  return ReadWith(*reader, fn);
}

absl::Status StoreDatabase::ReadWith(Connection& connection, absl::FunctionRef<absl::Status(ReadTxn&)> fn) {
  QF_TRY(connection.Run(kBeginRead));
  StoreTxn txn(connection);
  absl::Status status = fn(txn);
  if (status.ok() && txn.used()) status = connection.AskOnceMore();
  const absl::Status ended = connection.Run(kRollback);
  return status.ok() ? ended : status;
}

absl::Status StoreDatabase::WriteOn(absl::FunctionRef<absl::Status(WriteTxn&)> fn) {
  MutexLock lock(writer_mutex_);
  QF_TRY(StillOpen());
  // Without space the log may still have room for this write; without a disk it has not.
  if (const absl::Status folded = FoldIfDue(); ReasonOf(folded) != Reason::REASON_DISK_FULL) QF_TRY(folded);
  QF_TRY(writer_->Run(kBeginWrite));
  StoreTxn txn(*writer_);
  absl::Status status = fn(txn);
  if (!txn.broken().ok()) status = txn.broken();
  if (status.ok()) status = writer_->AskOnceMore();
  if (status.ok()) status = writer_->Run(kCommit);
  if (writer_->in_transaction()) writer_->Run(kRollback).IgnoreError();
  return status;
}

absl::Status StoreDatabase::FoldIfDue() {
  const int frames = writer_->log_frames();
  if (frames < seen_frames_) due_frames_ = step_frames_;  // the log began anew
  seen_frames_ = frames;
  if (frames < due_frames_) return absl::OkStatus();
  due_frames_ = frames + step_frames_ / 4 + 1;  // a reader that holds the log open: not again at every write
  return writer_->Fold(Connection::Checkpoint::kWhatCanBe);
}

absl::Status StoreDatabase::FoldAll() {
  QF_TRY(StillOpen());
  std::vector<std::unique_ptr<Lent>> all;  // nobody reads while the log is cut off
  while (all.size() < readers_.size()) all.push_back(std::make_unique<Lent>(*this));
  return writer_->Fold(Connection::Checkpoint::kAll);
}

absl::Status StoreDatabase::BackupTo(const std::string& path) {
  QF_TRY_ASSIGN(const bool exists, options_.files->Exists(path));
  if (exists) return Error(Reason::REASON_FILE_EXISTS, "there is a file where the backup should go");
  const std::string beside = path + ".new";
  QF_TRY(MakeEmptyStore(*options_.files, beside));
  const absl::Status copied = CopyAllPages(beside);
  if (copied.ok()) return PublishStore(*options_.files, beside, path);
  RemoveStore(*options_.files, beside).IgnoreError();  // half a copy only takes space
  return copied;
}

// In pieces, so that writers get between them.
absl::Status StoreDatabase::CopyAllPages(const std::string& to) {
  QF_TRY_ASSIGN(const auto copy, Connection::Open(options_, to, Role::kWriter));
  std::optional<PageCopy> pages;
  absl::Cleanup finish_under_lock = [&]() ABSL_LOCKS_EXCLUDED(writer_mutex_) {
    MutexLock lock(writer_mutex_);
    pages.reset();
  };
  for (bool all = false; !all;) {
    MutexLock lock(writer_mutex_);
    if (!pages) {
      QF_TRY_ASSIGN(pages, PageCopy::Begin(*writer_, *copy));
    }
    QF_TRY_ASSIGN(all, pages->Step());
  }
  MutexLock lock(writer_mutex_);
  return pages->Finish();
}

absl::Status StoreDatabase::Verify() {
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
  auto database = std::make_unique<StoreDatabase>(std::move(options));
  QF_TRY(database->Start());
  return database;
}

}  // namespace qf::sql
