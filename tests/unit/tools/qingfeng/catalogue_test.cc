#include "tools/qingfeng/catalogue.h"

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"

namespace qf::cli {
namespace {

std::string ChineseMo() {
  const auto bytes = ReadFile(SystemFiles(), QF_LOCALE_FOLDER "/zh_CN/LC_MESSAGES/qingfeng.mo", 4 << 20);
  EXPECT_TRUE(bytes.ok());
  return bytes.value_or("");
}

TEST(Catalogue, FindsWhatMsgfmtWrote) {
  ASSERT_OK_AND_ASSIGN(const Catalogue catalogue, Catalogue::Parse(ChineseMo()));
  EXPECT_STREQ(catalogue.Find("yes"), "是");
  EXPECT_STREQ(catalogue.Find("reason", "PIN_WRONG"), "口令不对");
  EXPECT_EQ(catalogue.Find("no such text"), nullptr);
  EXPECT_EQ(catalogue.Find("reason", "yes"), nullptr);
}

TEST(Catalogue, EveryCutEndsAsMalformedOrSmaller) {
  const std::string mo = ChineseMo();
  for (size_t size = 0; size < 2000; ++size) {
    EXPECT_THAT(Catalogue::Parse(Bytes(mo).substr(0, size)), Fails(Reason::REASON_MALFORMED)) << size;
  }
}

TEST(Catalogue, RefusesAnotherFile) {
  std::string mo = ChineseMo();
  mo[0] ^= 1;
  EXPECT_THAT(Catalogue::Parse(mo), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(Catalogue::Parse(std::string(100, '\0')), Fails(Reason::REASON_MALFORMED));
}

TEST(Catalogue, RefusesAnOffsetThatLeadsOutside) {
  std::string mo = ChineseMo();
  const size_t table = static_cast<unsigned char>(mo[12]) | static_cast<unsigned char>(mo[13]) << 8;
  for (size_t i = 0; i < 4; ++i) mo[table + 4 + i] = '\xff';
  EXPECT_THAT(Catalogue::Parse(mo), Fails(Reason::REASON_MALFORMED));
}

}  // namespace
}  // namespace qf::cli
