#include "client-core/desk/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qf::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WordsTest, TextIsFoldedForComparison) {
  EXPECT_EQ(FoldText("Hello World"), "hello\nworld");
  EXPECT_EQ(FoldText("ＡＢｃ１２！～"), "abc12!~");
  EXPECT_EQ(FoldText("a \t\r\n　\u00a0\u2003\ufeffb"), "a\nb");
  EXPECT_EQ(FoldText("  换届  "), "换届\n");
  EXPECT_EQ(FoldText("𠮷é"), "𠮷é");
  EXPECT_EQ(FoldText(""), "");
  EXPECT_EQ(FoldText("a\xff"
                     "b\xe6\x8d"),
            "a\uFFFDb\uFFFD\uFFFD");
}

TEST(WordsTest, AQueryIsItsWords) {
  EXPECT_THAT(QueryWords(" 拉票　贿选 ABC "), ElementsAre("拉票", "贿选", "abc"));
  EXPECT_THAT(QueryWords("   "), IsEmpty());
  EXPECT_THAT(QueryWords(""), IsEmpty());
  std::string many;
  for (int i = 0; i < 100; ++i) many += "w" + std::to_string(i) + " ";
  EXPECT_EQ(QueryWords(many).size(), kSearchWordsMax);
  EXPECT_EQ(QueryWords(std::string(5000, 'x'))[0].size(), kSearchBytesMax);
}

TEST(WordsTest, TokensArePairsAndTheLastCharacterAlone) {
  // 'a' is 0x61 = 00000 00000 00000 00011 00001: "aaadb"; 'b' "aaadc".
  EXPECT_EQ(IndexTokens("ab"), "aaadbaaadc aaadc");
  EXPECT_EQ(IndexTokens("a"), "aaadb");
  EXPECT_EQ(IndexTokens("aaaa"), "aaadb aaadbaaadb");  // each once
  EXPECT_EQ(IndexTokens("a\nb"), "aaadb aaadc");       // no pair across a separator
  EXPECT_EQ(IndexTokens(""), "");
  EXPECT_EQ(IndexTokens("\n"), "");
}

std::string Match(const std::vector<std::string>& words) {
  return MatchExpression(words, [](absl::string_view) { return std::vector<SigningKey>(); });
}

TEST(WordsTest, AnExpressionNamesPrefixesAndPairs) {
  EXPECT_EQ(Match({"a"}), "aaadb*");
  EXPECT_EQ(Match({"ab"}), "aaadbaaadc");
  EXPECT_EQ(Match({"aba"}), "aaadbaaadc AND aaadcaaadb");
  EXPECT_EQ(Match({"b", "ab", "b"}), "aaadbaaadc AND aaadc*");
}

TEST(WordsTest, AWordMayBeInTheAuthorsNameInstead) {
  const SigningKey author = *SigningKey::From(std::string(32, '\xab'));
  const std::string token = AuthorToken(author);
  EXPECT_EQ(token, "zabababababababababababababababab");
  const auto named = [&](absl::string_view word) {
    return word == "aba" ? std::vector<SigningKey>{author} : std::vector<SigningKey>();
  };
  EXPECT_EQ(MatchExpression({"aba", "b"}, named), "((aaadbaaadc AND aaadcaaadb) OR " + token + ") AND aaadc*");
}

TEST(WordsTest, OnlyWordsOfThreeCharactersNeedTheText) {
  EXPECT_FALSE(NeedsText({"a", "换届"}));
  EXPECT_TRUE(NeedsText({"a", "换届选"}));
}

TEST(WordsTest, TheTextDecides) {
  EXPECT_TRUE(HoldsAll("abxba", {"ab", "ba"}));
  EXPECT_FALSE(HoldsAll("abxba", {"aba"}));  // though all its pairs are there
  EXPECT_TRUE(HoldsAll("anything", {}));
}

TEST(WordsTest, EverythingOfAReportIsLookedThrough) {
  qingfeng::content::v1::Report report;
  report.set_violation("ban.canvassing");
  report.set_township("t1");
  report.set_title("t2");
  report.set_what("t3");
  report.set_when("t4");
  report.set_where("t5");
  report.set_evidence("t6");
  auto& person = *report.add_people();
  person.set_name("t7");
  person.set_post("t8");
  person.set_unit("t9");
  report.add_attachments()->set_name("ta");
  report.mutable_on_the_spot()->set_by("tb");
  report.mutable_on_the_spot()->set_what("tc");
  const std::string text = FoldText(SearchText(report));
  for (const char* word : {"canvassing", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "ta", "tb", "tc"}) {
    EXPECT_TRUE(HoldsAll(text, {word})) << word;
  }
  EXPECT_FALSE(HoldsAll(text, {"t1t2"}));
}

}  // namespace
}  // namespace qf::client
