// What people copy by hand: codes and shares.
#include "common/sealing/paper_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/ids.h"
#include "common/base/sha256.h"
#include "common/record/signing.h"
#include "common/sealing/format.h"
#include "common/sealing/shares.h"
#include "common/sealing/thread_code.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"
#include "tests/unit/common/sealing/scripted_entropy.h"

namespace qf::sealing {
namespace {

constexpr absl::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string Text(const Secret& secret) { return std::string(secret.bytes()); }

Secret SomeCode(uint64_t seed) {
  SeededEntropy entropy(seed);
  return GenerateCode(entropy);
}

std::array<Share, 3> SomeShares(uint64_t seed) {
  SeededEntropy entropy(seed);
  const Secret secret = entropy.RandomSecret(32);
  return *Split(entropy, secret.bytes());
}

void ExpectKeys(const JsonObject& one, const SigningSeedAndPair& keys) {
  EXPECT_EQ(ToHex(keys.signing_seed.bytes()), one.text("signing_seed"));
  EXPECT_EQ(record::Signer::FromSeed(keys.signing_seed.bytes())->public_key().hex(), one.text("signing_public"));
  EXPECT_EQ(ToHex(keys.sealing.secret_key().bytes()), one.text("sealing_secret"));
  EXPECT_EQ(keys.sealing.public_key().hex(), one.text("sealing_public"));
}

// --- Codes

TEST(Code, Vectors) {
  for (const JsonObject& one : JsonObject::Load("seal.json").objects("codes")) {
    EXPECT_EQ(Text(*FormatCode(one.bytes("code"))), one.text("text"));
    EXPECT_EQ(ToHex(ParseCode(one.text("text"))->bytes()), one.text("code"));
    ASSERT_OK_AND_ASSIGN(const SigningSeedAndPair keys,
                         DeriveThreadKeys(one.id<OfficeId>("office"), one.bytes("code")));
    ExpectKeys(one, keys);
  }
}

TEST(Code, RoundTrip) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const Secret code = SomeCode(seed);
    EXPECT_EQ(code.size(), kThreadCodeBytes);
    const std::string text = Text(*FormatCode(code.bytes()));
    EXPECT_EQ(text.size(), 27u);
    EXPECT_EQ(ParseCode(text)->bytes(), code.bytes());
  }
}

TEST(Code, AsPeopleType) {
  const Secret code = *ParseCode(Text(FormatPaperText(std::string(13, '\0'), 1)));
  EXPECT_EQ(ParseCode("ooo-OOO-000-000-000-000-000")->bytes(), code.bytes());
  const std::string text = Text(*FormatCode(SomeCode(1).bytes()));
  EXPECT_EQ(ParseCode(absl::AsciiStrToLower(text))->bytes(), SomeCode(1).bytes());
  EXPECT_EQ(ParseCode(" " + absl::StrReplaceAll(text, {{"-", " "}}) + "\r\n")->bytes(), SomeCode(1).bytes());
  EXPECT_EQ(ParseCode(absl::StrReplaceAll(text, {{"-", ""}}))->bytes(), SomeCode(1).bytes());
}

TEST(Code, IAndLAreOne) {
  const std::string ones = std::string(12, '\x08') + '\0';
  const std::string text = Text(FormatPaperText(ones, 1));
  ASSERT_NE(text.find('1'), std::string::npos);
  EXPECT_EQ(ParseCode(absl::StrReplaceAll(text, {{"1", "i"}}))->bytes(), ones);
  EXPECT_EQ(ParseCode(absl::StrReplaceAll(text, {{"1", "L"}}))->bytes(), ones);
}

TEST(Code, OneWrongSymbolIsAlwaysFound) {
  const std::string text = absl::StrReplaceAll(Text(*FormatCode(SomeCode(2).bytes())), {{"-", ""}});
  for (size_t at = 0; at < text.size(); ++at) {
    for (char symbol : kSymbols) {
      std::string changed = text;
      changed[at] = symbol;
      if (changed == text) continue;
      EXPECT_THAT(ParseCode(changed), Fails(Reason::REASON_TYPO)) << at << symbol;
    }
  }
}

