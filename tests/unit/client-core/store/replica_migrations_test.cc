#include "client-core/store/replica_migrations.h"

#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::client {
namespace {

class ReplicaMigrationsTest : public testing::Test {
 protected:
  // The store as a program of `migrations` leaves or finds it.
  std::unique_ptr<sql::Database> Open(absl::Span<const sql::Migration> migrations) {
    auto database = sql::Database::Open({.path = "store",
                                         .files = &disk_,
                                         .clock = &clock_,
                                         .key = Secret(Bytes(std::string(32, 'k'))),
                                         .readers = 0,
                                         .migrations = migrations});
    EXPECT_OK(database);
    return *std::move(database);
  }

  ManualClock clock_;
  SeededEntropy entropy_{1};
  sim::SimDisk disk_{1, clock_, entropy_};
};

TEST_F(ReplicaMigrationsTest, TheFourthTakesTheInvitationOutAndNothingElse) {
  static constexpr sql::Statement kPut("INSERT INTO setting (name, value) VALUES ($1, $2)");
  static constexpr sql::Statement kNames("SELECT name FROM setting ORDER BY name");
  const absl::Span<const sql::Migration> all = ReplicaMigrations();
  ASSERT_OK(Open(all.first(3))->Write([](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(tx.Execute(kPut, {sql::Text("invitation"), sql::Blob("QF1:secret")}));
    return tx.Execute(kPut, {sql::Text("term"), sql::Blob("1")});
  }));
  const auto names = Open(all)->Read([](sql::ReadTxn& tx) {
    return tx.QueryAll(kNames, {}, [](const sql::Row& row) { return row.Get<std::string>(0); });
  });
  ASSERT_OK(names);
  EXPECT_EQ(*names, std::vector<std::string>{"term"});
}

}  // namespace
}  // namespace qf::client
