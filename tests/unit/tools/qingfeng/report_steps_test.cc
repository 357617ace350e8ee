#include "tools/qingfeng/report_steps.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_console.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

class Keeper final : public DraftKeeper {
 public:
  absl::Status Save(const contentpb::Report& report, bool urgent) override {
    saved.push_back(report);
    saved_urgent = urgent;
    return absl::OkStatus();
  }
  absl::Status Attach(const std::string& path) override {
    if (path == "absent") return Error(Reason::REASON_FILE_MISSING, "there is no such file");
    files.push_back(path);
    return absl::OkStatus();
  }
  std::vector<contentpb::Report> saved;
  std::vector<std::string> files;
  bool saved_urgent = false;
};

class ReportStepsTest : public testing::Test {
 protected:
  const std::vector<Choice> violations_ = {{"ban.canvassing", "Canvassing"}, {"ban.buying", "Buying posts"}};
  Keeper keeper_;
  contentpb::Report report_;
  bool urgent_ = false;

 private:
  InLanguage english_{Language::kEnglish};
};

TEST_F(ReportStepsTest, AsksForEverything) {
  TestConsole console(
      "2\n城关镇\npublic\n宴请代表\n三月十五日晚\n宴请二十人\n\n昨晚\n饭店\n"
      "张三; 副镇长\n; nobody\n李四\n\n照片\n\nabsent\na.jpg\n\nyes\n");
  EXPECT_OK(AskReport(*console, violations_, &report_, &urgent_, keeper_));
  EXPECT_EQ(report_.violation(), "ban.buying");
  EXPECT_EQ(report_.township(), "城关镇");
  EXPECT_EQ(report_.stage(), contentpb::STAGE_PUBLIC_NOTICE);
  EXPECT_EQ(report_.title(), "宴请代表");
  EXPECT_EQ(report_.what(), "三月十五日晚\n宴请二十人");
  EXPECT_EQ(report_.when(), "昨晚");
  EXPECT_EQ(report_.where(), "饭店");
  ASSERT_EQ(report_.people_size(), 2);
  EXPECT_EQ(report_.people(1).name(), "李四");
  EXPECT_EQ(report_.evidence(), "照片");
  EXPECT_EQ(keeper_.files, std::vector<std::string>{"a.jpg"});
  EXPECT_TRUE(keeper_.saved_urgent);
  EXPECT_EQ(keeper_.saved.back().SerializeAsString(), report_.SerializeAsString());
  EXPECT_NE(console.err().find("there is no such file (FILE_MISSING)"), std::string::npos);
  EXPECT_NE(console.err().find("a person has a name"), std::string::npos);
}

TEST_F(ReportStepsTest, EnterKeepsWhatIsThere) {
  report_.set_violation("ban.canvassing");
  report_.set_township("城关镇");
  report_.set_stage(contentpb::STAGE_ELECTION);
  report_.set_title("a");
  report_.set_what("b");
  urgent_ = true;
  const std::string before = report_.SerializeAsString();
  TestConsole console("\n\n\n\n\n\n\n\n\n\n\n");
  EXPECT_OK(AskReport(*console, violations_, &report_, &urgent_, keeper_));
  EXPECT_EQ(report_.SerializeAsString(), before);
  EXPECT_TRUE(urgent_);
}

// Wherever the input ends, everything answered before is saved.
TEST_F(ReportStepsTest, NothingAnsweredIsLost) {
  const std::string all = "1\n城关镇\nelection\ntitle\nwhat\n\nwhen\nwhere\n张三\n\nproof\n\n\nyes\n";
  for (size_t end = 0; end < all.size(); ++end) {
    if (end > 0 && all[end - 1] != '\n') continue;
    TestConsole console(absl::string_view(all).substr(0, end));
    contentpb::Report report;
    bool urgent = false;
    Keeper keeper;
    EXPECT_THAT(AskReport(*console, violations_, &report, &urgent, keeper), Fails(Reason::REASON_CANCELLED)) << end;
    const contentpb::Report saved = keeper.saved.empty() ? contentpb::Report() : keeper.saved.back();
    EXPECT_EQ(saved.SerializeAsString(), report.SerializeAsString()) << end;
  }
}

TEST_F(ReportStepsTest, TheDecisionIsToKeepUnlessSaid) {
  TestConsole console("\n1\ndiscard\n");
  EXPECT_EQ(*AskDecision(*console), Decision::kKeep);
  EXPECT_EQ(*AskDecision(*console), Decision::kFile);
  EXPECT_EQ(*AskDecision(*console), Decision::kDiscard);
}

}  // namespace
}  // namespace qf::cli