TEST(Code, TwoExchangedSymbolsAreAlwaysFound) {
  const std::string text = absl::StrReplaceAll(Text(*FormatCode(SomeCode(3).bytes())), {{"-", ""}});
  for (size_t a = 0; a < text.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      if (text[a] == text[b]) continue;
      std::string changed = text;
      std::swap(changed[a], changed[b]);
      EXPECT_THAT(ParseCode(changed), Fails(Reason::REASON_TYPO)) << a << " " << b;
    }
  }
}

TEST(Code, WhatIsNoCode) {
  const std::string text = Text(*FormatCode(SomeCode(4).bytes()));
  EXPECT_THAT(ParseCode(""), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(ParseCode(text.substr(1)), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(ParseCode(text + "0"), Fails(Reason::REASON_LENGTH));
  for (char wrong : {'U', '*', '\0', '\x80', '_'}) {
    EXPECT_THAT(ParseCode(wrong + text.substr(1)), Fails(Reason::REASON_TYPO));
  }
  EXPECT_THAT(FormatCode(std::string(12, '\0')), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(FormatCode(std::string(13, '\1')), Fails(Reason::REASON_LENGTH));
}

TEST(Code, KeysDependOnOfficeAndCode) {
  SeededEntropy entropy(5);
  const OfficeId a = entropy.Random<OfficeId>(), b = entropy.Random<OfficeId>();
  const SealingKey key = DeriveThreadKeys(a, SomeCode(1).bytes())->sealing.public_key();
  EXPECT_EQ(DeriveThreadKeys(a, SomeCode(1).bytes())->sealing.public_key(), key);
  EXPECT_NE(DeriveThreadKeys(b, SomeCode(1).bytes())->sealing.public_key(), key);
  EXPECT_NE(DeriveThreadKeys(a, SomeCode(2).bytes())->sealing.public_key(), key);
  EXPECT_THAT(DeriveThreadKeys(a, std::string(13, '\1')), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(DeriveThreadKeys(a, ""), Fails(Reason::REASON_LENGTH));
}

// --- Shares

TEST(Shares, Vectors) {
  for (const JsonObject& one : JsonObject::Load("seal.json").objects("kits")) {
    ScriptedEntropy entropy(one.bytes("draws"));
    ASSERT_OK_AND_ASSIGN(const auto shares, Split(entropy, one.bytes("secret")));
    EXPECT_TRUE(entropy.used_up());
    const auto texts = one.texts("shares");
    for (size_t i = 0; i < 3; ++i) EXPECT_EQ(Text(FormatShare(shares[i])), texts[i]);
    EXPECT_EQ(Combine(*ParseShare(texts[0]), *ParseShare(texts[2]))->bytes(), one.bytes("secret"));
    ASSERT_OK_AND_ASSIGN(const SigningSeedAndPair keys, DeriveKitKeys(one.bytes("secret")));
    ExpectKeys(one, keys);
  }
}

TEST(Shares, AnyTwoInAnyOrder) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SeededEntropy entropy(seed);
    const Secret secret = entropy.RandomSecret(32);
    ASSERT_OK_AND_ASSIGN(const auto shares, Split(entropy, secret.bytes()));
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        const auto combined = Combine(shares[a], shares[b]);
        if (a == b) {
          EXPECT_THAT(combined, Fails(Reason::REASON_SHARES));
        } else {
          ASSERT_OK(combined);
          EXPECT_EQ(combined->bytes(), secret.bytes());
        }
      }
    }
  }
}

// One share with every secret: for each other secret there are shares that look the same to its holder.
TEST(Shares, OneTellsNothing) {
  const auto shares = SomeShares(1);
  for (const Share& share : shares) {
    EXPECT_NE(share.own.bytes(), share.other.bytes());
    EXPECT_EQ(share.own.size() + share.other.size(), 64u);
  }
  EXPECT_NE(shares[0].own.bytes(), shares[1].own.bytes());
  EXPECT_NE(shares[1].own.bytes(), shares[2].own.bytes());
}

