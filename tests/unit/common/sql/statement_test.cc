#include "common/sql/statement.h"

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"

namespace qf::sql {
namespace {

// Parameters are counted while compiling.
constexpr Statement kNone("SELECT 1");
constexpr Statement kTwice("SELECT $1, $1");
constexpr Statement kTwelve("SELECT $12, $3, '$99', 'it''s $88'");
static_assert(kNone.parameters() == 0);
static_assert(kTwice.parameters() == 1);
static_assert(kTwelve.parameters() == 12);

TEST(Value, KnowsItsKind) {
  using Kind = Value::Kind;
  enum class Small : int8_t { kMinus = -1 };
  EXPECT_EQ(Value(true).integer(), 1);
  EXPECT_EQ(Value(uint8_t{255}).integer(), 255);
  EXPECT_EQ(Value(Small::kMinus).integer(), -1);
  EXPECT_EQ(Value(uint64_t{INT64_MAX}).kind(), Kind::kInteger);
  EXPECT_EQ(Value(uint64_t{INT64_MAX} + 1).kind(), Kind::kTooLarge);
  EXPECT_EQ(Value(Text("x")).kind(), Kind::kText);
  EXPECT_EQ(Value(Blob("x")).kind(), Kind::kBlob);
  EXPECT_EQ(Value(RecordId()).bytes().size(), 32u);
  EXPECT_EQ(Value(std::nullopt).kind(), Kind::kNull);
  EXPECT_EQ(Value(std::optional<int>()).kind(), Kind::kNull);
  EXPECT_EQ(Value(std::optional<int>(3)).integer(), 3);
}

// Characters say whether they are text or bytes.
static_assert(!std::is_constructible_v<Value, std::string>);
static_assert(!std::is_constructible_v<Value, const char*>);
static_assert(!std::is_constructible_v<Value, Bytes>);
static_assert(!std::is_convertible_v<std::string, Blob>);
static_assert(!std::is_constructible_v<Value, double>);

TEST(Row, KeepsTheFirstComplaint) {
  const Row::Cell cells[] = {{Value::Kind::kInteger, 300, ""}, {Value::Kind::kNull, 0, ""}};
  const Row row(cells);
  EXPECT_EQ(row.Get<int>(0), 300);
  EXPECT_EQ(row.Get<std::optional<uint8_t>>(1), std::nullopt);
  EXPECT_OK(row.status());
  EXPECT_EQ(row.Get<uint8_t>(0), 0);
  EXPECT_THAT(row.status(), Fails(Reason::REASON_STORE_DAMAGED));
  const std::string first(row.status().message());
  EXPECT_EQ(row.Get<RecordId>(1), RecordId());
  EXPECT_EQ(row.status().message(), first);
}

TEST(RowDeathTest, AColumnThatIsNotThereIsOurBug) {
  const Row row({});
  EXPECT_DEATH(row.Get<int>(0), "column < cells_.size");
}

}  // namespace
}  // namespace qf::sql
