#include "common/base/sha256.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include "common/base/strings.h"

namespace qf {
namespace {

// FIPS 180-4's examples, by way of NIST's SHA256.pdf.
constexpr absl::string_view kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr absl::string_view kNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Sha256Test, DigestsThePublishedExamples) {
  EXPECT_EQ(Sha256("abc").hex(), kAbc);
  EXPECT_EQ(Sha256("").hex(), kNothing);
}

TEST(Sha256Test, AStreamDigestsPartsAndBeginsAnew) {
  Sha256Stream stream;
  stream.Update("a");
  stream.Update("bc");
  EXPECT_EQ(stream.Finish().hex(), kAbc);
  EXPECT_EQ(stream.Finish().hex(), kNothing);
}

// OPENSSL_init_crypto answers 0 once OpenSSL has ended. What was registered first runs last.
TEST(Sha256DeathTest, OpenSslStaysUntilTheProcessIsGone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process of its own, where nothing was digested before
  EXPECT_EXIT(
      {
        std::atexit([] { _exit(OPENSSL_init_crypto(0, nullptr) == 1 ? 7 : 8); });
        Sha256("abc");
        std::exit(0);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace qf
