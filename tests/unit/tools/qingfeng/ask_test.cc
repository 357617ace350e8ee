#include "tools/qingfeng/ask.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_console.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

class AskTest : public testing::Test {
 protected:
  const std::vector<Choice> choices_ = {
      {"ban.canvassing", "Canvassing for votes"}, {"ban.buying", "Buying or selling posts"}, {"dont.gift", "拉票送礼"}};

 private:
  InLanguage english_{Language::kEnglish};
};

TEST_F(AskTest, ALineReplacesKeepsOrEmpties) {
  TestConsole console("  new \n\n-\n");
  EXPECT_EQ(*AskLine(*console, "title", "old"), "new");
  EXPECT_EQ(*AskLine(*console, "title", "old"), "old");
  EXPECT_EQ(*AskLine(*console, "title", "old"), "");
  EXPECT_EQ(console.err(), "title [old]: title [old]: title [old]: ");
  EXPECT_EQ(console.out(), "");
}

TEST_F(AskTest, TheEndOfTheInputCancels) {
  TestConsole console("");
  EXPECT_THAT(AskLine(*console, "title", ""), Fails(Reason::REASON_CANCELLED));
  EXPECT_THAT(AskLines(*console, "what", ""), Fails(Reason::REASON_CANCELLED));
  EXPECT_THAT(AskChoice(*console, "breach", choices_, ""), Fails(Reason::REASON_CANCELLED));
}

TEST_F(AskTest, ALastLineWithoutItsEndCounts) {
  TestConsole console("title");
  EXPECT_EQ(*AskLine(*console, "title", ""), "title");
}

TEST_F(AskTest, LinesEndAtAnEmptyOne) {
  TestConsole console("one\r\n two \n\n\n-\n");
  EXPECT_EQ(*AskLines(*console, "what", "old"), "one\ntwo");
  EXPECT_EQ(*AskLines(*console, "what", "old"), "old");
  EXPECT_EQ(*AskLines(*console, "what", "old"), "");
}

TEST_F(AskTest, AChoiceByNumberIdOrPart) {
  TestConsole console("2\nban.canvassing\n送礼\nbuying\n\n-\n");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, ""), "ban.buying");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, ""), "ban.canvassing");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, ""), "dont.gift");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, ""), "ban.buying");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, "dont.gift"), "dont.gift");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, "dont.gift"), "");
}

TEST_F(AskTest, AsksAgainUntilItUnderstands) {
  TestConsole console("nonsense\nban.\n7\n0\n1\n");
  EXPECT_EQ(*AskChoice(*console, "breach", choices_, ""), "ban.canvassing");
  // "ban." fits two: both are shown again with their numbers.
  EXPECT_NE(console.err().find("breach:  1  Canvassing for votes\n 2  Buying or selling posts\nbreach: "),
            std::string::npos);
}

TEST_F(AskTest, MatchingPrefersTheExactOne) {
  const std::vector<Choice> choices = {{"a", "one"}, {"ab", "two"}};
  ASSERT_EQ(Matching(choices, "a").size(), 1u);
  EXPECT_EQ(Matching(choices, "a")[0]->id, "a");
  EXPECT_EQ(Matching(choices, "o").size(), 2u);
  EXPECT_EQ(Matching(choices, "3").size(), 0u);
}

TEST_F(AskTest, TextComesFromTheCommandLineOrStandardInputOrAQuestion) {
  TestConsole console("line one\nline two\n");
  EXPECT_EQ(*TextFrom(*console, "given", "say"), "given");
  EXPECT_EQ(*TextFrom(*console, "-", "say"), "line one\nline two\n");
  TestConsole asked("hello\n\n\n");
  EXPECT_EQ(*TextFrom(*asked, "", "say"), "hello");
  EXPECT_THAT(TextFrom(*asked, "", "say"), Fails(Reason::REASON_CANCELLED));
  TestConsole nobody("", false);
  EXPECT_THAT(TextFrom(*nobody, "", "say"), Fails(Reason::REASON_USAGE));
}

}  // namespace
}  // namespace qf::cli
