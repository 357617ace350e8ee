#include "tools/qingfeng/report_file.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

// What a failing text says, in English.
std::string Complaint(absl::string_view text) {
  const InLanguage english(Language::kEnglish);
  const auto parsed = ParseReport(text);
  EXPECT_THAT(parsed, Fails(Reason::REASON_USAGE)) << text;
  return std::string(parsed.status().message());
}

TEST(ReportFile, ReadsEveryField) {
  ASSERT_OK_AND_ASSIGN(const ReportText text, ParseReport("# written on paper first\n"
                                                          "violation: ban.canvassing\n"
                                                          "township:  城关镇\n"
                                                          "stage: nomination\n"
                                                          "title: 宴请代表\n"
                                                          "what: 三月十五日晚\n"
                                                          "  在饭店宴请代表：二十人。\n"
                                                          "\n"
                                                          "  次日又送礼。\n"
                                                          "when: 2026-03-15\n"
                                                          "where: 饭店\n"
                                                          "person: 张三; 副镇长; 镇政府\n"
                                                          "person: 李四\n"
                                                          "evidence: 照片\n"
                                                          "file: a.jpg\n"
                                                          "file: b c.jpg\n"
                                                          "urgent: yes\n"
                                                          "stopped-at: 2026-03-15 20:30\n"
                                                          "corrected-by: 王五\n"
                                                          "done: 当场制止\n"));
  const contentpb::Report& report = text.report;
  EXPECT_EQ(report.violation(), "ban.canvassing");
  EXPECT_EQ(report.township(), "城关镇");
  EXPECT_EQ(report.stage(), contentpb::STAGE_NOMINATION);
  EXPECT_EQ(report.title(), "宴请代表");
  EXPECT_EQ(report.what(), "三月十五日晚\n在饭店宴请代表：二十人。\n\n次日又送礼。");
  EXPECT_EQ(report.when(), "2026-03-15");
  EXPECT_EQ(report.where(), "饭店");
  ASSERT_EQ(report.people_size(), 2);
  EXPECT_EQ(report.people(0).post(), "副镇长");
  EXPECT_EQ(report.people(0).unit(), "镇政府");
  EXPECT_EQ(report.people(1).name(), "李四");
  EXPECT_EQ(report.evidence(), "照片");
  EXPECT_EQ(text.files, (std::vector<std::string>{"a.jpg", "b c.jpg"}));
  EXPECT_TRUE(text.urgent);
  EXPECT_GT(report.on_the_spot().stopped_at_us(), 0u);
  EXPECT_EQ(report.on_the_spot().corrected_at_us(), 0u);
  EXPECT_EQ(report.on_the_spot().by(), "王五");
  EXPECT_EQ(report.on_the_spot().what(), "当场制止");
}

TEST(ReportFile, ReadsChineseNamesAndPunctuation) {
  const InLanguage chinese(Language::kChinese);
  ASSERT_OK_AND_ASSIGN(const ReportText text,
                       ParseReport("\xef\xbb\xbf标题：宴请：代表\r\n阶段：公示\r\n人员：张三；副镇长\r\n紧急：是\r\n"));
  EXPECT_EQ(text.report.title(), "宴请：代表");
  EXPECT_EQ(text.report.stage(), contentpb::STAGE_PUBLIC_NOTICE);
  EXPECT_EQ(text.report.people(0).post(), "副镇长");
  EXPECT_TRUE(text.urgent);
}

TEST(ReportFile, ReadsJson) {
  ASSERT_OK_AND_ASSIGN(
      const ReportText text,
      ParseReport(" \n{\"title\": \"贿选\", \"stage\": \"STAGE_ELECTION\", \"people\": [{\"name\": \"张三\"}]}"));
  EXPECT_EQ(text.report.title(), "贿选");
  EXPECT_EQ(text.report.stage(), contentpb::STAGE_ELECTION);
  EXPECT_EQ(text.report.people(0).name(), "张三");
}

TEST(ReportFile, NothingIsAnEmptyReport) {
  ASSERT_OK_AND_ASSIGN(const ReportText text, ParseReport("# nothing\n\n"));
  EXPECT_EQ(text.report.ByteSizeLong(), 0u);
}

TEST(ReportFile, SaysWhichLineAndWhat) {
  EXPECT_EQ(Complaint("title: a\ntitel: b"), "line 2: there is no field \"titel\"; did you mean \"title\"?");
  EXPECT_EQ(Complaint("colour: red"), "line 1: there is no field \"colour\"");
  EXPECT_EQ(Complaint("\n\nnot a field"), "line 3: a line is not \"field: value\"");
  EXPECT_EQ(Complaint("  indented"), "line 1: a line is indented before any field");
  EXPECT_EQ(Complaint("title: a\ntitle: b"), "line 2: \"title\" stands twice");
  EXPECT_EQ(Complaint("stage: electoin"), "line 1: electoin is unknown; did you mean election?");
  EXPECT_EQ(Complaint("person: ; mayor"), "line 1: a person has a name");
  EXPECT_EQ(Complaint("person: a; b; c; d"), "line 1: a person is \"name; post; unit\"");
  EXPECT_EQ(Complaint("urgent: perhaps"), "line 1: urgent is yes or no");
  EXPECT_EQ(Complaint("stopped-at: yesterday"), "line 1: yesterday is no moment like \"2026-03-15 20:30\"");
}

TEST(ReportFile, RefusesJsonThatSaysMoreThanAReport) {
  EXPECT_THAT(ParseReport("{\"titel\": \"a\"}"), Fails(Reason::REASON_USAGE));
  EXPECT_THAT(ParseReport("{\"title\": "), Fails(Reason::REASON_USAGE));
}

}  // namespace
}  // namespace qf::cli
