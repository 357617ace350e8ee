#include "common/sql/migrations.h"

#include <gmock/gmock.h>

#include <vector>

#include "common/base/sha256.h"
#include "common/sql/database.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::sql {

const std::vector<Migration>& TestMigrations();  // embedded from migrations/

namespace {

const std::vector<Migration> kKnown = {{1, "one"}, {2, "two"}, {3, "three"}};

AppliedMigration Applied(int number, absl::string_view sql) { return {number, Sha256(sql)}; }

TEST(PendingMigrations, AreWhatIsMissing) {
  const auto all = PendingMigrations(kKnown, {});
  ASSERT_OK(all);
  EXPECT_EQ(all->size(), 3u);
  const auto last = PendingMigrations(kKnown, {Applied(1, "one"), Applied(2, "two")});
  ASSERT_OK(last);
  ASSERT_EQ(last->size(), 1u);
  EXPECT_EQ(last->front().number, 3);
}

TEST(PendingMigrations, HistoryMustAgree) {
  EXPECT_THAT(PendingMigrations(kKnown, {Applied(1, "one"), Applied(2, "zwei")}),
              Fails(Reason::REASON_MIGRATION_CHANGED));
  EXPECT_THAT(PendingMigrations(kKnown, {Applied(2, "two")}), Fails(Reason::REASON_MIGRATION_CHANGED));
  EXPECT_THAT(PendingMigrations({}, {Applied(1, "one")}), Fails(Reason::REASON_STORE_NEWER));
}

TEST(PendingMigrationsDeathTest, NumbersWithGapsAreOurBug) {
  const std::vector<Migration> gap = {{1, "one"}, {3, "three"}};
  EXPECT_DEATH(PendingMigrations(gap, {}).IgnoreError(), "known");
}

TEST(EmbeddedMigrations, AreTheFilesByteForByte) {
  ASSERT_EQ(TestMigrations().size(), 2u);
  for (const Migration& migration : TestMigrations()) {
    const std::string name = migration.number == 1 ? "0001_first.sql" : "0002_second.sql";
    const auto file = ReadFile(SystemFiles(), "tests/unit/common/sql/migrations/" + name, 1 << 20);
    ASSERT_OK(file);
    EXPECT_EQ(migration.sql, *file);
  }
}

TEST(EmbeddedMigrations, MakeAStore) {
  SeededEntropy entropy(1);
  sim::SimDisk disk(1, SystemClock(), entropy);
  Database::Options options;
  options.path = "db";
  options.files = &disk;
  options.key = entropy.RandomSecret(32);
  options.migrations = TestMigrations();
  ASSERT_OK_AND_ASSIGN(auto database, Database::Open(std::move(options)));
  static constexpr Statement kInsert("INSERT INTO other DEFAULT VALUES RETURNING a");
  const auto value = database->Write([](WriteTxn& tx) { return tx.QueryValue<std::string>(kInsert); });
  ASSERT_OK(value);
  EXPECT_EQ(**value, ")sql\";");
}

}  // namespace
}  // namespace qf::sql
