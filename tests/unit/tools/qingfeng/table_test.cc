#include "tools/qingfeng/table.h"

#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

class TableTest : public testing::Test {
 private:
  InLanguage english_{Language::kEnglish};  // sets LC_CTYPE
};

TEST_F(TableTest, ColumnsLineUpByWhatTheyTakeOnTheScreen) {
  Table table({{"item"}, {"title"}, {"n", Table::Align::kRight}});
  table.Add({"a", "贿选", "1"});
  table.Add({"bc", "x", "10"});
  EXPECT_EQ(table.Render(0),
            "item  title   n\n"
            "a     贿选    1\n"
            "bc    x      10\n");
}

TEST_F(TableTest, NoRowNoHeading) { EXPECT_EQ(Table({{"item"}}).Render(80), ""); }

TEST_F(TableTest, NoTrailingSpaces) {
  Table table({{"a"}, {"b"}});
  table.Add({"1", ""});
  EXPECT_EQ(table.Render(0), "a  b\n1\n");
}

TEST_F(TableTest, TheWidestColumnGivesWay) {
  Table table({{"id"}, {"title"}});
  table.Add({"12345678", std::string(100, 'x')});
  for (absl::string_view line : absl::StrSplit(table.Render(40), '\n')) EXPECT_LE(WidthOf(line), 40);
  EXPECT_NE(table.Render(40).find("12345678"), std::string::npos);
  EXPECT_NE(table.Render(0).find(std::string(100, 'x')), std::string::npos);
}

TEST_F(TableTest, ColumnsNeverGetUnreadablyNarrow) {
  Table table({{"a"}, {"b"}});
  table.Add({std::string(20, 'x'), std::string(20, 'y')});
  EXPECT_EQ(table.Render(4), "a         b\nxxxxxxx…  yyyyyyy…\n");
}

TEST_F(TableTest, ACellHoldsNoLineEndsAndNoEscapes) {
  Table table({{"a"}});
  table.Add({"x\ny\x1b[2J"});
  EXPECT_EQ(table.Render(0), "a\nx y\xef\xbf\xbd[2J\n");
}

TEST_F(TableTest, FieldsLeaveOutWhatIsEmpty) {
  EXPECT_EQ(Fields({{"state", "filed"}, {"why", ""}, {"标题", "贿选"}}, 0),
            "state  filed\n"
            "标题   贿选\n");
}

TEST_F(TableTest, FieldsGoOnUnderThemselves) {
  EXPECT_EQ(Fields({{"what", "a\nb"}}, 0), "what  a\n      b\n");
  EXPECT_EQ(Fields({{"what", "one two three four five six"}}, 26),
            "what  one two three four\n"
            "      five six\n");
}

}  // namespace
}  // namespace qf::cli
