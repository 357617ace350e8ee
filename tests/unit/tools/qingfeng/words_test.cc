#include "tools/qingfeng/words.h"

#include <gtest/gtest.h>

#include "common/base/proto_names.h"
#include "qingfeng/content/v1/report.pb.h"
#include "qingfeng/record/v1/clear.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

TEST(Words, ComeFromTheNamesOfTheContract) {
  const InLanguage english(Language::kEnglish);
  EXPECT_EQ(WordOf(*recordpb::Role_descriptor(), recordpb::ROLE_CASE_MANAGER), "case-manager");
  EXPECT_EQ(Words<recordpb::RevokeMode>(), (std::vector<std::string>{"drain", "erase", "lock"}));
  EXPECT_EQ(Shown(contentpb::STAGE_PUBLIC_NOTICE), "public-notice");
  EXPECT_EQ(Shown(contentpb::STAGE_UNSPECIFIED), "");
  EXPECT_EQ(WordOf(*recordpb::Role_descriptor(), 999), "");
}

TEST(Words, AreReadInEitherLanguage) {
  const InLanguage chinese(Language::kChinese);
  EXPECT_EQ(*FromWord<contentpb::Stage>("公示"), contentpb::STAGE_PUBLIC_NOTICE);
  EXPECT_EQ(*FromWord<contentpb::Stage>(" Public-Notice "), contentpb::STAGE_PUBLIC_NOTICE);
  EXPECT_THAT(FromWord<contentpb::Stage>("unspecified"), Fails(Reason::REASON_USAGE));
}

TEST(Words, AWrongOneNamesTheNearest) {
  const InLanguage english(Language::kEnglish);
  const auto wrong = FromWord<recordpb::Role>("adminstrator");
  EXPECT_THAT(wrong, Fails(Reason::REASON_USAGE));
  EXPECT_EQ(wrong.status().message(), "adminstrator is unknown; did you mean administrator?");
}

TEST(Words, ADayIsFromItsFirstInstantToTheNextDays) {
  const InLanguage english(Language::kEnglish);
  ASSERT_OK_AND_ASSIGN(const Day day, DayOf("2026-03-15"));
  EXPECT_EQ(ShownTime(day.begin_us), "2026-03-15 00:00");
  EXPECT_EQ(ShownTime(day.end_us), "2026-03-16 00:00");
  for (const char* wrong : {"", "yesterday", "2026-03", "2026-02-30 x", "1969-12-31"}) {
    EXPECT_THAT(DayOf(wrong), Fails(Reason::REASON_USAGE)) << wrong;
  }
}

TEST(Nearest, AtMostTwoChangesAway) {
  EXPECT_EQ(Nearest("reprot", {"report", "reply"}), "report");
  EXPECT_EQ(Nearest("xyz", {"report", "reply"}), "");
  EXPECT_EQ(Nearest("ab", {"x", "y"}), "");  // two changes make anything of one letter
}

TEST(Shown, SizesInThousands) {
  EXPECT_EQ(ShownSize(0), "0 B");
  EXPECT_EQ(ShownSize(999), "999 B");
  EXPECT_EQ(ShownSize(1000), "1.0 kB");
  EXPECT_EQ(ShownSize(999'999), "1.0 MB");
  EXPECT_EQ(ShownSize(12'345'678), "12.3 MB");
  EXPECT_EQ(ShownSize(2'147'483'648), "2.1 GB");
}

TEST(Shown, NoTimeIsNoText) {
  EXPECT_EQ(ShownTime(0), "");
  EXPECT_EQ(ShownTime(1'773'583'380'000'000).size(), std::string("2026-03-15 14:03").size());
}

TEST(Shown, ReasonsByNameAndInChineseByWordsToo) {
  EXPECT_EQ(ShownReason(Reason::REASON_UNSPECIFIED), "");
  EXPECT_EQ(ShownReason(Reason::REASON_GAP), "GAP");
  const InLanguage chinese(Language::kChinese);
  EXPECT_EQ(ShownReason(Reason::REASON_GAP), "前面的记录还没有到 (GAP)");
}

const std::string kFirst("\x12\x34\x56\x78\x9a", 5);
const std::string kSecond("\x12\x34\x56\x79\x9a", 5);

absl::StatusOr<std::vector<Candidate>> Two() {
  return std::vector<Candidate>{{kFirst, "张三"}, {kSecond, "李四"}, {kSecond, "2"}};
}

absl::StatusOr<std::vector<Candidate>> Never() {
  ADD_FAILURE() << "a complete id needs no list";
  return std::vector<Candidate>();
}

TEST(ResolveId, ACompleteIdNeedsNoList) {
  EXPECT_EQ(*ResolveId("123456789a", 5, Never), kFirst);
  EXPECT_EQ(*ResolveId("123456789A", 5, Never), kFirst);
  EXPECT_EQ(*ResolveId("EjRWeJo=", 5, Never), kFirst);  // as --json prints it
}

TEST(ResolveId, DigitsOrALabelAreEnough) {
  EXPECT_EQ(*ResolveId("12345678", 5, Two), kFirst);
  EXPECT_EQ(*ResolveId("12345679", 5, Two), kSecond);
  EXPECT_EQ(*ResolveId("李四", 5, Two), kSecond);
  EXPECT_EQ(*ResolveId("2", 5, Two), kSecond);
}

TEST(ResolveId, SaysWhenItIsNotClear) {
  const InLanguage english(Language::kEnglish);
  EXPECT_THAT(ResolveId("1234", 5, Two), Fails(Reason::REASON_USAGE));
  EXPECT_THAT(ResolveId("123", 5, Two), Fails(Reason::REASON_NOT_FOUND));  // three digits are too few to mean one
  EXPECT_THAT(ResolveId("ffff", 5, Two), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(ResolveId("", 5, Two), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(CompleteId("1234", 5), Fails(Reason::REASON_USAGE));
}

TEST(ResolveId, PassesOnWhyTheListFailed) {
  const auto locked = []() -> absl::StatusOr<std::vector<Candidate>> { return Error(Reason::REASON_LOCKED, "x"); };
  EXPECT_THAT(ResolveId("1234", 5, locked), Fails(Reason::REASON_LOCKED));
}

}  // namespace
}  // namespace qf::cli
