// What every driver of common/sql must do, on every disk.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "common/base/sha256.h"
#include "tests/storage/store_fixture.h"

namespace qf::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr Statement kUpsertCounter(
    "INSERT INTO counter (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value");
constexpr Statement kDeleteFrom("DELETE FROM note WHERE position >= $1");
constexpr Statement kPositions("SELECT position FROM note ORDER BY position");

class SqlConformance : public OnEachDisk {
 protected:
  absl::StatusOr<std::unique_ptr<Database>> Open(absl::Span<const Migration> migrations = kNotes, char key = 'k',
                                                 int readers = 1) {
    Database::Options options;
    options.path = path("db");
    options.files = &files();
    options.key = KeyOf(key);
    options.migrations = migrations;
    options.readers = readers;
    return Database::Open(std::move(options));
  }
  void SetUp() override { Reopen(); }
  void Reopen() {
    database_.reset();
    auto opened = Open();
    ASSERT_OK(opened);
    database_ = *std::move(opened);
  }
  absl::Status Insert(uint64_t position, Bytes body) {
    return database_->Write([&](WriteTxn& tx) { return InsertNote(tx, position, body); });
  }
  std::vector<uint64_t> Positions() {
    auto positions = database_->Read(
        [](ReadTxn& tx) { return tx.QueryAll(kPositions, {}, [](const Row& row) { return row.Get<uint64_t>(0); }); });
    EXPECT_OK(positions);
    return *positions;
  }

  std::unique_ptr<Database> database_;
};
INSTANTIATE_TEST_SUITE_P(Disks, SqlConformance, testing::ValuesIn(kDisks), NameOfDisk);

// --- Values.

TEST_P(SqlConformance, ValuesComeBackAsTheyWent) {
  static constexpr Statement kAll("INSERT INTO note (position, id, body, title, amount) VALUES ($1, $2, $3, $4, $5)");
  static constexpr Statement kBack("SELECT position, id, body, title, amount FROM note WHERE position = $1");
  enum class Colour : uint8_t { kRed = 200 };
  const std::string body("\0\xff'\n", 4);
  const uint64_t largest = INT64_MAX;
  ASSERT_OK(database_->Write([&](WriteTxn& tx) {
    QF_TRY(tx.Execute(kAll, {largest, NoteId(1), Blob(body), Text("清风 \"x\""), INT64_MIN}));
    QF_TRY(tx.Execute(kAll, {2, NoteId(2), Blob(""), Text(""), std::nullopt}));
    return tx.Execute(kAll, {Colour::kRed, NoteId(3), Blob("b"), std::optional<Text>(), true});
  }));
  Reopen();
  ASSERT_OK(database_->Read([&](ReadTxn& tx) -> absl::Status {
    QF_TRY(tx.Query(kBack, {largest}, [&](const Row& row) {
      EXPECT_EQ(row.columns(), 5u);
      EXPECT_EQ(row.Get<uint64_t>(0), largest);
      EXPECT_EQ(row.Get<RecordId>(1), NoteId(1));
      EXPECT_EQ(row.Get<std::string>(2), body);
      EXPECT_EQ(row.Get<Bytes>(3), "清风 \"x\"");
      EXPECT_EQ(row.Get<int64_t>(4), INT64_MIN);
    }));
    QF_TRY(tx.Query(kBack, {2}, [&](const Row& row) {
      EXPECT_EQ(row.Get<std::optional<std::string>>(2), "");
      EXPECT_EQ(row.Get<std::optional<std::string>>(3), "");
      EXPECT_EQ(row.Get<std::optional<int64_t>>(4), std::nullopt);
    }));
    return tx.Query(kBack, {Colour::kRed}, [&](const Row& row) {
      EXPECT_EQ(row.Get<int>(0), 200);
      EXPECT_TRUE(row.IsNull(3));
      EXPECT_TRUE(row.Get<bool>(4));
    });
  }));
}

