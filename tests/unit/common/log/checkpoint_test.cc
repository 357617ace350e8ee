#include "common/log/checkpoint.h"

#include "absl/strings/str_cat.h"
#include "common/base/sha256.h"
#include "common/log/cosignature.h"
#include "common/log/format.h"
#include "common/log/note.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::log {
namespace {

Checkpoint CheckpointOf(const JsonObject& c) {
  return {c.id<OfficeId>("office"), c.u64("term"), c.u64("size"), c.id<Digest>("root")};
}

record::Signer SignerOf(const std::string& seed) { return *record::Signer::FromSeed(seed); }

JsonObject Cosigned() { return JsonObject::Load("checkpoint.json").objects("cosigned")[0]; }

TEST(Vectors, CheckpointsAreWrittenByteForByte) {
  for (const JsonObject& c : JsonObject::Load("checkpoint.json").objects("checkpoints")) {
    const auto key = SignerOf(c.bytes("log_key_seed"));
    EXPECT_EQ(key.public_key().hex(), c.text("log_key"));
    EXPECT_EQ(FormatCheckpoint(CheckpointOf(c), key), c.text("checkpoint"));
    const std::string name = Origin(CheckpointOf(c).office, c.u64("term"));
    EXPECT_EQ(ToHex(U64(KeyId(name, KeyType::kEd25519, key.public_key())).substr(4)), c.text("key_id"));
    EXPECT_EQ(VerifierKey(name, KeyType::kEd25519, key.public_key()), c.text("vkey"));
  }
}

TEST(Vectors, CheckpointsAreRead) {
  for (const JsonObject& c : JsonObject::Load("checkpoint.json").objects("checkpoints")) {
    ASSERT_OK_AND_ASSIGN(const Checkpoint checkpoint,
                         ParseCheckpoint(c.text("checkpoint"), c.id<OfficeId>("office"), c.id<SigningKey>("log_key")));
    EXPECT_EQ(checkpoint, CheckpointOf(c));
    ASSERT_OK_AND_ASSIGN(const Checkpoint claimed, ParseUnverified(c.text("checkpoint")));
    EXPECT_EQ(claimed, checkpoint);
  }
}

TEST(Vectors, RefusedTextsAreRefused) {
  const JsonObject refused = JsonObject::Load("checkpoint.json").object("refused");
  for (const JsonObject& c : refused.objects("texts")) {
    const auto checkpoint =
        ParseCheckpoint(c.text("text"), refused.id<OfficeId>("office"), refused.id<SigningKey>("log_key"));
    EXPECT_EQ(NameOf(ReasonOf(checkpoint.status())), c.text("reason")) << c.text("why");
    // What can be read at all can be read without a key.
    const bool readable = c.text("reason") == "PROOF" || c.text("reason") == "OFFICE";
    EXPECT_EQ(ParseUnverified(c.text("text")).ok(), readable) << c.text("why");
  }
}

TEST(Vectors, CosignaturesAreWrittenAndRead) {
  const JsonObject c = Cosigned();
  std::string text = c.text("checkpoint");
  for (const JsonObject& w : c.objects("witnesses")) {
    const auto key = SignerOf(w.bytes("seed"));
    EXPECT_EQ(VerifierKey(w.text("name"), KeyType::kCosignature, key.public_key()), w.text("vkey"));
    EXPECT_THAT(VerifyCosignature(text, w.text("name"), key.public_key()), Fails(Reason::REASON_NOT_FOUND));
    ASSERT_OK_AND_ASSIGN(text, AddCosignature(text, w.text("name"), key, w.u64("time_s")));
    EXPECT_EQ(text, w.text("cosigned"));
    ASSERT_OK_AND_ASSIGN(const uint64_t time_s, VerifyCosignature(text, w.text("name"), key.public_key()));
    EXPECT_EQ(time_s, w.u64("time_s"));
    // The log's own signature stands as before.
    ASSERT_OK_AND_ASSIGN(const Checkpoint checkpoint,
                         ParseCheckpoint(text, c.id<OfficeId>("office"), c.id<SigningKey>("log_key")));
    EXPECT_EQ(checkpoint, CheckpointOf(c));
  }
}

TEST(Checkpoint, ReasonsTellWhatWasWrong) {
  const auto key = SignerOf(std::string(32, 'k')), other = SignerOf(std::string(32, 'o'));
  const Checkpoint checkpoint{*OfficeId::From(std::string(16, 'a')), 3, 5, Sha256("root")};
  const std::string text = FormatCheckpoint(checkpoint, key);
  EXPECT_OK(ParseCheckpoint(text, checkpoint.office, key.public_key()));
  EXPECT_THAT(ParseCheckpoint(text, checkpoint.office, other.public_key()), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(ParseCheckpoint(text, *OfficeId::From(std::string(16, 'b')), key.public_key()),
              Fails(Reason::REASON_OFFICE));
  EXPECT_THAT(ParseCheckpoint(text.substr(1), checkpoint.office, key.public_key()), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(ParseCheckpoint("", checkpoint.office, key.public_key()), Fails(Reason::REASON_MALFORMED));
}

TEST(Checkpoint, NoBitMayChange) {
  const auto key = SignerOf(std::string(32, 'k'));
  const Checkpoint checkpoint{*OfficeId::From(std::string(16, 'a')), 3, 1234, Sha256("root")};
  const std::string good = FormatCheckpoint(checkpoint, key);
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(ParseCheckpoint(bad, checkpoint.office, key.public_key()).ok()) << bit;
  }
}

TEST(Cosignature, BindsTextAndTime) {
  const JsonObject c = Cosigned();
  const auto key = SignerOf(std::string(32, 'w'));
  ASSERT_OK_AND_ASSIGN(const std::string text, AddCosignature(c.text("checkpoint"), "w", key, 1'752'480'000));
  ASSERT_OK_AND_ASSIGN(Note note, ParseNote(text));
  Note later = note;
  later.signatures.back().signature[7] ^= 1;  // the last byte of the time
  EXPECT_THAT(VerifyCosignature(FormatNote(later), "w", key.public_key()), Fails(Reason::REASON_PROOF));
  Note other = note;
  other.text[other.text.size() - 3] ^= 1;  // within the root
  EXPECT_THAT(VerifyCosignature(FormatNote(other), "w", key.public_key()), Fails(Reason::REASON_PROOF));
  Note cut = note;
  cut.signatures.back().signature.resize(7);
  EXPECT_THAT(VerifyCosignature(FormatNote(cut), "w", key.public_key()), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyCosignature(text, "v", key.public_key()), Fails(Reason::REASON_NOT_FOUND));
}

// The key id alone does not name a key: four bytes collide.
TEST(Cosignature, OfAnotherNameIsNone) {
  const auto key = SignerOf(std::string(32, 'w'));
  ASSERT_OK_AND_ASSIGN(const std::string text, AddCosignature(Cosigned().text("checkpoint"), "w", key, 1));
  ASSERT_OK_AND_ASSIGN(Note note, ParseNote(text));
  note.signatures.back().key_name = "v";
  EXPECT_THAT(VerifyCosignature(FormatNote(note), "w", key.public_key()), Fails(Reason::REASON_NOT_FOUND));
}

// Seconds beyond 63 bits are refused even when they are signed (C2SP tlog-cosignature, "Format").
TEST(Cosignature, TimeBeyond63Bits) {
  const auto key = SignerOf(std::string(32, 'w'));
  ASSERT_OK_AND_ASSIGN(const Note good, ParseNote(Cosigned().text("checkpoint")));
  for (const uint64_t time_s : {kMaxSize, kMaxSize + 1}) {
    Note note = good;
    const std::string message = absl::StrCat("cosignature/v1\ntime ", time_s, "\n", note.text);
    note.signatures.push_back(
        {"w", KeyId("w", KeyType::kCosignature, key.public_key()), absl::StrCat(U64(time_s), key.Sign(message))});
    EXPECT_EQ(VerifyCosignature(FormatNote(note), "w", key.public_key()).ok(), time_s == kMaxSize);
  }
}

TEST(Cosignature, TheLatestCounts) {
  const auto key = SignerOf(std::string(32, 'w'));
  std::string text = Cosigned().text("checkpoint");
  for (const uint64_t time_s : {100, 300, 200}) {
    ASSERT_OK_AND_ASSIGN(text, AddCosignature(text, "w", key, time_s));
  }
  ASSERT_OK_AND_ASSIGN(const uint64_t time_s, VerifyCosignature(text, "w", key.public_key()));
  EXPECT_EQ(time_s, 300u);
}

TEST(Cosignature, RefusesWhatItCannotWrite) {
  const auto key = SignerOf(std::string(32, 'w'));
  std::string text = Cosigned().text("checkpoint");
  EXPECT_THAT(AddCosignature(text, "two words", key, 1), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(AddCosignature(text, "w", key, kMaxSize + 1), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(AddCosignature("no note", "w", key, 1), Fails(Reason::REASON_MALFORMED));
  for (size_t i = 1; i < kNoteSignatures; ++i) {
    ASSERT_OK_AND_ASSIGN(text, AddCosignature(text, "w", key, i));
  }
  EXPECT_THAT(AddCosignature(text, "w", key, 1), Fails(Reason::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace qf::log
