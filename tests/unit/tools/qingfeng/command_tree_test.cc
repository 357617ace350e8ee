#include "tools/qingfeng/command_tree.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

class CommandTreeTest : public testing::Test {
 protected:
  CommandTreeTest() {
    Command add{.name = "add", .help = "adds"};
    add.args = {Positional("ITEM", &item_, "an item"),
                OptionalPositional("TEXT", &text_, "a text"),
                Option("--tag", &tags_, "WORD", "tags"),
                Option("--colour", &colour_, "WORD", "a colour").OneOf({"red", "green"}),
                Option("--count", &count_, "NUMBER", "how many"),
                Flag("--fast", &fast_, "faster")};
    add.run = [](Context&) { return absl::OkStatus(); };
    Command list{.name = "list", .help = "lists", .run = [](Context&) { return absl::OkStatus(); }};
    Command group{.name = "group", .help = "of others", .children = {add}};
    Command both{.name = "both",
                 .help = "runs and has children",
                 .run = [](Context&) { return absl::OkStatus(); },
                 .children = {list}};
    root_ = {.name = "tool",
             .help = "a tool",
             .args = {Flag("--json", &json_, "JSON"), Option("--store", &store_, "FOLDER", "store")},
             .children = {add, list, group, both}};
  }

  std::string Complaint(const std::vector<std::string>& words) {
    const auto parsed = ParseCommandLine(root_, words, "tool 1");
    EXPECT_THAT(parsed, Fails(Reason::REASON_USAGE));
    return std::string(parsed.status().message());
  }
  std::string Run(const std::vector<std::string>& words) {
    const auto parsed = ParseCommandLine(root_, words, "tool 1");
    EXPECT_OK(parsed);
    if (!parsed.ok()) return "";
    return parsed->command == nullptr ? "nothing" : parsed->command->name;
  }

  std::string item_, text_, colour_, store_;
  std::vector<std::string> tags_;
  uint64_t count_ = 0;
  bool fast_ = false;
  bool json_ = false;
  Command root_;

 private:
  InLanguage english_{Language::kEnglish};
};

TEST_F(CommandTreeTest, FillsEveryKindOfArgument) {
  EXPECT_EQ(Run({"add", "--tag", "a", "--fast", "--tag", "b", "it", "--count", "7", "--colour", "red", "words"}),
            "add");
  EXPECT_EQ(item_, "it");
  EXPECT_EQ(text_, "words");
  EXPECT_EQ(tags_, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(count_, 7u);
  EXPECT_TRUE(fast_);
  EXPECT_EQ(colour_, "red");
}

TEST_F(CommandTreeTest, GlobalOptionsStandAnywhere) {
  EXPECT_EQ(Run({"--json", "group", "add", "x", "--store", "/s"}), "add");
  EXPECT_TRUE(json_);
  EXPECT_EQ(store_, "/s");
  EXPECT_EQ(Run({"list", "--store=/t"}), "list");
  EXPECT_EQ(store_, "/t");
}

TEST_F(CommandTreeTest, AWordThatNamesACommandIsAWordBehindACommand) {
  EXPECT_EQ(Run({"add", "list", "group"}), "add");
  EXPECT_EQ(item_, "list");
  EXPECT_EQ(text_, "group");
}

TEST_F(CommandTreeTest, OneValueForEachRepetition) {
  EXPECT_EQ(Run({"add", "--tag", "a", "it"}), "add");
  EXPECT_EQ(tags_, (std::vector<std::string>{"a"}));
  EXPECT_EQ(item_, "it");
}

TEST_F(CommandTreeTest, WhatBeginsWithADashComesBehindTwo) {
  EXPECT_EQ(Run({"add", "--", "-x"}), "add");
  EXPECT_EQ(item_, "-x");
  EXPECT_EQ(Run({"add", "-"}), "add");
  EXPECT_EQ(item_, "-");
}

TEST_F(CommandTreeTest, ACommandMayRunAndHaveOthersBelowIt) {
  EXPECT_EQ(Run({"both"}), "both");
  EXPECT_EQ(Run({"both", "list"}), "list");
}

TEST_F(CommandTreeTest, ComplaintsNameTheWordAndTheNearest) {
  EXPECT_EQ(Complaint({"lits"}), "lits is unknown; did you mean list?");
  EXPECT_EQ(Complaint({"group", "ad"}), "ad is unknown; did you mean add?");
  EXPECT_EQ(Complaint({"list", "--jsn"}), "--jsn is unknown; did you mean --json?");
  EXPECT_EQ(Complaint({"list", "extra"}), "extra is not understood");
  EXPECT_EQ(Complaint({"add"}), "something is missing: ITEM is required");
  EXPECT_EQ(Complaint({"add", "x", "--colour", "rad"}),
            "a value is not allowed: --colour: rad is unknown; did you mean red?");
  EXPECT_EQ(Complaint({"add", "x", "--colour", "mauve"}),
            "a value is not allowed: --colour: mauve is none of: red, green");
  EXPECT_EQ(Complaint({"add", "x", "--count"}),
            "a value is missing, or there are too many: --count: 1 required NUMBER missing");
  EXPECT_THAT(ParseCommandLine(root_, {"add", "x", "--count", "many"}, ""), Fails(Reason::REASON_USAGE));
  EXPECT_THAT(ParseCommandLine(root_, {"add", "x", "--count", "-1"}, ""), Fails(Reason::REASON_USAGE));
}

TEST_F(CommandTreeTest, HelpAndVersionAreAnswers) {
  ASSERT_OK_AND_ASSIGN(const Parsed help, ParseCommandLine(root_, {"add", "--help"}, "tool 1"));
  EXPECT_EQ(help.command, nullptr);
  EXPECT_TRUE(help.complete);
  EXPECT_NE(help.text.find("--colour"), std::string::npos);
  EXPECT_NE(help.text.find("(red, green)"), std::string::npos);
  ASSERT_OK_AND_ASSIGN(const Parsed version, ParseCommandLine(root_, {"--version"}, "tool 1"));
  EXPECT_EQ(version.text, "tool 1\n");
}

TEST_F(CommandTreeTest, WithoutACommandItHelpsButIsNotContent) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"--json"}, {"group"}}) {
    ASSERT_OK_AND_ASSIGN(const Parsed help, ParseCommandLine(root_, words, "tool 1"));
    EXPECT_EQ(help.command, nullptr);
    EXPECT_FALSE(help.complete);
    EXPECT_NE(help.text.find("add"), std::string::npos);
  }
}

}  // namespace
}  // namespace qf::cli
