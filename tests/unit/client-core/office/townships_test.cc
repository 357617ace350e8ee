#include "client-core/office/townships.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace qf::client {
namespace {

struct Line {
  std::string name;
  uint32_t column = 0, row = 0;
};

recordpb::Office Of(const std::vector<Line>& lines) {
  recordpb::Office office;
  for (const Line& line : lines) {
    auto& township = *office.add_townships();
    township.set_name(line.name);
    township.set_column(line.column);
    township.set_row(line.row);
  }
  return office;
}
std::vector<std::string> Names(const recordpb::Office& office) {
  std::vector<std::string> names;
  for (const auto& township : office.townships()) names.push_back(township.name());
  return names;
}

TEST(CheckTownships, TakesTheLargestList) {
  std::vector<Line> most;
  for (uint32_t i = 0; i < 40; ++i)
    most.push_back({std::to_string(100 + i) + std::string(57, 'x'), 1 + i % 6, 1 + i / 6});
  EXPECT_OK(CheckTownships(Of(most)));
  EXPECT_OK(CheckTownships(Of({})));
  EXPECT_OK(CheckTownships(Of({{"A", 6, 12}, {"B"}, {"C"}})));
}

struct Bad {
  const char* what;
  std::vector<Line> lines;
  std::string field;
  std::vector<std::string> left;  // for a reader
};

class CheckTownshipsTest : public testing::TestWithParam<Bad> {};

TEST_P(CheckTownshipsTest, NamesWhatIsWrongAndAReaderPassesItOver) {
  recordpb::Office office = Of(GetParam().lines);
  const absl::Status status = CheckTownships(office);
  ASSERT_THAT(status, Fails(Reason::REASON_FORM));
  EXPECT_THAT(std::string(status.message()), testing::StartsWith(GetParam().field + ": "));
  DropWrongTownships(&office);
  EXPECT_EQ(Names(office), GetParam().left);
  EXPECT_OK(CheckTownships(office));
}

INSTANTIATE_TEST_SUITE_P(
    All, CheckTownshipsTest,
    testing::Values(Bad{"no name", {{"A"}, {""}}, "townships.1.name", {"A"}},
                    Bad{"space around", {{"A "}}, "townships.0.name", {}},
                    Bad{"too long", {{std::string(61, 'x')}, {"B"}}, "townships.0.name", {"B"}},
                    Bad{"a line end inside", {{"A\nB"}}, "townships.0.name", {}},
                    Bad{"a direction inside",
                        {{"A\u202e"
                          "B"}},
                        "townships.0.name",
                        {}},
                    Bad{"no UTF-8", {{"A\xff"}}, "townships.0.name", {}},
                    Bad{"twice", {{"A"}, {"B"}, {"A", 1, 1}}, "townships.2.name", {"A", "B"}},
                    Bad{"half a place", {{"A", 0, 1}, {"B", 1, 0}, {"C", 1, 1}}, "townships.0.place", {"C"}},
                    Bad{"beyond the east", {{"A", 7, 1}}, "townships.0.place", {}},
                    Bad{"beyond the south", {{"A", 1, 4294967295}}, "townships.0.place", {}},
                    Bad{"taken", {{"A", 2, 2}, {"B", 2, 2}}, "townships.1.place", {"A"}}),
    [](const auto& info) {
      std::string name = info.param.what;
      for (char& c : name) c = c == ' ' || c == '-' ? '_' : c;
      return name;
    });

TEST(CheckTownships, HasRoomForForty) {
  std::vector<Line> many;
  for (int i = 0; i < 41; ++i) many.push_back({std::to_string(i)});
  recordpb::Office office = Of(many);
  const absl::Status status = CheckTownships(office);
  ASSERT_THAT(status, Fails(Reason::REASON_FORM));
  EXPECT_THAT(std::string(status.message()), testing::StartsWith("townships: "));
  DropWrongTownships(&office);
  EXPECT_EQ(office.townships_size(), 40);
}

}  // namespace
}  // namespace qf::client
