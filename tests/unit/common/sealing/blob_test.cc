// Blobs, and the STREAM below them.
#include "common/sealing/blob.h"

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/sealing/padding.h"
#include "common/sealing/stream.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"
#include "tests/unit/common/sealing/scripted_entropy.h"

namespace qf::sealing {
namespace {

// The data of the vectors: byte i is i mod 251.
std::string Data(size_t size_bytes) {
  std::string out(size_bytes, '\0');
  for (size_t i = 0; i < size_bytes; ++i) out[i] = static_cast<char>(i % 251);
  return out;
}

struct Blob {
  Secret key;
  std::string sealed;
  Digest name;
  size_t most_at_once = 0;
};

Blob SealData(Entropy& entropy, Bytes data, size_t piece_bytes) {
  BlobSealer sealer = *BlobSealer::Start(entropy, data.size());
  Blob out{sealer.key().Copy(), "", {}};
  const auto sink = [&](Bytes sealed) {
    out.sealed.append(sealed.data(), sealed.size());
    out.most_at_once = std::max(out.most_at_once, sealed.size());
    return absl::OkStatus();
  };
  for (size_t at = 0; at < data.size(); at += piece_bytes) {
    EXPECT_OK(sealer.Push(data.substr(at, piece_bytes), sink));
  }
  out.name = *sealer.Finish(sink);
  EXPECT_EQ(out.sealed.size(), sealer.sealed_size_bytes());
  return out;
}

Blob SealData(size_t size_bytes) {
  SeededEntropy entropy(size_bytes);
  return SealData(entropy, Data(size_bytes), 10'000);
}

BlobOpener::Source In(const std::string& sealed) {
  return [&sealed](uint64_t offset, size_t size_bytes) -> absl::StatusOr<std::string> {
    return sealed.substr(offset, size_bytes);
  };
}

absl::StatusOr<std::string> OpenAll(Bytes key, const std::string& sealed) {
  QF_TRY_ASSIGN(BlobOpener opener, BlobOpener::Open(key, sealed.size(), In(sealed)));
  return opener.Read(0, opener.true_size_bytes());
}

// A stream over any plaintext, as a hostile author could make it.
std::string SealRaw(Bytes key, Bytes plaintext) {
  std::string out;
  for (uint64_t index = 0; !plaintext.empty(); ++index) {
    const Bytes chunk = plaintext.substr(0, kChunkBytes);
    plaintext.remove_prefix(chunk.size());
    out += SealChunk(key, index, plaintext.empty() ? ChunkPlace::kLast : ChunkPlace::kInside, chunk);
  }
  return out;
}

TEST(Blob, WritesTheVectorsByteForByte) {
  for (const JsonObject& one : JsonObject::Load("blob.json").objects("blobs")) {
    ScriptedEntropy entropy(one.bytes("key"));
    const Blob blob = SealData(entropy, Data(one.u64("true_size")), 3'001);
    EXPECT_TRUE(entropy.used_up());
    EXPECT_EQ(blob.sealed.size(), one.u64("sealed_size"));
    EXPECT_EQ(blob.name.hex(), one.text("sealed_sha256"));
    EXPECT_EQ(Sha256(blob.sealed), blob.name);
    if (one.u64("true_size") <= 300) {
      EXPECT_EQ(ToHex(blob.sealed), one.text("sealed"));
    }
    EXPECT_EQ(*OpenAll(one.bytes("key"), blob.sealed), Data(one.u64("true_size")));
  }
}

TEST(Blob, PiecesDoNotMatter) {
  for (size_t piece : {1u, 7u, 65'535u, 65'536u, 65'537u, 300'000u}) {
    SeededEntropy entropy(1);
    EXPECT_EQ(SealData(entropy, Data(200'000), piece).name.hex(), [] {
      SeededEntropy same(1);
      return SealData(same, Data(200'000), 200'000).name.hex();
    }());
  }
}

TEST(Blob, MemoryIsOneChunk) { EXPECT_EQ(SealData(1'000'000).most_at_once, kSealedChunkBytes); }

TEST(Blob, SizesAreKnownAhead) {
  EXPECT_EQ(*SealedBlobSize(0), 8u + 16);
  EXPECT_EQ(*SealedBlobSize(65'528), 65'536u + 16);
  EXPECT_EQ(*SealedBlobSize(65'529), Padme(65'537) + 32);
  EXPECT_OK(SealedBlobSize(limits::kBlobBytes - (40 << 20)));
  EXPECT_THAT(SealedBlobSize(limits::kBlobBytes), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(SealedBlobSize(~uint64_t{0}), Fails(Reason::REASON_TOO_LARGE));
}

TEST(Blob, OtherSizesThanAnnounced) {
  SeededEntropy entropy(1);
  const auto sink = [](Bytes) { return absl::OkStatus(); };
  BlobSealer more = *BlobSealer::Start(entropy, 10);
  EXPECT_THAT(more.Push(Data(11), sink), Fails(Reason::REASON_LENGTH));
  BlobSealer less = *BlobSealer::Start(entropy, 10);
  EXPECT_OK(less.Push(Data(9), sink));
  EXPECT_THAT(less.Finish(sink), Fails(Reason::REASON_LENGTH));
  EXPECT_THAT(BlobSealer::Start(entropy, limits::kBlobBytes), Fails(Reason::REASON_TOO_LARGE));
}

TEST(Blob, TheSinksErrorComesBack) {
  SeededEntropy entropy(1);
  const auto full = [](Bytes) { return Error(Reason::REASON_DISK_FULL, "full"); };
  BlobSealer sealer = *BlobSealer::Start(entropy, 200'000);
  EXPECT_THAT(sealer.Push(Data(200'000), full), Fails(Reason::REASON_DISK_FULL));
  BlobSealer small = *BlobSealer::Start(entropy, 0);
  EXPECT_THAT(small.Finish(full), Fails(Reason::REASON_DISK_FULL));

  // 4 MiB and a little: two chunks of padding, the first of them full before the last is begun.
  const size_t size = (4 << 20) + 10;
  size_t taken = 0;
  const auto fills_up = [&](Bytes) { return ++taken <= 64 ? absl::OkStatus() : full(""); };
  BlobSealer large = *BlobSealer::Start(entropy, size);
  EXPECT_OK(large.Push(Data(size), fills_up));
  EXPECT_THAT(large.Finish(fills_up), Fails(Reason::REASON_DISK_FULL));
}

TEST(Blob, ReadsAnywhere) {
  const size_t size = 200'000;
  const std::string data = Data(size);
  const Blob blob = SealData(size);
  ASSERT_OK_AND_ASSIGN(BlobOpener opener, BlobOpener::Open(blob.key.bytes(), blob.sealed.size(), In(blob.sealed)));
  EXPECT_EQ(opener.true_size_bytes(), size);
  SeededEntropy entropy(17);
  for (int i = 0; i < 300; ++i) {
    const size_t offset = entropy.Below(size + 10), length = entropy.Below(140'000);
    ASSERT_OK_AND_ASSIGN(const std::string read, opener.Read(offset, length));
    EXPECT_EQ(read, offset >= size ? "" : data.substr(offset, length)) << offset << " " << length;
  }
  EXPECT_EQ(opener.Read(size, 1)->size(), 0u);
  EXPECT_EQ(opener.Read(~uint64_t{0}, ~size_t{0})->size(), 0u);
}

TEST(Blob, ReadsOnlyWhatItTouches) {
  const Blob blob = SealData(300'000);
  std::vector<uint64_t> asked;
  const auto source = [&](uint64_t offset, size_t size_bytes) -> absl::StatusOr<std::string> {
    asked.push_back(offset);
    return blob.sealed.substr(offset, size_bytes);
  };
  ASSERT_OK_AND_ASSIGN(BlobOpener opener, BlobOpener::Open(blob.key.bytes(), blob.sealed.size(), source));
  ASSERT_OK(opener.Read(150'000, 100));
  ASSERT_OK(opener.Read(150'100, 100));
  EXPECT_EQ(asked, (std::vector<uint64_t>{0, 2 * kSealedChunkBytes}));
}

TEST(Blob, TheSourcesErrorComesBack) {
  const auto broken = [](uint64_t, size_t) -> absl::StatusOr<std::string> {
    return Error(Reason::REASON_DISK_ERROR, "broken");
  };
  EXPECT_THAT(BlobOpener::Open(std::string(32, 'k'), 1000, broken), Fails(Reason::REASON_DISK_ERROR));
}

TEST(Blob, ASourceThatGivesTooLittle) {
  const auto short_one = [](uint64_t, size_t) -> absl::StatusOr<std::string> { return std::string(5, 'x'); };
  EXPECT_THAT(BlobOpener::Open(std::string(32, 'k'), 1000, short_one), Fails(Reason::REASON_MALFORMED));
}

TEST(Blob, ChangedBytesAreFoundWhereTheyAre) {
  Blob blob = SealData(200'000);
  blob.sealed[2 * kSealedChunkBytes + 5] ^= 1;
  ASSERT_OK_AND_ASSIGN(BlobOpener opener, BlobOpener::Open(blob.key.bytes(), blob.sealed.size(), In(blob.sealed)));
  EXPECT_OK(opener.Read(0, 100'000));
  EXPECT_THAT(opener.Read(140'000, 1), Fails(Reason::REASON_SEAL));
  EXPECT_OK(opener.Read(199'000, 100));
}

TEST(Blob, ChunksCannotBeExchanged) {
  const Blob blob = SealData(200'000);
  const size_t c = kSealedChunkBytes;
  const std::string& s = blob.sealed;
  const std::string swapped = absl::StrCat(s.substr(0, c), s.substr(2 * c, c), s.substr(c, c), s.substr(3 * c));
  EXPECT_THAT(OpenAll(blob.key.bytes(), swapped), Fails(Reason::REASON_SEAL));
}

TEST(Blob, CannotBeCutOff) {
  const Blob blob = SealData(200'000);
  for (size_t chunks : {1u, 2u, 3u}) {
    const auto opened = OpenAll(blob.key.bytes(), blob.sealed.substr(0, chunks * kSealedChunkBytes));
    EXPECT_THAT(opened, Fails(chunks == 1 ? Reason::REASON_SEAL : Reason::REASON_MALFORMED));
  }
  EXPECT_THAT(OpenAll(blob.key.bytes(), blob.sealed.substr(0, 23)), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenAll(blob.key.bytes(), ""), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenAll(blob.key.bytes(), absl::StrCat(blob.sealed, "x")), Fails(Reason::REASON_MALFORMED));
}

TEST(Blob, WrongKey) {
  const Blob blob = SealData(100);
  EXPECT_THAT(OpenAll(std::string(32, 'k'), blob.sealed), Fails(Reason::REASON_SEAL));
  EXPECT_THAT(OpenAll(std::string(31, 'k'), blob.sealed), Fails(Reason::REASON_LENGTH));
}

TEST(Blob, LargerThanTheBound) {
  EXPECT_THAT(BlobOpener::Open(std::string(32, 'k'), limits::kBlobBytes + 1, In("")), Fails(Reason::REASON_TOO_LARGE));
}

// Authentic, and still not as the format says.
TEST(Blob, TrueSizeMustFitTheSealedSize) {
  const std::string key(32, 'k');
  for (uint64_t stated : {uint64_t{0}, uint64_t{91}, uint64_t{93}, uint64_t{1} << 40, ~uint64_t{0}}) {
    const std::string plaintext = absl::StrCat(U64(stated), std::string(88, 'd'));
    const auto opened = OpenAll(key, SealRaw(key, plaintext));
    EXPECT_THAT(opened, Fails(Reason::REASON_MALFORMED)) << stated;
  }
  EXPECT_OK(OpenAll(key, SealRaw(key, absl::StrCat(U64(88), std::string(88, 'd')))));
}

TEST(Blob, PaddingMustBeZero) {
  const std::string key(32, 'k');
  std::string plaintext = absl::StrCat(U64(93), std::string(93, 'd'));
  plaintext.resize(Padme(plaintext.size()), '\0');
  ASSERT_EQ(plaintext.size(), 104u);
  EXPECT_OK(OpenAll(key, SealRaw(key, plaintext)));
  plaintext.back() = 1;
  const std::string sealed = SealRaw(key, plaintext);
  EXPECT_THAT(BlobOpener::Open(key, sealed.size(), In(sealed)), Fails(Reason::REASON_MALFORMED));
}

TEST(Blob, PaddingBesideTheEndOfTheDataIsChecked) {
  const std::string key(32, 'k');
  const size_t size = 150'000;
  std::string plaintext = absl::StrCat(U64(size), Data(size));
  plaintext.resize(Padme(plaintext.size()), '\0');
  plaintext[kBlobSizeBytes + size] = 1;
  EXPECT_THAT(OpenAll(key, SealRaw(key, plaintext)), Fails(Reason::REASON_MALFORMED));
}

// --- STREAM. That it is age's was checked by tests/vectors/make_blob.py --age against age's published
// vectors, with the Python that wrote blob.json.

TEST(Stream, ALastChunkMayBeEmptyOnlyByItself) {
  const std::string key(32, 'k');
  EXPECT_EQ(*OpenChunk(key, 0, ChunkPlace::kLast, SealChunk(key, 0, ChunkPlace::kLast, "")), "");
}

TEST(Stream, PlaceAndNumberAreBound) {
  const std::string key(32, 'k');
  const std::string sealed = SealChunk(key, 3, ChunkPlace::kLast, Data(kChunkBytes));
  EXPECT_OK(OpenChunk(key, 3, ChunkPlace::kLast, sealed));
  EXPECT_THAT(OpenChunk(key, 3, ChunkPlace::kInside, sealed), Fails(Reason::REASON_SEAL));
  EXPECT_THAT(OpenChunk(key, 2, ChunkPlace::kLast, sealed), Fails(Reason::REASON_SEAL));
  EXPECT_THAT(OpenChunk(key, 3 + (uint64_t{1} << 40), ChunkPlace::kLast, sealed), Fails(Reason::REASON_SEAL));
}

TEST(Stream, ChunksOfAWrongSize) {
  const std::string key(32, 'k');
  EXPECT_THAT(OpenChunk(key, 0, ChunkPlace::kLast, Data(15)), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenChunk(key, 0, ChunkPlace::kLast, Data(kSealedChunkBytes + 1)), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenChunk(key, 0, ChunkPlace::kInside, Data(kSealedChunkBytes - 1)), Fails(Reason::REASON_MALFORMED));
}

}  // namespace
}  // namespace qf::sealing
