#include "client-core/office/fingerprint.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/test_entropy.h"

namespace qf::client {
namespace {

template <class Id>
Id Filled(char c) {
  return *Id::From(std::string(Id::kSize, c));
}

// Computed apart, by Python's hashlib, from the rule in the header.
TEST(FingerprintTest, IsWhatTheRuleSays) {
  EXPECT_EQ(FingerprintOf(Filled<OfficeId>('\x01'), Filled<SigningKey>('\x02'), Filled<SealingKey>('\x03')),
            "16084 22242 14281 44093 14337");
}

TEST(FingerprintTest, DependsOnBothKeysAndTheOffice) {
  std::set<std::string> seen;
  for (const char office : {'a', 'b'}) {
    for (const char signing : {'a', 'b'}) {
      for (const char sealing : {'a', 'b'}) {
        seen.insert(FingerprintOf(Filled<OfficeId>(office), Filled<SigningKey>(signing), Filled<SealingKey>(sealing)));
      }
    }
  }
  EXPECT_EQ(seen.size(), 8u);
}

TEST(FingerprintTest, AlwaysHasFiveGroupsOfFiveDigits) {
  SeededEntropy entropy(3);
  for (int i = 0; i < 1000; ++i) {
    const std::string text =
        FingerprintOf(entropy.Random<OfficeId>(), entropy.Random<SigningKey>(), entropy.Random<SealingKey>());
    ASSERT_EQ(text.size(), 29u);
    for (size_t at = 0; at < text.size(); ++at) {
      ASSERT_TRUE(at % 6 == 5 ? text[at] == ' ' : text[at] >= '0' && text[at] <= '9') << text;
    }
  }
}

TEST(FingerprintTest, IsComparedByItsDigits) {
  const std::string text = "04821 77310 60054 19283 55012";
  EXPECT_TRUE(SameFingerprint(text, text));
  EXPECT_TRUE(SameFingerprint(text, "0482177310600541928355012"));
  EXPECT_TRUE(SameFingerprint(text, " 04821-77310-60054\n19283-55012 "));
  EXPECT_TRUE(SameFingerprint(text, "０４８２１ 77310 60054 19283 ５５０１２"));
  EXPECT_FALSE(SameFingerprint(text, "04821 77310 60054 19283 55013"));
  EXPECT_FALSE(SameFingerprint(text, "04821 77310 60054 19283"));
  EXPECT_FALSE(SameFingerprint(text, "77310 04821 60054 19283 55012"));
  EXPECT_FALSE(SameFingerprint(text, text + " x"));
  EXPECT_FALSE(SameFingerprint(text, ""));
  EXPECT_FALSE(SameFingerprint("", ""));
}

}  // namespace
}  // namespace qf::client
