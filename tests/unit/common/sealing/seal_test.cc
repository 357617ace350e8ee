#include "common/sealing/seal.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"
#include "tests/unit/common/sealing/scripted_entropy.h"

namespace qf::sealing {
namespace {

SealContext ContextOf(const JsonObject& one) {
  return {one.id<OfficeId>("office"), one.text("feed"),      one.id<SigningKey>("author"), one.u64("kind"),
          one.id<ItemId>("item"),     one.bytes("reference")};
}

SealContext SomeContext() {
  SeededEntropy entropy(5);
  return {entropy.Random<OfficeId>(), "office", entropy.Random<SigningKey>(), 7, entropy.Random<ItemId>(), ""};
}

// `count` pairs, and their public keys.
std::vector<SealingKeyPair> Pairs(size_t count) {
  SeededEntropy entropy(11);
  std::vector<SealingKeyPair> out;
  for (size_t i = 0; i < count; ++i) out.push_back(SealingKeyPair::Generate(entropy));
  return out;
}
std::vector<SealingKey> KeysOf(const std::vector<SealingKeyPair>& pairs) {
  std::vector<SealingKey> out;
  for (const SealingKeyPair& pair : pairs) out.push_back(pair.public_key());
  return out;
}

std::string SealFrame(const SealContext& context, const std::vector<SealingKeyPair>& readers,
                      KeyIds key_ids = KeyIds::kShown, Bytes frame = "the frame") {
  SeededEntropy entropy(21);
  const std::vector<SealingKey> keys = KeysOf(readers);
  return keys.size() == 1 ? *SealToOne(entropy, context, frame, keys[0], key_ids)
                          : *SealToSeveral(entropy, context, frame, keys, key_ids);
}

// --- Vectors

absl::StatusOr<std::string> SealAsVector(const JsonObject& one, Entropy& entropy) {
  const KeyIds key_ids = one.text("key_ids") == "hidden" ? KeyIds::kHidden : KeyIds::kShown;
  std::vector<SealingKey> readers;
  for (const JsonObject& reader : one.objects("readers")) readers.push_back(reader.id<SealingKey>("public"));
  const std::string frame = one.bytes("frame");
  if (readers.size() == 1) return SealToOne(entropy, ContextOf(one), frame, readers[0], key_ids);
  return SealToSeveral(entropy, ContextOf(one), frame, readers, key_ids);
}

TEST(Seal, WritesTheVectorsByteForByte) {
  for (const JsonObject& one : JsonObject::Load("seal.json").objects("bodies")) {
    ScriptedEntropy entropy(one.bytes("draws"));
    ASSERT_OK_AND_ASSIGN(const std::string body, SealAsVector(one, entropy));
    EXPECT_EQ(ToHex(body), one.text("body")) << one.text("name");
    EXPECT_TRUE(entropy.used_up()) << one.text("name");
  }
}

TEST(Seal, EveryReaderOpensTheVectors) {
  for (const JsonObject& one : JsonObject::Load("seal.json").objects("bodies")) {
    const std::string body = one.bytes("body");
    for (const JsonObject& reader : one.objects("readers")) {
      std::vector<SealingKeyPair> keys = Pairs(2);
      keys.push_back(*SealingKeyPair::FromSecret(reader.bytes("secret")));
      EXPECT_EQ(keys.back().id().hex(), reader.text("key_id"));
      ASSERT_OK_AND_ASSIGN(const std::string frame, Open(ContextOf(one), body, keys));
      EXPECT_EQ(frame, one.bytes("frame")) << one.text("name");
    }
  }
}

TEST(Seal, PublicVector) {
  const JsonObject one = JsonObject::Load("seal.json").object("public");
  EXPECT_EQ(*PublicBody(one.bytes("frame")), one.bytes("body"));
  EXPECT_EQ(*OpenPublic(one.bytes("body")), one.bytes("frame"));
}

// --- Binding

// The context with one thing changed, for each thing.
std::vector<SealContext> Neighbours(const SealContext& context) {
  std::vector<SealContext> out(7, context);
  out[0].office.mutable_data()[0] ^= 1;
  out[1].feed = "officf";
  out[2].author.mutable_data()[31] ^= 1;
  out[3].kind += 1;
  out[4].item.mutable_data()[15] ^= 1;
  out[5].reference = std::string(32, 'r');
  out[6].feed = "offic";
  return out;
}

TEST(Seal, IsBoundToItsWholeContext) {
  const SealContext context = SomeContext();
  for (size_t count : {1u, 2u}) {
    const std::vector<SealingKeyPair> pairs = Pairs(count);
    const std::string shown = SealFrame(context, pairs);
    const std::string hidden = SealFrame(context, pairs, KeyIds::kHidden);
    EXPECT_OK(Open(context, shown, pairs));
    EXPECT_OK(Open(context, hidden, pairs));
    for (const SealContext& other : Neighbours(context)) {
      EXPECT_THAT(Open(other, shown, pairs), Fails(Reason::REASON_SEAL));
      EXPECT_THAT(Open(other, hidden, pairs), Fails(Reason::REASON_NOT_GRANTED));
    }
  }
}

TEST(Seal, EveryByteCounts) {
  const SealContext context = SomeContext();
  for (size_t count : {1u, 2u, 3u}) {
    const std::vector<SealingKeyPair> pairs = Pairs(count);
    const std::string body = SealFrame(context, pairs);
    for (size_t at = 0; at < body.size(); ++at) {
      std::string changed = body;
      changed[at] ^= 0x10;
      const auto opened = Open(context, changed, absl::MakeConstSpan(pairs).subspan(count - 1));
      const bool in_slot_of_another = opened.ok();  // whose part says nothing about ours
      EXPECT_EQ(in_slot_of_another, count > 1 && at >= 2 && at < 2 + (count - 1) * kSlotBytes) << at;
    }
  }
}

TEST(Seal, CutShort) {
  const SealContext context = SomeContext();
  for (size_t count : {1u, 2u}) {
    const std::vector<SealingKeyPair> pairs = Pairs(count);
    const std::string body = SealFrame(context, pairs);
    for (size_t size = 0; size < body.size(); ++size) {
      EXPECT_THAT(Open(context, body.substr(0, size), pairs),
                  Fails(size < BodyOverhead(count) ? Reason::REASON_MALFORMED : Reason::REASON_SEAL));
    }
    EXPECT_THAT(Open(context, body + '\0', pairs), Fails(Reason::REASON_SEAL));
  }
}

// --- Suites

TEST(Seal, WhatHasToBeSealedIsNotTakenUnsealed) {
  const std::string body = *PublicBody("frame");
  EXPECT_EQ(*OpenPublic(body), "frame");
  EXPECT_THAT(Open(SomeContext(), body, Pairs(1)), Fails(Reason::REASON_SUITE));
  EXPECT_THAT(OpenPublic(SealFrame(SomeContext(), Pairs(1))), Fails(Reason::REASON_SUITE));
  EXPECT_THAT(OpenPublic(""), Fails(Reason::REASON_MALFORMED));
}

TEST(Seal, UnknownSuitesAreRefused) {
  std::string body = SealFrame(SomeContext(), Pairs(1));
  for (int suite = 3; suite < 256; ++suite) {
    body[0] = static_cast<char>(suite);
    EXPECT_THAT(Open(SomeContext(), body, Pairs(1)), Fails(Reason::REASON_SUITE));
    EXPECT_THAT(OpenPublic(body), Fails(Reason::REASON_SUITE));
  }
}

// A slot of suite 2 is HPKE too, but cannot be given out as a body of suite 1 whose frame is the content key.
TEST(Seal, ASlotIsNoBody) {
  const std::vector<SealingKeyPair> pairs = Pairs(2);
  const std::string body = SealFrame(SomeContext(), pairs);
  const std::string alone = absl::StrCat(Bytes("\1", 1), body.substr(2, kSlotBytes));
  EXPECT_THAT(Open(SomeContext(), alone, pairs), Fails(Reason::REASON_SEAL));
}

// --- Readers

TEST(Seal, NotGranted) {
  const std::vector<SealingKeyPair> all = Pairs(4);
  const std::vector<SealingKeyPair> two = Pairs(2);
  const auto strangers = absl::MakeConstSpan(all).subspan(2);
  for (KeyIds key_ids : {KeyIds::kShown, KeyIds::kHidden}) {
    EXPECT_THAT(Open(SomeContext(), SealFrame(SomeContext(), two, key_ids), strangers),
                Fails(Reason::REASON_NOT_GRANTED));
    EXPECT_THAT(Open(SomeContext(), SealFrame(SomeContext(), two, key_ids), {}), Fails(Reason::REASON_NOT_GRANTED));
  }
}

TEST(Seal, HiddenReadersAreNotNamed) {
  const std::vector<SealingKeyPair> pairs = Pairs(2);
  const std::string shown = SealFrame(SomeContext(), pairs);
  const std::string hidden = SealFrame(SomeContext(), pairs, KeyIds::kHidden);
  for (const SealingKeyPair& pair : pairs) {
    EXPECT_NE(shown.find(pair.id().str()), std::string::npos);
    EXPECT_EQ(hidden.find(pair.id().str()), std::string::npos);
  }
}

TEST(Seal, TwoToEightDifferentReaders) {
  SeededEntropy entropy(1);
  std::vector<SealingKey> keys = KeysOf(Pairs(9));
  EXPECT_THAT(SealToSeveral(entropy, SomeContext(), "", keys, KeyIds::kShown), Fails(Reason::REASON_LENGTH));
  keys.pop_back();
  EXPECT_OK(SealToSeveral(entropy, SomeContext(), "", keys, KeyIds::kShown));
  keys[7] = keys[0];
  EXPECT_THAT(SealToSeveral(entropy, SomeContext(), "", keys, KeyIds::kShown), Fails(Reason::REASON_LENGTH));
  keys.resize(1);
  EXPECT_THAT(SealToSeveral(entropy, SomeContext(), "", keys, KeyIds::kShown), Fails(Reason::REASON_LENGTH));
}

TEST(Seal, CountOutOfRange) {
  const std::string frame(30'000, 'x');  // so that no count runs beyond the body
  std::string body = SealFrame(SomeContext(), Pairs(2), KeyIds::kShown, frame);
  for (int count : {0, 1, 9, 255}) {
    body[1] = static_cast<char>(count);
    EXPECT_THAT(Open(SomeContext(), body, Pairs(2)), Fails(Reason::REASON_MALFORMED));
  }
}

TEST(Seal, UselessKeysAreRefused) {
  SeededEntropy entropy(1);
  const std::vector<SealingKey> keys = {Pairs(1)[0].public_key(), SealingKey()};
  EXPECT_THAT(SealToOne(entropy, SomeContext(), "", SealingKey(), KeyIds::kShown), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(SealToSeveral(entropy, SomeContext(), "", keys, KeyIds::kShown), Fails(Reason::REASON_MALFORMED));
}

// An author who gives two readers two content keys cannot show them two contents: the second key does not fit
// the commitment, and is refused before anything is decrypted.
TEST(Seal, AllReadersAreShownTheSame) {
  const std::vector<SealingKeyPair> pairs = Pairs(2);
  std::string body = SealFrame(SomeContext(), pairs);
  SeededEntropy other(99);
  const std::string second = *SealToSeveral(other, SomeContext(), "the frame", KeysOf(pairs), KeyIds::kShown);
  body.replace(2 + kSlotBytes, kSlotBytes, second, 2 + kSlotBytes, kSlotBytes);
  EXPECT_OK(Open(SomeContext(), body, absl::MakeConstSpan(pairs).subspan(0, 1)));
  EXPECT_THAT(Open(SomeContext(), body, absl::MakeConstSpan(pairs).subspan(1)), Fails(Reason::REASON_SEAL));
}

TEST(Seal, TwoSealsOfTheSameDiffer) {
  SeededEntropy entropy(1);
  const SealingKey key = Pairs(1)[0].public_key();
  std::set<std::string> bodies;
  for (int i = 0; i < 10; ++i) bodies.insert(*SealToOne(entropy, SomeContext(), "x", key, KeyIds::kShown));
  EXPECT_EQ(bodies.size(), 10u);
}

// --- Bounds

TEST(Seal, NoHeaderHasSuchAContext) {
  SeededEntropy entropy(1);
  SealContext context = SomeContext();
  context.reference = "short";
  EXPECT_THAT(SealToOne(entropy, context, "", Pairs(1)[0].public_key(), KeyIds::kShown),
              Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(SealToSeveral(entropy, context, "", KeysOf(Pairs(2)), KeyIds::kShown), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(Open(context, SealFrame(SomeContext(), Pairs(1)), Pairs(1)), Fails(Reason::REASON_MALFORMED));
  context = SomeContext();
  context.feed = std::string(70'000, 'f');
  EXPECT_THAT(Open(context, SealFrame(SomeContext(), Pairs(1)), Pairs(1)), Fails(Reason::REASON_MALFORMED));
}

TEST(Seal, BodiesUpTo256KiB) {
  SeededEntropy entropy(1);
  const std::string most(limits::kBodyBytes, 'x');
  const std::vector<SealingKey> keys = KeysOf(Pairs(2));
  EXPECT_EQ(PublicBody(Bytes(most).substr(1))->size(), limits::kBodyBytes);
  EXPECT_THAT(PublicBody(most), Fails(Reason::REASON_TOO_LARGE));
  const Bytes one = Bytes(most).substr(BodyOverhead(1));
  EXPECT_EQ(SealToOne(entropy, SomeContext(), one, keys[0], KeyIds::kShown)->size(), limits::kBodyBytes);
  EXPECT_THAT(SealToOne(entropy, SomeContext(), Bytes(most).substr(BodyOverhead(1) - 1), keys[0], KeyIds::kShown),
              Fails(Reason::REASON_TOO_LARGE));
  const Bytes two = Bytes(most).substr(BodyOverhead(2));
  EXPECT_EQ(SealToSeveral(entropy, SomeContext(), two, keys, KeyIds::kShown)->size(), limits::kBodyBytes);
  EXPECT_THAT(SealToSeveral(entropy, SomeContext(), Bytes(most).substr(BodyOverhead(2) - 1), keys, KeyIds::kShown),
              Fails(Reason::REASON_TOO_LARGE));
}

// --- Content

TEST(Content, RoundTrip) {
  SeededEntropy entropy(2);
  for (size_t count : {1u, 2u, 8u}) {
    for (Padding padding : {Padding::kPadme, Padding::kLetter, Padding::kClasses}) {
      const std::vector<SealingKeyPair> pairs = Pairs(count);
      const std::string content = "一份举报 " + std::string(500, 'x');
      ASSERT_OK_AND_ASSIGN(const std::string body,
                           SealContent(entropy, SomeContext(), content, KeysOf(pairs), {.padding = padding}));
      EXPECT_EQ(body.size(), *PaddedBodySize(padding, body.size()));
      EXPECT_EQ(*OpenContent(SomeContext(), body, absl::MakeConstSpan(pairs).subspan(count - 1)), content);
    }
  }
}

TEST(Content, Public) {
  const std::string body = *PublicContent("an announcement");
  EXPECT_EQ(*OpenPublicContent(body), "an announcement");
  EXPECT_THAT(OpenPublicContent(body.substr(0, body.size() - 1)), Fails(Reason::REASON_MALFORMED));
}

std::string Noise(size_t size_bytes) {
  SeededEntropy entropy(4);
  return std::string(entropy.RandomSecret(size_bytes).bytes());
}

// Whatever is inside, and for whomever: one size.
TEST(Content, LettersAndRepliesAreOfOneSize) {
  SeededEntropy entropy(2);
  const std::vector<SealingKey> keys = KeysOf(Pairs(2));
  const SealOptions letter{.padding = Padding::kLetter, .key_ids = KeyIds::kHidden};
  const auto to_one = absl::MakeConstSpan(keys).subspan(0, 1);
  for (size_t size : {size_t{0}, size_t{1}, size_t{255}, size_t{256}, kReplyContentBytes}) {
    EXPECT_EQ(SealContent(entropy, SomeContext(), Noise(size), to_one, letter)->size(), 4096u);
    EXPECT_EQ(SealContent(entropy, SomeContext(), Noise(size), keys, letter)->size(), 4096u);
  }
  EXPECT_EQ(SealContent(entropy, SomeContext(), Noise(kLetterContentBytes), to_one, letter)->size(), 4096u);
  EXPECT_THAT(SealContent(entropy, SomeContext(), Noise(4096), to_one, letter), Fails(Reason::REASON_TOO_LARGE));
}

TEST(Content, NoReaders) {
  SeededEntropy entropy(2);
  EXPECT_THAT(SealContent(entropy, SomeContext(), "x", {}, {}), Fails(Reason::REASON_LENGTH));
}

TEST(Content, TooLarge) {
  SeededEntropy entropy(2);
  const std::vector<SealingKey> keys = KeysOf(Pairs(1));
  EXPECT_THAT(SealContent(entropy, SomeContext(), Noise(256 * 1024), keys, {}), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_OK(SealContent(entropy, SomeContext(), std::string(limits::kContentBytes, 'x'), keys, {}));
}

TEST(Content, MoreThanAFrameMayHold) {
  SeededEntropy entropy(2);
  const std::string content(limits::kContentBytes + 1, 'x');
  EXPECT_THAT(SealContent(entropy, SomeContext(), content, KeysOf(Pairs(1)), {}), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(PublicContent(content), Fails(Reason::REASON_TOO_LARGE));
}

TEST(Content, WhatCannotBeOpened) {
  EXPECT_THAT(OpenContent(SomeContext(), SealFrame(SomeContext(), Pairs(1)), {}), Fails(Reason::REASON_NOT_GRANTED));
  EXPECT_THAT(OpenPublicContent(SealFrame(SomeContext(), Pairs(1))), Fails(Reason::REASON_SUITE));
}

TEST(Content, WhatIsSealedMustBeAFrame) {
  const std::vector<SealingKeyPair> pairs = Pairs(1);
  EXPECT_THAT(OpenContent(SomeContext(), SealFrame(SomeContext(), pairs), pairs), Fails(Reason::REASON_MALFORMED));
}

}  // namespace
}  // namespace qf::sealing
