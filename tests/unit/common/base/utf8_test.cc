#include "common/base/utf8.h"

#include <gtest/gtest.h>

namespace qf {
namespace {

TEST(TrimSpace, TakesWhiteSpaceOfEveryWidth) {
  EXPECT_EQ(TrimSpace(" \t\u3000清河镇\u3000\u00a0"), "清河镇");
  EXPECT_EQ(TrimSpace("West  Bank"), "West  Bank");
  EXPECT_EQ(TrimSpace("\ufeff\u200b"), "");
  EXPECT_EQ(TrimSpace(""), "");
  EXPECT_EQ(TrimSpace(" \xff "), "\xff");
}

}  // namespace
}  // namespace qf
