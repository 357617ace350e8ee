#include "common/sealing/padding.h"

#include "tests/support/status_matchers.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::sealing {
namespace {

TEST(Padme, Vectors) {
  for (const JsonObject& one : JsonObject::Load("seal.json").objects("padme")) {
    EXPECT_EQ(Padme(one.u64("size")), one.u64("padded"));
  }
}

TEST(Padme, NeverShorterAtMostAnEighthLongerAndStable) {
  for (uint64_t size = 0; size < 300'000; ++size) {
    const uint64_t padded = Padme(size);
    ASSERT_GE(padded, size);
    ASSERT_LE(padded - size, size / 8);  // the paper's bound is 12 %
    ASSERT_EQ(Padme(padded), padded);
    ASSERT_LE(padded, Padme(size + 1));
  }
}

TEST(Padme, PowersOfTwoStay) {
  for (int bit = 0; bit <= 63; ++bit) EXPECT_EQ(Padme(uint64_t{1} << bit), uint64_t{1} << bit);
  EXPECT_EQ(Padme((uint64_t{1} << 63) - 1), uint64_t{1} << 63);
}

TEST(PaddedBodySize, Letters) {
  EXPECT_EQ(*PaddedBodySize(Padding::kLetter, 0), 4096u);
  EXPECT_EQ(*PaddedBodySize(Padding::kLetter, 4096), 4096u);
  EXPECT_THAT(PaddedBodySize(Padding::kLetter, 4097), Fails(Reason::REASON_TOO_LARGE));
}

TEST(PaddedBodySize, FourClasses) {
  const size_t kib = 1024;
  EXPECT_EQ(*PaddedBodySize(Padding::kClasses, 1), 4 * kib);
  EXPECT_EQ(*PaddedBodySize(Padding::kClasses, 4 * kib), 4 * kib);
  EXPECT_EQ(*PaddedBodySize(Padding::kClasses, 4 * kib + 1), 16 * kib);
  EXPECT_EQ(*PaddedBodySize(Padding::kClasses, 16 * kib + 1), 64 * kib);
  EXPECT_EQ(*PaddedBodySize(Padding::kClasses, 64 * kib + 1), 256 * kib);
  EXPECT_EQ(*PaddedBodySize(Padding::kClasses, 256 * kib), 256 * kib);
  EXPECT_THAT(PaddedBodySize(Padding::kClasses, 256 * kib + 1), Fails(Reason::REASON_TOO_LARGE));
}

TEST(PaddedBodySize, PadmeStaysWithinTheBound) {
  EXPECT_EQ(*PaddedBodySize(Padding::kPadme, 1000), Padme(1000));
  EXPECT_EQ(*PaddedBodySize(Padding::kPadme, 256 * 1024), 256u * 1024);
  EXPECT_THAT(PaddedBodySize(Padding::kPadme, 256 * 1024 + 1), Fails(Reason::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace qf::sealing
