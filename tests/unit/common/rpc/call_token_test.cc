#include "common/rpc/call_token.h"

#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::rpc {
namespace {

constexpr char kMethod[] = "qingfeng.server.v1.SyncService/Exchange";
constexpr uint64_t kNowUs = 1'767'225'600ull * kMicrosPerSecond;

// Entropy that gives the bytes of a vector.
class GivenEntropy final : public Entropy {
 public:
  explicit GivenEntropy(std::string bytes) : bytes_(std::move(bytes)) {}
  void Fill(void* out, size_t size_bytes) override {
    ASSERT_EQ(size_bytes, bytes_.size());
    bytes_.copy(static_cast<char*>(out), size_bytes);
  }

 private:
  std::string bytes_;
};

absl::StatusOr<SigningKey> VerifyCase(const JsonObject& c) {
  return VerifyCallToken(c.bytes("token"), c.text("method"), c.id<OfficeId>("office"),
                         c.u64("now_seconds") * kMicrosPerSecond);
}

TEST(CallToken, VectorsAreMadeByteForByte) {
  for (const JsonObject& c : JsonObject::Load("call.json").objects("accepted")) {
    if (c.u64("unix_seconds") > UINT64_MAX / kMicrosPerSecond) continue;  // no clock of ours says such a time
    ASSERT_OK_AND_ASSIGN(const record::Signer signer, record::Signer::FromSeed(c.bytes("seed")));
    GivenEntropy entropy(c.bytes("random"));
    EXPECT_EQ(ToHex(MakeCallToken(signer, c.id<OfficeId>("office"), c.text("method"),
                                  c.u64("unix_seconds") * kMicrosPerSecond, entropy)),
              c.text("token"))
        << c.text("name");
  }
}

TEST(CallToken, VectorsAreAccepted) {
  for (const JsonObject& c : JsonObject::Load("call.json").objects("accepted")) {
    ASSERT_OK_AND_ASSIGN(const CallToken token, ParseCallToken(c.bytes("token")));
    EXPECT_EQ(token.unix_seconds, c.u64("unix_seconds"));
    EXPECT_EQ(token.random, c.id<CallRandom>("random"));
    if (c.u64("unix_seconds") > UINT64_MAX / kMicrosPerSecond) continue;
    ASSERT_OK_AND_ASSIGN(const SigningKey principal, VerifyCase(c));
    EXPECT_EQ(principal, c.id<SigningKey>("principal")) << c.text("name");
  }
}

TEST(CallToken, VectorsAreRefused) {
  for (const JsonObject& c : JsonObject::Load("call.json").objects("refused")) {
    const auto verdict = VerifyCase(c);
    ASSERT_FALSE(verdict.ok()) << c.text("name");
    EXPECT_EQ(NameOf(ReasonOf(verdict.status())), c.text("reason")) << c.text("name");
  }
}

TEST(CallToken, ATimeBeyondEveryClockIsAClockErrorAndNoOverflow) {
  const JsonObject last = JsonObject::Load("call.json").objects("accepted")[4];
  EXPECT_THAT(VerifyCallToken(last.bytes("token"), last.text("method"), last.id<OfficeId>("office"), 0),
              Fails(Reason::REASON_CLOCK));
  EXPECT_THAT(VerifyCallToken(last.bytes("token"), last.text("method"), last.id<OfficeId>("office"), UINT64_MAX),
              Fails(Reason::REASON_CLOCK));
}

TEST(CallToken, EveryBitCounts) {
  SeededEntropy entropy(7);
  const auto signer = record::Signer::Generate(entropy);
  const auto office = entropy.Random<OfficeId>();
  const std::string token = MakeCallToken(signer, office, kMethod, kNowUs, entropy);
  ASSERT_EQ(token.size(), kCallTokenBytes);
  ASSERT_OK(VerifyCallToken(token, kMethod, office, kNowUs));
  for (size_t bit = 0; bit < token.size() * 8; ++bit) {
    std::string other = token;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(VerifyCallToken(other, kMethod, office, kNowUs).ok()) << bit;
  }
}

TEST(CallToken, TwoCallsOfOneSecondDiffer) {
  SeededEntropy entropy(7);
  const auto signer = record::Signer::Generate(entropy);
  EXPECT_NE(MakeCallToken(signer, OfficeId(), kMethod, kNowUs, entropy),
            MakeCallToken(signer, OfficeId(), kMethod, kNowUs, entropy));
}

TEST(CallToken, AMethodCannotLendItsEndToWhatFollows) {
  // Without the length before the method, "ab" at one time could be read as "a" at another.
  SeededEntropy entropy(7);
  const auto signer = record::Signer::Generate(entropy);
  const std::string token = MakeCallToken(signer, OfficeId(), "ab", kNowUs, entropy);
  EXPECT_THAT(VerifyCallToken(token, "a", OfficeId(), kNowUs), Fails(Reason::REASON_SIGNATURE));
}

TEST(CallToken, SkewIsTheCallersToSet) {
  SeededEntropy entropy(7);
  const auto signer = record::Signer::Generate(entropy);
  const std::string token = MakeCallToken(signer, OfficeId(), kMethod, kNowUs, entropy);
  const uint64_t hour_us = kNowUs + kMicrosPerHour;
  EXPECT_THAT(VerifyCallToken(token, kMethod, OfficeId(), hour_us), Fails(Reason::REASON_CLOCK));
  EXPECT_OK(VerifyCallToken(token, kMethod, OfficeId(), hour_us, kMicrosPerHour));
}

}  // namespace
}  // namespace qf::rpc