TEST_P(SqlConformance, AnIntegerBeyondBigintIsRefused) {
  EXPECT_THAT(Insert(uint64_t{1} << 63, "x"), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(Positions(), IsEmpty());
}

TEST_P(SqlConformance, AColumnOfAnotherKindFailsTheQuery) {
  static constexpr Statement kKinds("SELECT -1, 300, 'text', x'0102', NULL, 2");
  const auto get = [&](auto read) {
    return database_->Read([&](ReadTxn& tx) { return tx.Query(kKinds, {}, [&](const Row& row) { read(row); }); });
  };
  EXPECT_THAT(get([](const Row& row) { row.Get<uint64_t>(0); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(get([](const Row& row) { row.Get<uint8_t>(1); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(get([](const Row& row) { row.Get<int>(2); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(get([](const Row& row) { row.Get<RecordId>(3); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(get([](const Row& row) { row.Get<std::string>(4); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(get([](const Row& row) { row.Get<bool>(5); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_OK(get([](const Row& row) { row.Get<std::optional<RecordId>>(4); }));
}

TEST_P(SqlConformance, ParametersMayStandInAnyOrder) {
  static constexpr Statement kDifference("SELECT $2 - $1 + 0 * LENGTH('$9'), $1");
  ASSERT_OK(database_->Read([&](ReadTxn& tx) {
    return tx.Query(kDifference, {3, 10}, [](const Row& row) {
      EXPECT_EQ(row.Get<int>(0), 7);
      EXPECT_EQ(row.Get<int>(1), 3);
    });
  }));
}

// --- Transactions.

TEST_P(SqlConformance, AnErrorTakesEverythingBack) {
  ASSERT_OK(Insert(1, "kept"));
  EXPECT_THAT(database_->Write([](WriteTxn& tx) -> absl::Status {
    QF_TRY(InsertNote(tx, 2, "gone"));
    return Error(Reason::REASON_QUOTA, "enough for today");
  }),
              Fails(Reason::REASON_QUOTA));
  EXPECT_THAT(Positions(), ElementsAre(1));
  Reopen();
  EXPECT_THAT(Positions(), ElementsAre(1));
}

TEST_P(SqlConformance, AWriteGivesWhatItsClosureGives) {
  const auto value = database_->Write([](WriteTxn& tx) -> absl::StatusOr<std::string> {
    QF_TRY(InsertNote(tx, 7, "x"));
    return "seven";
  });
  ASSERT_OK(value);
  EXPECT_EQ(*value, "seven");
}

TEST_P(SqlConformance, AttemptTakesBackItsPartOnly) {
  ASSERT_OK(database_->Write([](WriteTxn& tx) -> absl::Status {
    QF_TRY(InsertNote(tx, 1, "before"));
    EXPECT_THAT(tx.Attempt([&]() -> absl::Status {
      QF_TRY(InsertNote(tx, 2, "outer"));
      EXPECT_OK(tx.Attempt([&] { return InsertNote(tx, 3, "inner"); }));
      return Error(Reason::REASON_GAP, "no");
    }),
                Fails(Reason::REASON_GAP));
    return tx.Attempt([&] { return InsertNote(tx, 4, "after"); });
  }));
  EXPECT_THAT(Positions(), ElementsAre(1, 4));
}

TEST_P(SqlConformance, ABrokenRuleIsOursAndNamesNoValue) {
  ASSERT_OK(Insert(1, "secret body"));
  const absl::Status status = Insert(1, "secret body");
  EXPECT_THAT(status, Fails(Reason::REASON_INTERNAL));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
  // Inside one transaction it can be caught and the rest goes on.
  ASSERT_OK(database_->Write([](WriteTxn& tx) -> absl::Status {
    EXPECT_THAT(InsertNote(tx, 1, "again"), Fails(Reason::REASON_INTERNAL));
    return InsertNote(tx, 2, "other");
  }));
  EXPECT_THAT(Positions(), ElementsAre(1, 2));
}

TEST_P(SqlConformance, ReadersSeeOneCommittedState) {
  ASSERT_OK(Insert(1, "x"));
  ASSERT_OK(database_->Read([&](ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto before, tx.QueryValue<int>(kCountNotes));
    std::thread writer([&] { EXPECT_OK(Insert(2, "y")); });
    writer.join();
    QF_TRY_ASSIGN(const auto after, tx.QueryValue<int>(kCountNotes));
    EXPECT_EQ(*before, *after);
    return absl::OkStatus();
  }));
  EXPECT_THAT(Positions(), ElementsAre(1, 2));
}

TEST_P(SqlConformance, AReaderCannotChangeAnything) {
  const auto status = database_->Read([](ReadTxn& tx) {
    return tx.QueryOne(kUpsertCounter, {Text("a"), 1}, [](const Row& row) { return row.Get<int>(0); });
  });
  EXPECT_THAT(status, Fails(Reason::REASON_INTERNAL));
}

TEST_P(SqlConformance, WithoutReadersReadsAndWritesTakeTurns) {
  database_.reset();
  ASSERT_OK_AND_ASSIGN(database_, Open(kNotes, 'k', 0));
  ASSERT_OK(Insert(1, "x"));
  EXPECT_THAT(Positions(), ElementsAre(1));
  // What a read would change is undone.
  EXPECT_OK(database_->Read([](ReadTxn& tx) {
    return tx.QueryOne(kUpsertCounter, {Text("a"), 1}, [](const Row& row) { return row.Get<int>(0); });
  }));
  ASSERT_OK_AND_ASSIGN(const int value, database_->Write([](WriteTxn& tx) -> absl::StatusOr<int> {
    QF_TRY_ASSIGN(const auto counted,
                  tx.QueryOne(kUpsertCounter, {Text("a"), 1}, [](const Row& row) { return row.Get<int>(0); }));
    return *counted;
  }));
  EXPECT_EQ(value, 1);
  std::thread writer([&] {
    for (uint64_t i = 2; i <= 50; ++i) EXPECT_OK(Insert(i, "y"));
  });
  while (Positions().size() < 50) std::this_thread::yield();
  writer.join();
  ASSERT_OK(database_->CheckpointFully());
  ASSERT_OK(database_->BackupTo(path("copy")));
  ASSERT_OK(database_->Verify());
  Reopen();
  EXPECT_EQ(Positions().size(), 50u);
}

TEST_P(SqlConformance, ThreadsReadAndWriteTogether) {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&] {
      uint64_t seen = 0;
      while (!done) {
        const auto count = CountNotes(*database_);
        ASSERT_OK(count);
        EXPECT_GE(*count, seen);  // never back
        seen = *count;
      }
    });
  }
  std::vector<std::thread> writers;
  for (uint64_t writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (uint64_t i = 0; i < 50; ++i) EXPECT_OK(Insert(writer * 1000 + i, std::string(3000, 'x')));
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Positions().size(), 150u);
  EXPECT_OK(database_->Verify());
}

// --- Statements.

TEST_P(SqlConformance, ReturningAndCounting) {
  ASSERT_OK(database_->Write([](WriteTxn& tx) -> absl::Status {
    for (const int expected : {5, 10}) {
      QF_TRY_ASSIGN(const auto value, tx.QueryValue<int>(kUpsertCounter, {Text("a"), 5}));
      EXPECT_EQ(value, expected);
    }
    for (uint64_t i = 0; i < 4; ++i) QF_TRY(InsertNote(tx, i, "x"));
    QF_TRY_ASSIGN(const uint64_t deleted, tx.ExecuteCounting(kDeleteFrom, {2}));
    EXPECT_EQ(deleted, 2u);
    QF_TRY_ASSIGN(const uint64_t none, tx.ExecuteCounting(kDeleteFrom, {2}));
    EXPECT_EQ(none, 0u);
    return absl::OkStatus();
  }));
}

TEST_P(SqlConformance, ACallbackMayRunTheSameStatement) {
  static constexpr Statement kAfter("SELECT position FROM note WHERE position > $1 ORDER BY position");
  ASSERT_OK(database_->Write([](WriteTxn& tx) -> absl::Status {
    for (uint64_t i = 1; i <= 3; ++i) QF_TRY(InsertNote(tx, i, "x"));
    std::vector<std::pair<int, int>> pairs;
    QF_TRY(tx.Query(kAfter, {0}, [&](const Row& outer) {
      const int first = outer.Get<int>(0);
      return tx.Query(kAfter, {first}, [&](const Row& inner) { pairs.emplace_back(first, inner.Get<int>(0)); });
    }));
    EXPECT_THAT(pairs, ElementsAre(std::pair(1, 2), std::pair(1, 3), std::pair(2, 3)));
    return absl::OkStatus();
  }));
}

TEST_P(SqlConformance, TheFirstErrorOfACallbackEndsTheQuery) {
  for (uint64_t i = 1; i <= 3; ++i) ASSERT_OK(Insert(i, "x"));
  int seen = 0;
  EXPECT_THAT(database_->Read([&](ReadTxn& tx) {
    return tx.Query(kPositions, {}, [&](const Row&) {
      return ++seen == 2 ? Error(Reason::REASON_CANCELLED, "enough") : absl::OkStatus();
    });
  }),
              Fails(Reason::REASON_CANCELLED));
  EXPECT_EQ(seen, 2);
}

TEST_P(SqlConformance, NoRowIsNullopt) {
  ASSERT_OK(database_->Read([](ReadTxn& tx) -> absl::Status {
    static constexpr Statement kHighest("SELECT MAX(position) FROM note");
    QF_TRY_ASSIGN(const auto body, tx.QueryValue<std::string>(kBodyAt, {1}));
    EXPECT_EQ(body, std::nullopt);
    QF_TRY_ASSIGN(const auto highest, tx.QueryValue<std::optional<uint64_t>>(kHighest));
    EXPECT_TRUE(highest.has_value());
    EXPECT_FALSE(highest->has_value());
    const auto refused = tx.QueryOne(
        kHighest, {}, [](const Row&) -> absl::StatusOr<int> { return Error(Reason::REASON_MALFORMED, "no"); });
    EXPECT_THAT(refused, Fails(Reason::REASON_MALFORMED));
    return absl::OkStatus();
  }));
}

TEST_P(SqlConformance, WrongSqlSaysWhatIsWrong) {
  static constexpr Statement kWrong("SELECT nothing FROM note");
  const auto status = database_->Read([](ReadTxn& tx) { return tx.Query(kWrong, {}, [](const Row&) {}); });
  EXPECT_THAT(status, Fails(Reason::REASON_INTERNAL));
  EXPECT_THAT(status.ToString(), HasSubstr("nothing"));
}

// --- Opening.

TEST_P(SqlConformance, OneProcessAStore) {
  EXPECT_THAT(Open(), Fails(Reason::REASON_STORE_IN_USE));
  database_.reset();
  EXPECT_OK(Open());
}

TEST_P(SqlConformance, TheKeyMustFit) {
  database_.reset();
  testing::internal::CaptureStderr();
  EXPECT_THAT(Open(kNotes, 'q'), Fails(Reason::REASON_STORE_DAMAGED));
  Database::Options options;
  options.path = path("db");
  options.files = &files();
  options.key = KeyOf('k');
  options.page_size_bytes = 8192;
  EXPECT_THAT(Database::Open(std::move(options)), Fails(Reason::REASON_STORE_DAMAGED));
  options = {};
  options.path = path("db");
  options.files = &files();
  options.key = Secret("short");
  EXPECT_THAT(Database::Open(std::move(options)), Fails(Reason::REASON_LENGTH));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");  // SQLCipher is told not to talk
  EXPECT_OK(Open());
}

TEST_P(SqlConformance, AnEmptyFileIsALostStore) {
  ASSERT_OK(Insert(1, "x"));
  database_.reset();
  {
    ASSERT_OK_AND_ASSIGN(auto file, files().Open(path("db"), OpenMode::kReadWrite));
    ASSERT_OK(file->Truncate(0));
  }
  EXPECT_THAT(Open(), Fails(Reason::REASON_STORE_DAMAGED));
}

TEST_P(SqlConformance, ALogWithoutItsStoreIsNotTakenForANewOnes) {
  ASSERT_OK(Insert(1, "old"));
  std::string log;
  {
    ASSERT_OK_AND_ASSIGN(log, ReadFile(files(), path("db-wal"), 1 << 20));
  }
  ASSERT_FALSE(log.empty());
  database_.reset();
  ASSERT_OK(files().Remove(path("db")));
  ASSERT_OK(WriteFileAtomically(files(), path("db-wal"), log));
  Reopen();
  EXPECT_THAT(Positions(), IsEmpty());
}

TEST_P(SqlConformance, AMissingFolderIsAnError) {
  Database::Options options;
  options.path = path("none/db");
  options.files = &files();
  options.key = KeyOf('k');
  EXPECT_THAT(Database::Open(std::move(options)), Fails(Reason::REASON_FILE_MISSING));
}

TEST_P(SqlConformance, OnlyItsOwnerMayReadIt) {
  if (files().SqliteVfs() != nullptr) GTEST_SKIP() << "modes are the real disk's";
  ASSERT_OK(Insert(1, "x"));
  ASSERT_OK(database_->BackupTo(path("copy")));
  for (const char* name : {"db", "db-wal", "db-shm", "db.lock", "copy"}) {
    struct stat info;
    ASSERT_EQ(stat(path(name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << name;
  }
}

TEST_P(SqlConformance, NothingReadableReachesTheDisk) {
  const std::string canary = "canary-4711-canary";
  for (uint64_t i = 0; i < 50; ++i) ASSERT_OK(Insert(i, canary));
  static constexpr Statement kSorted("SELECT body FROM note ORDER BY body || position DESC");
  ASSERT_OK(database_->Read([](ReadTxn& tx) { return tx.Query(kSorted, {}, [](const Row&) {}); }));
  ASSERT_OK(database_->BackupTo(path("copy")));
  ASSERT_OK_AND_ASSIGN(const auto names, files().List(path(".").substr(0, path(".").size() - 2)));
  EXPECT_THAT(names, testing::Contains("db-wal"));
  for (const std::string& name : names) {
    ASSERT_OK_AND_ASSIGN(const std::string bytes, ReadFile(files(), path(name), 16 << 20));
    if (name == "db-shm") continue;  // page numbers only
    EXPECT_THAT(bytes, Not(HasSubstr(canary))) << name;
    EXPECT_THAT(bytes, Not(HasSubstr("SQLite format"))) << name;
  }
}

// --- Migrations.

constexpr absl::string_view kThird = "CREATE TABLE third (a BIGINT NOT NULL);";

TEST_P(SqlConformance, MigrationsGoForward) {
  ASSERT_OK(Insert(1, "kept"));
  database_.reset();
  const std::vector<Migration> more = {kNotes[0], kNotes[1], {3, kThird}};
  {
    ASSERT_OK_AND_ASSIGN(auto grown, Open(more));
    static constexpr Statement kStamps("SELECT number, sha256, applied_at_us FROM schema_migration ORDER BY number");
    const auto stamps = grown->Read([](ReadTxn& tx) {
      return tx.QueryAll(kStamps, {}, [](const Row& row) {
        EXPECT_GT(row.Get<uint64_t>(2), 0u);
        return std::pair(row.Get<int>(0), row.Get<Digest>(1));
      });
    });
    ASSERT_OK(stamps);
    EXPECT_THAT(*stamps, ElementsAre(std::pair(1, Sha256(kNotes[0].sql)), std::pair(2, Sha256(kNotes[1].sql)),
                                     std::pair(3, Sha256(kThird))));
    ASSERT_OK_AND_ASSIGN(const uint64_t count, CountNotes(*grown));
    EXPECT_EQ(count, 1u);
  }
  EXPECT_OK(Open(more));
  EXPECT_THAT(Open(), Fails(Reason::REASON_STORE_NEWER));
  const std::vector<Migration> edited = {kNotes[0], {2, "CREATE TABLE other (a BIGINT);"}, {3, kThird}};
  EXPECT_THAT(Open(edited), Fails(Reason::REASON_MIGRATION_CHANGED));
}

TEST_P(SqlConformance, AFailedMigrationChangesNothing) {
  database_.reset();
  const std::vector<Migration> bad = {
      kNotes[0], kNotes[1], {3, "CREATE TABLE third (a BIGINT); CREATE TABLE note (b BIGINT);"}};
  const auto failed = Open(bad);
  EXPECT_THAT(failed, Fails(Reason::REASON_INTERNAL));
  EXPECT_THAT(failed.status().ToString(), HasSubstr("migration 3"));
  const std::vector<Migration> good = {kNotes[0], kNotes[1], {3, kThird}};
  EXPECT_OK(Open(good));
}

TEST_P(SqlConformance, ARowidKeyIsTheRowsAddress) {
  static constexpr Statement kAddress("SELECT rowid FROM note");
  ASSERT_OK(Insert(4711, "x"));
  const auto address = database_->Read([](ReadTxn& tx) { return tx.QueryValue<int>(kAddress); });
  ASSERT_OK(address);
  EXPECT_EQ(**address, 4711);
}

// --- Keeping it.

TEST_P(SqlConformance, TheLogStaysSmallAndCanBeEmptied) {
  for (uint64_t i = 0; i < 400; ++i) ASSERT_OK(Insert(i, std::string(20'000, 'x')));  // 8 MB
  {
    ASSERT_OK_AND_ASSIGN(auto log, files().Open(path("db-wal"), OpenMode::kRead));
    ASSERT_OK_AND_ASSIGN(const uint64_t size_bytes, log->SizeBytes());
    EXPECT_GT(size_bytes, 0u);
    EXPECT_LT(size_bytes, 6u << 20);
  }
  ASSERT_OK(database_->CheckpointFully());
  ASSERT_OK_AND_ASSIGN(auto log, files().Open(path("db-wal"), OpenMode::kRead));
  ASSERT_OK_AND_ASSIGN(const uint64_t size_bytes, log->SizeBytes());
  EXPECT_EQ(size_bytes, 0u);
  EXPECT_EQ(Positions().size(), 400u);
}

TEST_P(SqlConformance, ABackupIsAWholeStore) {
  for (uint64_t i = 0; i < 300; ++i) ASSERT_OK(Insert(i, std::string(9000, 'x')));
  std::atomic<bool> done{false};
  uint64_t written = 300;
  std::thread writer([&] {
    for (; !done; ++written) EXPECT_OK(Insert(written, std::string(9000, 'y')));
  });
  EXPECT_OK(database_->BackupTo(path("copy")));
  done = true;
  writer.join();
  EXPECT_THAT(database_->BackupTo(path("copy")), Fails(Reason::REASON_FILE_EXISTS));
  EXPECT_OK(database_->Verify());
  Database::Options options;
  options.path = path("copy");
  options.files = &files();
  options.key = KeyOf('k');
  options.migrations = kNotes;
  ASSERT_OK_AND_ASSIGN(auto copy, Database::Open(std::move(options)));
  EXPECT_OK(copy->Verify());
  ASSERT_OK_AND_ASSIGN(const uint64_t count, CountNotes(*copy));
  EXPECT_GE(count, 300u);
  EXPECT_LE(count, written);
  EXPECT_OK(copy->Write([](WriteTxn& tx) { return InsertNote(tx, 1'000'000, "goes on"); }));
}

TEST_P(SqlConformance, AnAlteredByteIsFound) {
  for (uint64_t i = 0; i < 100; ++i) ASSERT_OK(Insert(i, std::string(2000, 'x')));
  database_.reset();
  ASSERT_OK_AND_ASSIGN(const std::string whole, ReadFile(files(), path("db"), 16 << 20));
  static constexpr Statement kEverything("SELECT position, body, id FROM note ORDER BY position");
  int found_by_reading = 0;
  for (size_t at = 100; at < whole.size(); at += 4096 * 7) {
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    ASSERT_OK(WriteFileAtomically(files(), path("db"), altered));
    auto opened = Open();
    if (!opened.ok()) {
      EXPECT_THAT(opened, Fails(Reason::REASON_STORE_DAMAGED));
      continue;
    }
    EXPECT_THAT((*opened)->Verify(), Fails(Reason::REASON_STORE_DAMAGED)) << at;
    const auto read = (*opened)->Read([](ReadTxn& tx) { return tx.Query(kEverything, {}, [](const Row&) {}); });
    if (!read.ok()) {
      EXPECT_THAT(read, Fails(Reason::REASON_STORE_DAMAGED));
      ++found_by_reading;
    }
  }
  EXPECT_GT(found_by_reading, 0);
}

}  // namespace
}  // namespace qf::sql