// The words tell the two people at the table what to do.
TEST(Shares, OfDifferentKitsOrTheSameTwice) {
  const auto a = SomeShares(1), b = SomeShares(2);
  const auto different = Combine(a[0], b[1]);
  EXPECT_THAT(different, Fails(Reason::REASON_SHARES));
  EXPECT_EQ(different.status().message(), "the shares belong to two different kits");
  const auto same = Combine(a[0], a[0]);
  EXPECT_THAT(same, Fails(Reason::REASON_SHARES));
  EXPECT_EQ(same.status().message(), "the same share was given twice");
}

TEST(Shares, ThatDoNotFit) {
  auto shares = SomeShares(1);
  shares[1].other.mutable_data()[0] ^= 1;
  EXPECT_THAT(Combine(shares[0], shares[1]), Fails(Reason::REASON_SHARES));
  EXPECT_OK(Combine(shares[1], shares[2]));
}

TEST(Shares, TextRoundTrip) {
  for (const Share& share : SomeShares(3)) {
    const std::string text = Text(FormatShare(share));
    EXPECT_EQ(text.size(), 6u * 27 + 5);
    ASSERT_OK_AND_ASSIGN(const Share read, ParseShare(text));
    EXPECT_EQ(read.number, share.number);
    EXPECT_EQ(read.kit, share.kit);
    EXPECT_EQ(read.own.bytes(), share.own.bytes());
    EXPECT_EQ(read.other.bytes(), share.other.bytes());
  }
}

TEST(Shares, ATypoNamesItsLine) {
  const std::string text = Text(FormatShare(SomeShares(4)[0]));
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '-' || text[at] == '\n') continue;
    std::string changed = text;
    changed[at] = text[at] == 'X' ? 'Y' : 'X';
    const auto parsed = ParseShare(changed);
    EXPECT_THAT(parsed, Fails(Reason::REASON_TYPO));
    EXPECT_EQ(parsed.status().message(), absl::StrCat("line ", at / 28 + 1, " has a mistake"));
  }
}

TEST(Shares, ExchangedLinesAreFound) {
  const std::string text = Text(FormatShare(SomeShares(5)[0]));
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (size_t a = 0; a < lines.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      std::vector<std::string> changed = lines;
      std::swap(changed[a], changed[b]);
      EXPECT_THAT(ParseShare(absl::StrJoin(changed, "\n")), Fails(Reason::REASON_TYPO));
    }
  }
}

// A mistake that every check symbol passes by chance is found by the hash over the whole share.
TEST(Shares, TheWholeIsChecked) {
  Secret bytes = *ParsePaperText(FormatShare(SomeShares(6)[0]).bytes(), 6);
  bytes.mutable_data()[20] ^= 1;
  EXPECT_THAT(ParseShare(FormatPaperText(bytes.bytes(), 6).bytes()), Fails(Reason::REASON_TYPO));
}

TEST(Shares, OfALaterKind) {
  Share share = std::move(SomeShares(7)[0]);
  for (int number : {0, 4, -1}) {
    share.number = number;
    EXPECT_THAT(ParseShare(FormatShare(share).bytes()), Fails(Reason::REASON_MALFORMED));
  }
  std::string bytes = absl::StrCat("\x02\x01", std::string(69, 's'));
  absl::StrAppend(&bytes, Sha256(absl::StrCat(kShareLabel, bytes)).bytes().substr(0, 4));
  EXPECT_THAT(ParseShare(FormatPaperText(bytes, 6).bytes()), Fails(Reason::REASON_MALFORMED));
}

TEST(Shares, KitsHave32Bytes) {
  SeededEntropy entropy(1);
  EXPECT_THAT(Split(entropy, "short"), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(DeriveKitKeys("short"), Fails(Reason::REASON_LENGTH));
}

}  // namespace
}  // namespace qf::sealing
