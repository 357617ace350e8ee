#include "tools/qingfeng/qr.h"

#include <gtest/gtest.h>
#include <qrencode.h>

#include <vector>

#include "absl/strings/str_split.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

class QrTest : public testing::Test {
 private:
  InLanguage english_{Language::kEnglish};
};

// Light modules of the drawn text, row by row.
std::vector<std::vector<bool>> Light(absl::string_view drawn) {
  std::vector<std::vector<bool>> rows;
  for (absl::string_view line : absl::StrSplit(drawn, '\n', absl::SkipEmpty())) {
    std::vector<bool> upper, lower;
    while (!line.empty()) {
      const size_t size = line[0] == ' ' ? 1 : 3;
      const absl::string_view cell = line.substr(0, size);
      upper.push_back(cell == "█" || cell == "▀");
      lower.push_back(cell == "█" || cell == "▄");
      line.remove_prefix(size);
    }
    rows.push_back(upper);
    rows.push_back(lower);
  }
  return rows;
}

TEST_F(QrTest, DrawsExactlyTheCodeWithItsQuietZone) {
  const std::string text = "QF1:abcdef";
  ASSERT_OK_AND_ASSIGN(const std::string drawn, TerminalQr(text, false, 0));
  const auto rows = Light(drawn);
  QRcode* code = QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()),
                                   0, QR_ECLEVEL_L);
  const int size = code->width;
  ASSERT_GE(rows.size(), static_cast<size_t>(size + 4));
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const bool dark = (code->data[y * size + x] & 1) != 0;
      EXPECT_EQ(rows[static_cast<size_t>(y + 2)][static_cast<size_t>(x + 2)], !dark) << x << "," << y;
    }
  }
  QRcode_free(code);
  for (size_t x = 0; x < rows[0].size(); ++x) EXPECT_TRUE(rows[0][x] && rows[1][x]);
  for (size_t y = 0; y < static_cast<size_t>(size + 4); ++y) EXPECT_TRUE(rows[y][0] && rows[y][1]) << y;
}

TEST_F(QrTest, ColoursAreSetAndTakenBackOnEachLine) {
  ASSERT_OK_AND_ASSIGN(const std::string drawn, TerminalQr("x", true, 0));
  for (absl::string_view line : absl::StrSplit(drawn, '\n', absl::SkipEmpty())) {
    EXPECT_EQ(line.substr(0, 8), "\x1b[40;97m");
    EXPECT_EQ(line.substr(line.size() - 4), "\x1b[0m");
  }
}

TEST_F(QrTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(TerminalQr(std::string(1000, 'x'), false, 80), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(TerminalQr(std::string(5000, 'x'), false, 0), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_OK(TerminalQr("x", false, 25));
  EXPECT_THAT(TerminalQr("x", false, 24), Fails(Reason::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace qf::cli
