// Why only one connection ever checkpoints (docs/adr/0004): SQLite's WAL-reset bug, of 3.7.0 to 3.51.2 and so
// of SQLCipher 4.6.1, provoked on the simulated disk, and the proof that our store cannot meet it.
//
// The bug: connection X begins to checkpoint and reads how long the log is. Before it looks at how much of it
// has been folded already, the writer W starts the log anew and commits. X then notes the old length as
// "folded", so the next checkpoint skips that much of the new log, and what it skips is gone when the log
// starts anew once more.
#define SQLITE_HAS_CODEC 1
#include <gmock/gmock.h>
#include <sqlcipher/sqlite3.h>

#include <set>

#include "tests/storage/store_fixture.h"

namespace qf::sql {
namespace {

constexpr int kFirstFixed = 3'051'003;

// A connection as anybody would open it, without the care of our driver.
class Raw {
 public:
  explicit Raw(sim::SimDisk& disk) {
    EXPECT_EQ(sqlite3_open_v2("db", &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, disk.SqliteVfs()), SQLITE_OK);
    Do("PRAGMA cipher_log_level = NONE");
    EXPECT_EQ(sqlite3_key(db_, kKey, sizeof kKey - 1), SQLITE_OK);
    Do("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  }
  ~Raw() { sqlite3_close(db_); }
  void Do(const char* sql) { EXPECT_EQ(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql; }
  // One commit of `rows` rows with a page each.
  void Insert(int rows) {
    Do("BEGIN");
    for (int i = 0; i < rows; ++i) Do("INSERT INTO t (body) VALUES (zeroblob(3000))");
    Do("COMMIT");
    rows_ += rows;
  }
  // Folds what it can; "12 of 40" frames of the log.
  std::string Checkpoint() {
    int frames = 0;
    int folded = 0;
    EXPECT_EQ(sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &folded), SQLITE_OK);
    return absl::StrCat(folded, " of ", frames);
  }
  int rows() const { return rows_; }
  // First answer of integrity_check, or the error.
  std::string Check() { return First("PRAGMA integrity_check"); }
  std::string First(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) return sqlite3_errmsg(db_);
    const int code = sqlite3_step(statement);
    std::string answer =
        code == SQLITE_ROW ? reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)) : sqlite3_errstr(code);
    sqlite3_finalize(statement);
    return answer;
  }

 private:
  static constexpr char kKey[] = "x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'";
  sqlite3* db_ = nullptr;
  int rows_ = 0;
};

// When the writer commits while another connection checkpoints.
enum class Moment {
  kAfter,              // when it has finished
  kBeforeItReadsHead,  // when it has its lock and has read nothing
  kAfterItReadHead,    // when it knows the log's length and not yet how much is folded
};

struct Outcome {
  std::string second_checkpoint;  // "12 of 40"
  std::string third_checkpoint;
  std::string found;  // by a fresh connection in the end: "ok", or what is wrong
};

Outcome RunSchedule(Moment moment) {
  SeededEntropy entropy(1);
  sim::SimDisk disk(1, SystemClock(), entropy);
  Outcome outcome;
  int written = 0;
  {
    Raw writer(disk);
    writer.Do("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)");
    Raw other(disk);
    writer.Insert(40);
    EXPECT_EQ(writer.Checkpoint(), "44 of 44");  // all folded: the next commit starts the log anew
    bool came = false;
    const auto commit = [&] {
      if (!std::exchange(came, true)) writer.Insert(1);
    };
    if (moment == Moment::kBeforeItReadsHead) {
      disk.vfs().OnLogLock([&](const sim::FilesVfs::LockChange&) { commit(); });
    } else if (moment == Moment::kAfterItReadHead) {
      disk.vfs().OnLogRead([&](const void*) { commit(); });
    }
    outcome.second_checkpoint = other.Checkpoint();
    commit();
    disk.vfs().OnLogLock(nullptr);
    disk.vfs().OnLogRead(nullptr);
    writer.Insert(60);  // beyond the old length
    outcome.third_checkpoint = writer.Checkpoint();
    writer.Insert(1);  // starts the log anew
    written = writer.rows();
  }
  Raw fresh(disk);
  outcome.found = fresh.Check();
  if (outcome.found != "ok") return outcome;
  const std::string rows = fresh.First("SELECT COUNT(*) FROM t");
  if (rows != absl::StrCat(written)) outcome.found = absl::StrCat(rows, " rows of ", written);
  return outcome;
}

TEST(WalReset, OtherMomentsDoNoHarm) {
  for (const Moment moment : {Moment::kAfter, Moment::kBeforeItReadsHead}) {
    EXPECT_EQ(RunSchedule(moment).found, "ok");
  }
}

// The control of the rule. A library with the fix passes too.
TEST(WalReset, TheMomentDestroysTheStoreOfALibraryWithTheBug) {
  const Outcome outcome = RunSchedule(Moment::kAfterItReadHead);
  if (sqlite3_libversion_number() < kFirstFixed) {
    EXPECT_NE(outcome.found, "ok") << outcome.second_checkpoint << ", " << outcome.third_checkpoint;
  } else {
    EXPECT_EQ(outcome.found, "ok");
  }
}

// In our store one connection, always the same, takes the checkpointer's lock and the writer's, whatever is
// called.
TEST(WalReset, OneConnectionOfAStoreCheckpoints) {
  SeededEntropy entropy(1);
  sim::SimDisk disk(1, SystemClock(), entropy);
  Database::Options options;
  options.path = "db";
  options.files = &disk;
  options.key = KeyOf('k');
  options.readers = 3;
  options.wal_bytes = 10 * 4096;
  options.migrations = kNotes;
  ASSERT_OK_AND_ASSIGN(auto database, Database::Open(std::move(options)));
  std::set<const void*> writers;
  std::set<const void*> checkpointers;
  std::set<const void*> everybody;
  disk.vfs().OnLogLock([&](const sim::FilesVfs::LockChange& change) {
    if (change.path != "db") return;  // a backup is a store of its own
    everybody.insert(change.connection);
    if (change.lock && change.slot == 0) writers.insert(change.connection);
    if (change.lock && change.slot <= 1 && change.slot + change.count > 1) checkpointers.insert(change.connection);
  });
  for (uint64_t i = 0; i < 60; ++i) {
    ASSERT_OK(database->Write([&](WriteTxn& tx) { return InsertNote(tx, i, std::string(3000, 'x')); }));
    ASSERT_OK(CountNotes(*database));
  }
  ASSERT_OK(database->BackupTo("copy"));
  ASSERT_OK(database->CheckpointFully());
  ASSERT_OK(database->Verify());
  database.reset();
  disk.vfs().OnLogLock(nullptr);
  EXPECT_EQ(writers, checkpointers);
  EXPECT_EQ(checkpointers.size(), 1u);
  EXPECT_GE(everybody.size(), 2u);
}

}  // namespace
}  // namespace qf::sql
