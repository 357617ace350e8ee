#include "tools/qingfeng/errors.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/error.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_console.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

TEST(ExitCode, TheDocumentedOnes) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_STATE, "x")), 1);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_INTERNAL, "x")), 1);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_USAGE, "x")), 2);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_NOT_FOUND, "x")), 3);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_ROLE, "x")), 4);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_CLOCK, "x")), 4);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_UNREACHABLE, "x")), 5);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_BUSY, "x")), 5);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_DEADLINE, "x")), 5);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_PIN_WRONG, "x")), 6);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_PIN_WAIT, "x")), 6);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_PROOF, "x")), 7);
  EXPECT_EQ(ExitCodeOf(Error(Reason::REASON_CANCELLED, "x")), 130);
}

TEST(ExitCode, EveryCodeHasOneThatTheManualExplains) {
  for (int code = 0; code <= 16; ++code) {
    const ExitCode exit = ExitCodeOf(absl::Status(static_cast<absl::StatusCode>(code), "x"));
    EXPECT_EQ(exit == kExitOk, code == 0) << code;
    const auto meanings = ExitMeanings();
    EXPECT_TRUE(std::any_of(meanings.begin(), meanings.end(), [&](const auto& m) { return m.code == exit; })) << code;
  }
}

TEST(ErrorText, SaysReasonRemedyAndWhenToTryAgain) {
  const InLanguage english(Language::kEnglish);
  TestConsole console;
  EXPECT_EQ(ErrorText(Error(Reason::REASON_BUSY, "too many calls", 1500), *console),
            "error: too many calls (BUSY)\n"
            "next: try again after the time that the error names\n"
            "try again in 2 s\n");
}

TEST(ErrorText, InChineseTheReasonSpeaksAndTheMessageIsADetail) {
  const InLanguage chinese(Language::kChinese);
  TestConsole console;
  EXPECT_EQ(ErrorText(Error(Reason::REASON_PIN_WRONG, "the PIN does not open it"), *console),
            "错误: 口令不对 (PIN_WRONG)\n"
            "详情: the PIN does not open it\n"
            "怎么办: 请重试；每错一次等待更久\n");
  EXPECT_EQ(ErrorText(Error(Reason::REASON_USAGE, "值不合要求"), *console),
            "错误: 值不合要求 (USAGE)\n怎么办: 请看该命令的 --help\n");
}

TEST(ErrorText, AnErrorWithoutReasonIsStillOne) {
  const InLanguage english(Language::kEnglish);
  TestConsole console;
  EXPECT_EQ(ErrorText(absl::UnknownError("odd"), *console), "error: odd\n");
}

TEST(ErrorText, CannotCommandTheTerminal) {
  const InLanguage english(Language::kEnglish);
  TestConsole console;
  EXPECT_EQ(ErrorText(absl::UnknownError("a\x1b[2J"), *console), "error: a\xef\xbf\xbd[2J\n");
}

TEST(ErrorJson, HasTheStableFields) {
  const std::string json = ErrorJson(Error(Reason::REASON_BUSY, "a \"quoted\" thing", 7));
  google::protobuf::Struct parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &parsed).ok());
  const auto& fields = parsed.fields().at("error").struct_value().fields();
  EXPECT_EQ(fields.size(), 5u);
  EXPECT_EQ(fields.at("code").string_value(), "RESOURCE_EXHAUSTED");
  EXPECT_EQ(fields.at("reason").string_value(), "BUSY");
  EXPECT_EQ(fields.at("message").string_value(), "a \"quoted\" thing");
  EXPECT_EQ(fields.at("remedy").string_value(), "try again after the time that the error names");
  EXPECT_EQ(fields.at("retry_after_ms").number_value(), 7);
}

}  // namespace
}  // namespace qf::cli
