#include "tools/qingfeng/manual.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/tree_walk.h"

namespace qf::cli {
namespace {

TEST(Manual, NamesEveryCommandAndOption) {
  const InLanguage english(Language::kEnglish);
  GlobalOptions options;
  const Command root = AllCommands(&options);
  const std::string manual = MarkdownManual(root);
  Walk(root, [&](const Command& command, const std::vector<std::string>& path) {
    EXPECT_TRUE(absl::StrContains(manual, absl::StrCat("#### `qingfeng ", Synopsis(command, path), "`\n")))
        << command.name;
    EXPECT_FALSE(command.help.empty());
    EXPECT_FALSE(absl::EndsWith(command.help, ".")) << command.name;
    for (const Arg& arg : command.args) EXPECT_FALSE(arg.help.empty()) << command.name << " " << arg.name;
  });
}

TEST(Manual, RoffHasNoLineThatRoffWouldTakeForItsOwn) {
  const InLanguage chinese(Language::kChinese);
  GlobalOptions options;
  for (absl::string_view line : absl::StrSplit(ManPage(AllCommands(&options)), '\n')) {
    const bool request = absl::StartsWith(line, ".TH ") || absl::StartsWith(line, ".SH ") ||
                         absl::StartsWith(line, ".SS ") || line == ".PP" || line == ".TP";
    EXPECT_TRUE(request || !(absl::StartsWith(line, ".") || absl::StartsWith(line, "'"))) << line;
  }
}

// docs/command-line.md holds the list of commands: made anew by `qingfeng manual --markdown` when a command changes.
TEST(Manual, TheDocumentIsWhatTheProgramSays) {
  const InLanguage english(Language::kEnglish);
  GlobalOptions options;
  ASSERT_OK_AND_ASSIGN(const std::string document, ReadFile(SystemFiles(), "docs/command-line.md", 1 << 20));
  EXPECT_TRUE(absl::EndsWith(document, MarkdownManual(AllCommands(&options))))
      << "run tools/qingfeng/write_manual from the build folder's program";
}

}  // namespace
}  // namespace qf::cli
