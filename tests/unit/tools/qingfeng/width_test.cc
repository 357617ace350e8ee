#include "tools/qingfeng/width.h"

#include <gtest/gtest.h>

#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

class WidthTest : public testing::Test {
 private:
  InLanguage english_{Language::kEnglish};  // sets LC_CTYPE
};

TEST_F(WidthTest, ChineseTakesTwoColumns) {
  EXPECT_EQ(WidthOf("abc"), 3);
  EXPECT_EQ(WidthOf("贿选"), 4);
  EXPECT_EQ(WidthOf("城关镇A：1"), 10);
  EXPECT_EQ(WidthOf("e\xcc\x81"), 1);  // e with a combining accent
  EXPECT_EQ(WidthOf(""), 0);
}

TEST_F(WidthTest, FitCutsBetweenCharacters) {
  EXPECT_EQ(Fit("贿选", 4), "贿选");
  EXPECT_EQ(Fit("贿选了", 5), "贿选…");
  EXPECT_EQ(Fit("贿选了", 4), "贿…");
  EXPECT_EQ(Fit("abcdef", 4), "abc…");
  EXPECT_EQ(Fit("贿", 1), "…");
}

TEST_F(WidthTest, WrapBreaksAtSpacesAndBetweenChineseCharacters) {
  EXPECT_EQ(Wrap("one two three", 7), "one two\nthree");
  EXPECT_EQ(Wrap("三月十五日晚", 5), "三月\n十五\n日晚");
  EXPECT_EQ(Wrap("a\n\nb", 10), "a\n\nb");
  EXPECT_EQ(Wrap("unbreakable", 4), "unbr\neaka\nble");
}

TEST_F(WidthTest, CleanLeavesNothingThatCommandsTheTerminal) {
  EXPECT_EQ(Clean("a\x1b[2Jb"), "a\xef\xbf\xbd[2Jb");
  EXPECT_EQ(Clean("\x07\x7f"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(Clean("\xc2\x9b"
                  "31m"),
            "\xef\xbf\xbd"
            "31m");  // C1: CSI in one character
  EXPECT_EQ(Clean("a\xe2\x80\xae"
                  "b"),
            "a\xef\xbf\xbd"
            "b");  // right-to-left override
  EXPECT_EQ(Clean("贿选"), "贿选");
  EXPECT_EQ(Clean("a\r\nb\tc"), "a b c");
  EXPECT_EQ(Clean("a\r\nb\tc", true), "a\nb\tc");
  EXPECT_EQ(Clean("a\rb"),
            "a\xef\xbf\xbd"
            "b");  // would write over what stands there
}

TEST_F(WidthTest, CleanReplacesWhatIsNotUtf8) {
  const std::string one = "\xef\xbf\xbd";
  EXPECT_EQ(Clean("\xff"), one);
  EXPECT_EQ(Clean("\xe8\xb4"), one + one);                      // cut short
  EXPECT_EQ(Clean("\xc0\xaf"), one + one);                      // overlong slash
  EXPECT_EQ(Clean("\xe0\x80\xaf"), one + one + one);            // overlong, three bytes
  EXPECT_EQ(Clean("\xed\xa0\x80"), one + one + one);            // surrogate
  EXPECT_EQ(Clean("\xf4\x90\x80\x80"), one + one + one + one);  // beyond U+10FFFF
  EXPECT_EQ(Clean("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
}

}  // namespace
}  // namespace qf::cli
