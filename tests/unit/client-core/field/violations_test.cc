#include "client-core/field/violations.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace qf::client {
namespace {

TEST(Violations, AreFiveBansAndSeventeenDonts) {
  int bans = 0, donts = 0;
  std::set<std::string> ids;
  std::string ban;
  for (const auto& violation : ViolationCatalogue().violations()) {
    EXPECT_TRUE(ids.insert(violation.id()).second) << violation.id();
    EXPECT_FALSE(violation.text_en().empty()) << violation.id();
    if (violation.level() == "ban") {
      ++bans;
      ban = violation.id();
      EXPECT_TRUE(absl::StartsWith(violation.text_zh(), "严禁")) << violation.id();
    } else {
      ++donts;
      EXPECT_EQ(violation.level(), "dont");
      EXPECT_TRUE(absl::StartsWith(violation.id(), absl::StrCat(ban, "."))) << violation.id();
      EXPECT_TRUE(absl::StartsWith(violation.text_zh(), "不准")) << violation.id();
    }
  }
  EXPECT_EQ(bans, 5);
  EXPECT_EQ(donts, 17);
}

TEST(Violations, AreFoundById) {
  ASSERT_NE(FindViolation("ban.canvassing"), nullptr);
  EXPECT_EQ(FindViolation("ban.canvassing")->text_zh(), "严禁拉票贿选");
  EXPECT_EQ(FindViolation("ban.nothing"), nullptr);
  EXPECT_EQ(FindViolation(""), nullptr);
}

}  // namespace
}  // namespace qf::client
