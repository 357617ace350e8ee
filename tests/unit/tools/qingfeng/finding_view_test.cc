#include "tools/qingfeng/finding_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"
#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

clientpb::Finding Wrong(clientpb::Seen seen, Reason reason) {
  clientpb::Finding finding;
  finding.set_seen(seen);
  finding.set_reason(reason);
  return finding;
}

// Whoever adds a value says it in tools/qingfeng/finding_view.cc.
TEST(FindingView, EverythingThatCanBeSeenIsSaidInBothLanguages) {
  const auto& type = *clientpb::Seen_descriptor();
  for (int i = 0; i < type.value_count(); ++i) {
    const auto seen = static_cast<clientpb::Seen>(type.value(i)->number());
    if (seen == clientpb::SEEN_UNSPECIFIED) continue;
    const clientpb::Finding finding = Wrong(seen, Reason::REASON_CLOCK);
    const std::string english = ShownFinding(finding);
    const InLanguage chinese(Language::kChinese);
    EXPECT_NE(english, "") << type.value(i)->name();
    EXPECT_NE(ShownFinding(finding), english) << type.value(i)->name();
  }
}

TEST(FindingView, CountsAndTimesStandInTheSentence) {
  clientpb::Finding outbox = Wrong(clientpb::SEEN_OUTBOX_STUCK, Reason::REASON_UNSPECIFIED);
  outbox.set_count(3);
  outbox.set_with_files(2);
  outbox.set_at_us(1'773'554'580'000'000);
  EXPECT_THAT(ShownFinding(outbox), AllOf(HasSubstr("on their way: 3"), HasSubstr("files of 2 more"),
                                          HasSubstr("since " + ShownTime(outbox.at_us()))));
  clientpb::Finding disk = Wrong(clientpb::SEEN_DISK_FREE, Reason::REASON_DISK_FULL);
  disk.set_count(12'000'000);
  EXPECT_EQ(ShownFinding(disk), "12.0 MB free");
  EXPECT_THAT(ShownFinding(Wrong(clientpb::SEEN_SERVER_FAILING, Reason::REASON_UNREACHABLE)),
              AllOf(HasSubstr("never"), HasSubstr("UNREACHABLE")));
}

TEST(FindingView, WhatIsWrongHasARemedyInThePersonsLanguage) {
  const clientpb::Finding clock = Wrong(clientpb::SEEN_CLOCK_WRONG, Reason::REASON_CLOCK);
  EXPECT_EQ(ShownRemedy(clock), RemedyOf(Reason::REASON_CLOCK));
  const clientpb::Finding outbox = Wrong(clientpb::SEEN_OUTBOX_UNDELIVERED, Reason::REASON_UNSPECIFIED);
  EXPECT_THAT(ShownRemedy(outbox), HasSubstr("tell the office"));
  clientpb::Finding good = clock;
  good.set_ok(true);
  EXPECT_EQ(ShownRemedy(good), "");
  const InLanguage chinese(Language::kChinese);
  EXPECT_NE(ShownRemedy(clock), RemedyOf(Reason::REASON_CLOCK));
  EXPECT_THAT(ShownRemedy(outbox), HasSubstr("办公室"));
}

}  // namespace
}  // namespace qf::cli
