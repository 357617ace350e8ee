// HKDF by RFC 5869, HPKE by RFC 9180, and the keys that are made with them.
#include "common/sealing/hpke.h"

#include "absl/strings/str_cat.h"
#include "common/sealing/aead.h"
#include "common/sealing/hkdf.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"
#include "tests/unit/common/sealing/scripted_entropy.h"

namespace qf::sealing {
namespace {

std::string Hex(absl::string_view hex) {
  std::string out;
  QF_CHECK(FromHex(hex, &out));
  return out;
}

// RFC 4231, test cases 1 and 6 (a key longer than a block).
TEST(Hmac, Rfc4231) {
  EXPECT_EQ(ToHex(HmacSha256(std::string(20, '\x0b'), {"Hi There"}).bytes()),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(
      ToHex(HmacSha256(std::string(131, '\xaa'), {"Test Using Larger Than Block-Size Key - Hash Key First"}).bytes()),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, PartsAreOneMessage) {
  EXPECT_EQ(HmacSha256("key", {"ab", "", "c"}).bytes(), HmacSha256("key", {"abc"}).bytes());
}

// RFC 5869, test cases 1 and 3.
TEST(Hkdf, Rfc5869) {
  const std::string input(22, '\x0b');
  const Secret key = HkdfExtract(Hex("000102030405060708090a0b0c"), input);
  EXPECT_EQ(ToHex(key.bytes()), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(ToHex(HkdfExpand(key.bytes(), Hex("f0f1f2f3f4f5f6f7f8f9"), 42).bytes()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(ToHex(HkdfSha256(input, "", "", 42).bytes()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, AsLongAsAsked) {
  for (size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 255u * 32u}) EXPECT_EQ(HkdfSha256("k", "", "", size).size(), size);
  EXPECT_EQ(HkdfSha256("k", "", "", 100).bytes().substr(0, 64), HkdfSha256("k", "", "", 64).bytes());
}

// `sequence` of RFC 9180, 5.2: the nonce is base_nonce with the number folded into its end.
std::string NonceOf(Bytes base, uint64_t sequence) {
  std::string nonce(base);
  for (size_t i = 0; i < 8; ++i) nonce[nonce.size() - 1 - i] ^= static_cast<char>(sequence >> (8 * i));
  return nonce;
}

TEST(Hpke, Rfc9180AppendixA2) {
  const JsonObject rfc = JsonObject::Load("seal.json").object("hpke");
  ASSERT_OK_AND_ASSIGN(const SealingKeyPair ephemeral, SealingKeyPair::FromSecret(rfc.bytes("skEm")));
  ASSERT_OK_AND_ASSIGN(const SealingKeyPair recipient, SealingKeyPair::FromSecret(rfc.bytes("skRm")));
  EXPECT_EQ(ephemeral.public_key(), rfc.id<SealingKey>("pkEm"));
  EXPECT_EQ(recipient.public_key(), rfc.id<SealingKey>("pkRm"));

  const Secret shared(rfc.bytes("shared_secret"));
  const HpkeContext context = HpkeSchedule(shared, rfc.bytes("info"));
  EXPECT_EQ(context.key.bytes(), rfc.bytes("key"));
  EXPECT_EQ(context.nonce.bytes(), rfc.bytes("base_nonce"));
  ASSERT_EQ(rfc.objects("encryptions").size(), 6u);
  for (const JsonObject& one : rfc.objects("encryptions")) {
    EXPECT_EQ(AeadSeal(context.key.bytes(), NonceOf(context.nonce.bytes(), one.u64("sequence")), one.bytes("aad"),
                       rfc.bytes("pt")),
              one.bytes("ct"));
  }
}

TEST(Hpke, Rfc9180WholeSealAndOpen) {
  const JsonObject rfc = JsonObject::Load("seal.json").object("hpke");
  const JsonObject first = rfc.objects("encryptions")[0];
  ScriptedEntropy entropy(rfc.bytes("skEm"));
  ASSERT_OK_AND_ASSIGN(const std::string sealed, HpkeSeal(entropy, rfc.id<SealingKey>("pkRm"), rfc.bytes("info"),
                                                          first.bytes("aad"), rfc.bytes("pt")));
  EXPECT_EQ(sealed, rfc.bytes("pkEm") + first.bytes("ct"));
  ASSERT_OK_AND_ASSIGN(const SealingKeyPair recipient, SealingKeyPair::FromSecret(rfc.bytes("skRm")));
  ASSERT_OK_AND_ASSIGN(const std::string opened, HpkeOpen(recipient, rfc.bytes("info"), first.bytes("aad"), sealed));
  EXPECT_EQ(opened, rfc.bytes("pt"));
}

struct Sealed {
  SealingKeyPair pair;
  std::string bytes;
};

Sealed SealHello() {
  SeededEntropy entropy(7);
  SealingKeyPair pair = SealingKeyPair::Generate(entropy);
  std::string bytes = *HpkeSeal(entropy, pair.public_key(), "info", "aad", "hello");
  return {std::move(pair), std::move(bytes)};
}

TEST(Hpke, EveryBitCounts) {
  const Sealed sealed = SealHello();
  ASSERT_OK(HpkeOpen(sealed.pair, "info", "aad", sealed.bytes));
  for (size_t bit = 0; bit < sealed.bytes.size() * 8; ++bit) {
    if (bit == 31 * 8 + 7) continue;  // the one bit of an X25519 key that RFC 7748, 5, has readers ignore
    std::string changed = sealed.bytes;
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_THAT(HpkeOpen(sealed.pair, "info", "aad", changed), Fails(Reason::REASON_SEAL)) << bit;
  }
}

TEST(Hpke, TheIgnoredBitIsBoundToo) {
  Sealed sealed = SealHello();
  sealed.bytes[31] ^= '\x80';
  EXPECT_THAT(HpkeOpen(sealed.pair, "info", "aad", sealed.bytes), Fails(Reason::REASON_SEAL));
}

TEST(Hpke, OtherKeyInfoAndAssociated) {
  const Sealed sealed = SealHello();
  SeededEntropy entropy(8);
  EXPECT_THAT(HpkeOpen(SealingKeyPair::Generate(entropy), "info", "aad", sealed.bytes), Fails(Reason::REASON_SEAL));
  EXPECT_THAT(HpkeOpen(sealed.pair, "other", "aad", sealed.bytes), Fails(Reason::REASON_SEAL));
  EXPECT_THAT(HpkeOpen(sealed.pair, "info", "other", sealed.bytes), Fails(Reason::REASON_SEAL));
}

TEST(Hpke, CutShort) {
  const Sealed sealed = SealHello();
  for (size_t size = 0; size < sealed.bytes.size(); ++size) {
    EXPECT_THAT(HpkeOpen(sealed.pair, "info", "aad", sealed.bytes.substr(0, size)),
                Fails(size < 48 ? Reason::REASON_MALFORMED : Reason::REASON_SEAL));
  }
}

// A point of low order gives everybody the same secret: RFC 9180, 7.1.4.
TEST(Hpke, LowOrderKeysAreRefused) {
  SeededEntropy entropy(9);
  for (const char* hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    const SealingKey key = *SealingKey::FromHexText(hex);
    EXPECT_THAT(HpkeSeal(entropy, key, "", "", "x"), Fails(Reason::REASON_MALFORMED));
    EXPECT_THAT(HpkeOpen(SealingKeyPair::Generate(entropy), "", "", absl::StrCat(key.bytes(), std::string(17, '\0'))),
                Fails(Reason::REASON_SEAL));
  }
}

TEST(Aead, ShorterThanATag) {
  EXPECT_THAT(AeadOpen(std::string(32, 'k'), std::string(12, 'n'), "", std::string(15, 's')),
              Fails(Reason::REASON_MALFORMED));
}

TEST(Keys, FromSecretWantsExactly32Bytes) {
  EXPECT_THAT(SealingKeyPair::FromSecret(std::string(31, 'x')), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(SealingKeyPair::FromSecret(std::string(33, 'x')), Fails(Reason::REASON_LENGTH));
}

TEST(Keys, CopyIsTheSamePair) {
  SeededEntropy entropy(1);
  const SealingKeyPair pair = SealingKeyPair::Generate(entropy);
  const SealingKeyPair copy = pair.Copy();
  EXPECT_EQ(copy.public_key(), pair.public_key());
  EXPECT_EQ(copy.id(), pair.id());
  EXPECT_EQ(copy.secret_key().bytes(), pair.secret_key().bytes());
}

}  // namespace
}  // namespace qf::sealing
