#include "client-core/vault/pin.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace qf::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Pin, DigitsThatAreNoPatternAreTaken) {
  for (const char* pin : {"271828", "605937", "4829173", "90417362", "000001", "838299"}) {
    EXPECT_OK(CheckPin(pin)) << pin;
  }
}

TEST(Pin, PassphrasesAreTaken) {
  for (const char* pin : {"correct horse battery", "窗外梧桐一夜秋雨声", "Tr0ub4dor&3"})
    EXPECT_OK(CheckPin(pin)) << pin;
}

TEST(Pin, WhatIsTriedFirstIsRefused) {
  for (const char* pin : {"",         "12345",    "27182",    "1234567",  // short, or a run
                          "000000",   "111111",   "121212",   "123123",  "12121",         "abcabcabc", "11111111",
                          "123456",   "654321",   "876543",   "135791",  "890123",        "987654321", "abcdefgh",
                          "ABCDEFGH", "520520",   "5201314",  "147258",  "password",      "PassW0rd",  // most used
                          "198512",   "201607",   "850312",   "120385",  "311299",  // years, YYMMDD, DDMMYY
                          "19850312", "12031985", "20000101", "short 1", "七个字符不够长"}) {
    EXPECT_THAT(CheckPin(pin), Fails(Reason::REASON_PIN_WEAK)) << pin;
  }
}

TEST(Pin, LengthIsCountedInCharactersAndBounded) {
  EXPECT_THAT(CheckPin("梧桐秋雨"), Fails(Reason::REASON_PIN_WEAK));  // 12 bytes, four characters
  std::string longest;
  while (longest.size() < kPinBytesMax) longest += std::to_string(longest.size() * 7919 % 1009);
  longest.resize(kPinBytesMax);
  EXPECT_OK(CheckPin(longest + ""));
  EXPECT_THAT(CheckPin(longest + "x"), Fails(Reason::REASON_LENGTH));
}

TEST(Pin, TheErrorDoesNotRepeatIt) { EXPECT_THAT(std::string(CheckPin("198512").message()), Not(HasSubstr("198512"))); }

TEST(Protection, SaysWhatSixDigitsAreWorth) {
  const std::string said = ProtectionOf("271828", kFileSecretCost, false, "en");
  EXPECT_THAT(said, HasSubstr("number of 6 digits takes one processor core about 29 hours"));
  EXPECT_THAT(said, HasSubstr("one rented graphics card about 8 minutes"));
  EXPECT_THAT(said, HasSubstr("If the secret file is kept in another place"));
  EXPECT_THAT(said, Not(HasSubstr("271828")));
}

TEST(Protection, GrowsWithTheCost) {
  EXPECT_THAT(ProtectionOf("271828", {256 * 1024, 3}, false, "en"), HasSubstr("about 5 days"));
}

TEST(Protection, DoesNotCallASayingStrong) {
  EXPECT_THAT(ProtectionOf("correct horse battery", kFileSecretCost, false, "en"), HasSubstr("guesses a second"));
}

TEST(Protection, IsSaidInChineseToo) {
  EXPECT_THAT(ProtectionOf("271828", kFileSecretCost, false, "zh-CN"), HasSubstr("29小时"));
  EXPECT_THAT(ProtectionOf("窗外梧桐一夜秋雨声", kFileSecretCost, false, "zh-CN"), HasSubstr("显卡"));
  EXPECT_THAT(ProtectionOf("271828", kFileSecretCost, true, "zh-CN"), HasSubstr("安全芯片"));
}

TEST(Protection, OfHardwareNamesNoFile) {
  EXPECT_THAT(ProtectionOf("271828", kFileSecretCost, true, "en"), Not(HasSubstr("file")));
}

}  // namespace
}  // namespace qf::client
