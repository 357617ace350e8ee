#include "tools/qingfeng/completion.h"

#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/tree_walk.h"

namespace qf::cli {
namespace {

std::string Output(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char chunk[4096];
  size_t size;
  while ((size = fread(chunk, 1, sizeof chunk, pipe)) > 0) out.append(chunk, size);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return out;
}

bool Installed(const char* shell) { return system(absl::StrCat("command -v ", shell, " >/dev/null").c_str()) == 0; }

class CompletionTest : public testing::Test {
 protected:
  static std::string Save(const std::string& name, const std::string& script) {
    const std::string path = absl::StrCat("/tmp/qf-completion-", getpid(), "-", name);
    EXPECT_OK(WriteFileAtomically(SystemFiles(), path, script));
    return path;
  }
  // What the real bash offers for each line; all lines in one run of it, an answer a line.
  static std::vector<std::string> BashOffers(const Command& root, const std::vector<std::string>& lines) {
    std::string script = BashCompletion(root);
    for (const std::string& line : lines) {
      absl::StrAppend(&script, "COMP_WORDS=(", line,
                      "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); COMPREPLY=(); _qingfeng; ",
                      "echo \"${COMPREPLY[*]}\"\n");
    }
    const std::string path = Save("bash", script);
    std::vector<std::string> out = absl::StrSplit(Output("bash " + path), '\n');
    unlink(path.c_str());
    return out;
  }
  static std::vector<std::string> Split(const std::string& offers) { return absl::StrSplit(offers, ' '); }
  static bool Offers(const std::string& offers, const std::string& word) {
    const std::vector<std::string> words = Split(offers);
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  GlobalOptions options_;

 private:
  InLanguage english_{Language::kEnglish};
};

TEST_F(CompletionTest, BashOffersEveryCommandAndEveryOption) {
  const Command root = AllCommands(&options_);
  std::vector<std::string> lines;
  std::vector<std::string> wanted;
  Walk(root, [&](const Command& command, const std::vector<std::string>& path) {
    const std::string parents = absl::StrJoin(path.begin(), path.end() - 1, " ");
    lines.push_back(absl::StrCat("qingfeng --store /x ", parents, " ''"));
    wanted.push_back(command.name);
    for (const Arg& arg : command.args) {
      if (arg.positional()) continue;
      lines.push_back(absl::StrCat("qingfeng ", absl::StrJoin(path, " "), " ''"));
      wanted.push_back(arg.name);
      for (const std::string& choice : arg.choices) {
        lines.push_back(absl::StrCat("qingfeng ", absl::StrJoin(path, " "), " ", arg.name, " ''"));
        wanted.push_back(choice);
      }
    }
    lines.push_back(absl::StrCat("qingfeng ", absl::StrJoin(path, " "), " --js"));
    wanted.push_back("--json");
  });
  const std::vector<std::string> offers = BashOffers(root, lines);
  ASSERT_GT(lines.size(), 150u);
  ASSERT_GE(offers.size(), lines.size());
  for (size_t i = 0; i < lines.size(); ++i)
    EXPECT_TRUE(Offers(offers[i], wanted[i])) << lines[i] << " -> " << offers[i];
}

TEST_F(CompletionTest, BashKnowsValuesFromCommands) {
  const Command root = AllCommands(&options_);
  const std::vector<std::string> offers = BashOffers(
      root, {"qingfeng report --title desk ''", "qingfeng report --title ''", "qingfeng report --title --urg",
             "qingfeng report --stage el", "qingfeng completion z", "qingfeng call qingfeng.client.v1.EventService/Ech",
             "qingfeng --store /us", "qingfeng attach x /etc/passw"});
  EXPECT_TRUE(Offers(offers[0], "--what"));
  EXPECT_FALSE(Offers(offers[0], "register"));
  EXPECT_EQ(offers[1], "");
  EXPECT_EQ(offers[2], "");
  EXPECT_EQ(offers[3], "election");
  EXPECT_EQ(offers[4], "zsh");
  EXPECT_EQ(offers[5], "qingfeng.client.v1.EventService/Echo qingfeng.client.v1.EventService/EchoStream");
  EXPECT_EQ(offers[6], "/usr");
  EXPECT_TRUE(Offers(offers[7], "/etc/passwd"));
}

TEST_F(CompletionTest, ZshScriptHasAFunctionForEveryCommand) {
  const Command root = AllCommands(&options_);
  const std::string script = ZshCompletion(root);
  Walk(root, [&](const Command& command, const std::vector<std::string>& path) {
    EXPECT_NE(script.find(absl::StrCat("_qingfeng_", absl::StrJoin(path, "_"), "() {")), std::string::npos)
        << command.name;
    for (const Arg& arg : command.args) {
      EXPECT_TRUE(arg.positional() || absl::StrContains(script, arg.name + "[")) << arg.name;
    }
  });
  if (!Installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const std::string path = Save("zsh", script);
  Output("zsh -n " + path);
  unlink(path.c_str());
}

TEST_F(CompletionTest, FishOffersEveryCommand) {
  const Command root = AllCommands(&options_);
  const std::string script = FishCompletion(root);
  Walk(root, [&](const Command& command, const std::vector<std::string>&) {
    EXPECT_NE(script.find(absl::StrCat(" -a ", command.name, " -d ")), std::string::npos);
  });
  if (!Installed("fish")) GTEST_SKIP() << "fish is not installed";
  const std::string path =
      Save("fish", script + "complete -C 'qingfeng --store /x desk re'\ncomplete -C 'qingfeng revoke --mode '\n");
  const std::string out = Output("fish --no-config " + path);
  unlink(path.c_str());
  EXPECT_EQ(out,
            "register\twhat has arrived, newest first\nreply\tanswer a reporter\n"
            "drain\thow it ends; drain without it\nerase\thow it ends; drain without it\nlock\thow it ends; drain "
            "without it\n");
}

// Helps with quotes, brackets and colons must not break a script.
TEST_F(CompletionTest, HelpIsQuoted) {
  bool flag = false;
  Command odd{
      .name = "odd", .help = "it's [odd]: $HOME `ls` \\", .args = {Flag("--it", &flag, "it's [odd]: $HOME `ls` \\")}};
  const Command root{.name = "qingfeng", .help = "x", .children = {odd}};
  for (const auto& [shell, script] : {std::pair<const char*, std::string>{"bash -n", BashCompletion(root)},
                                      {"zsh -n", ZshCompletion(root)},
                                      {"fish -n", FishCompletion(root)}}) {
    if (!Installed(std::string(shell, strchr(shell, ' ')).c_str())) continue;
    const std::string path = Save("odd", script);
    Output(absl::StrCat(shell, " ", path));
    unlink(path.c_str());
  }
}

}  // namespace
}  // namespace qf::cli
