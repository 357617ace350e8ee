#include "common/log/tlog_proof.h"

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "common/log/format.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::log {
namespace {

std::vector<JsonObject> Cases() { return JsonObject::Load("checkpoint.json").objects("proofs"); }

absl::StatusOr<Checkpoint> Verify(const JsonObject& c, Bytes text) {
  return VerifyTlogProof(text, LeafHash(c.bytes("leaf_data")), c.id<OfficeId>("office"), c.id<SigningKey>("log_key"));
}

TEST(Vectors, ProofsAreWrittenByteForByte) {
  for (const JsonObject& c : Cases()) {
    EXPECT_EQ(FormatTlogProof({c.u64("position"), c.digests("path"), c.bytes("extra"), c.text("checkpoint")}),
              c.text("proof"));
  }
}

TEST(Vectors, ProofsAreReadAndVerify) {
  for (const JsonObject& c : Cases()) {
    ASSERT_OK_AND_ASSIGN(const TlogProof proof, ParseTlogProof(c.text("proof")));
    EXPECT_EQ(proof.position, c.u64("position"));
    EXPECT_EQ(proof.path, c.digests("path"));
    EXPECT_EQ(proof.extra, c.bytes("extra"));
    EXPECT_EQ(proof.checkpoint, c.text("checkpoint"));
    ASSERT_OK_AND_ASSIGN(const Checkpoint checkpoint, Verify(c, c.text("proof")));
    EXPECT_EQ(checkpoint.size, c.u64("size"));
    EXPECT_EQ(checkpoint.root, c.id<Digest>("root"));
  }
}

TEST(VerifyTlogProof, SaysWhatIsWrong) {
  const JsonObject c = Cases()[2];
  const std::string good = c.text("proof");
  EXPECT_THAT(VerifyTlogProof(good, EmptyRoot(), c.id<OfficeId>("office"), c.id<SigningKey>("log_key")),
              Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyTlogProof(good, LeafHash(c.bytes("leaf_data")), OfficeId(), c.id<SigningKey>("log_key")),
              Fails(Reason::REASON_OFFICE));
  EXPECT_THAT(VerifyTlogProof(good, LeafHash(c.bytes("leaf_data")), c.id<OfficeId>("office"), SigningKey()),
              Fails(Reason::REASON_PROOF));
  EXPECT_THAT(Verify(c, absl::StrReplaceAll(good, {{"index 700", "index 701"}})), Fails(Reason::REASON_PROOF));
}

// Only the extra data may change unnoticed: the specification says that they are not authenticated.
TEST(VerifyTlogProof, NoBitMayChangeButOfExtraData) {
  const JsonObject c = Cases()[2];
  const std::string good = c.text("proof");
  const size_t extra = good.find("extra ") + 6, extra_end = good.find('\n', extra);
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    if (bit / 8 >= extra && bit / 8 < extra_end) continue;
    std::string bad = good;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(Verify(c, bad).ok()) << bit;
  }
}

TEST(ParseTlogProof, ReadsOneFormOnly) {
  const JsonObject c = Cases()[2];
  const std::string good = c.text("proof");
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = "\n" + good.substr(good.find("index 700\n") + 10, 45);
  ASSERT_TRUE(absl::StrContains(good, hash));
  const std::vector<std::pair<std::string, std::string>> changes = {{first, "c2sp.org/tlog-proof@v2\n"},
                                                                    {first, ""},
                                                                    {"index 700", "index 0700"},
                                                                    {"index 700", "index +700"},
                                                                    {"index 700", "index  700"},
                                                                    {"index 700", "index 9223372036854775808"},
                                                                    {"index 700\n", ""},
                                                                    {"extra ", "extra"},
                                                                    {"extra ", "extra A"},
                                                                    {"extra ", "more  "},
                                                                    {hash, "\nAAAA\n"},
                                                                    {hash, hash.substr(0, 44) + "\n"},
                                                                    {"=\n\nqingfeng", "=\nqingfeng"},
                                                                    {"\n\n— ", "\n— "},
                                                                    {"qingfeng/", "another/"}};
  for (const auto& [from, to] : changes) {
    ASSERT_TRUE(absl::StrContains(good, from)) << from;
    EXPECT_THAT(ParseTlogProof(absl::StrReplaceAll(good, {{from, to}})), Fails(Reason::REASON_MALFORMED)) << to;
  }
  EXPECT_THAT(ParseTlogProof(first + "extra \n" + good.substr(good.find("index"))), Fails(Reason::REASON_MALFORMED));
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(ParseTlogProof(Bytes(good).substr(0, size)).ok()) << size;
  }
}

TEST(ParseTlogProof, Bounds) {
  const JsonObject c = Cases()[2];
  TlogProof proof{0, std::vector<Digest>(kMaxPathHashes, EmptyRoot()), std::string(150'000, 'x'), c.text("checkpoint")};
  ASSERT_OK_AND_ASSIGN(const TlogProof parsed, ParseTlogProof(FormatTlogProof(proof)));
  EXPECT_EQ(FormatTlogProof(parsed), FormatTlogProof(proof));
  TlogProof long_path = proof;
  long_path.path.push_back(EmptyRoot());
  EXPECT_THAT(ParseTlogProof(FormatTlogProof(long_path)), Fails(Reason::REASON_MALFORMED));
  TlogProof much_extra = proof;
  much_extra.extra.append(50'000, 'x');
  EXPECT_THAT(ParseTlogProof(FormatTlogProof(much_extra)), Fails(Reason::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace qf::log
