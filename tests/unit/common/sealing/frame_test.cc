// Frames and dictionaries.
#include "common/sealing/frame.h"

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sha256.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::sealing {
namespace {

const Dictionary* NoDictionary(uint32_t) { return nullptr; }

std::string Noise(size_t size_bytes) {
  SeededEntropy entropy(3);
  return std::string(entropy.RandomSecret(size_bytes).bytes());
}

TEST(Frame, OpensWhatOthersMade) {
  for (const JsonObject& one : JsonObject::Load("seal.json").objects("frames")) {
    ASSERT_OK_AND_ASSIGN(const std::string content, OpenFrame(one.bytes("frame")));
    EXPECT_EQ(content, one.bytes("content"));
  }
}

TEST(Frame, RoundTrip) {
  for (const std::string& content : {std::string(), std::string("a"), Noise(5000), std::string(100'000, 'x'),
                                     std::string(limits::kContentBytes, 'y'), Noise(limits::kContentBytes)}) {
    for (const Dictionary* dictionary : {DictionaryById(0), DictionaryById(kDictionary1)}) {
      ASSERT_OK_AND_ASSIGN(const std::string frame, MakeFrame(content, dictionary));
      for (size_t zeros : {0u, 1u, 4000u}) {
        ASSERT_OK_AND_ASSIGN(const std::string opened, OpenFrame(frame + std::string(zeros, '\0')));
        EXPECT_EQ(opened, content);
      }
    }
  }
}

TEST(Frame, OnlyZeroMayFollow) {
  const std::string frame = *MakeFrame("content", nullptr);
  EXPECT_THAT(OpenFrame(frame + std::string(10, '\0') + "x"), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenFrame(frame + frame), Fails(Reason::REASON_MALFORMED));
}

TEST(Frame, CutShort) {
  const std::string frame = *MakeFrame(Noise(300), nullptr);
  for (size_t size = 0; size < frame.size(); ++size) {
    EXPECT_THAT(OpenFrame(frame.substr(0, size)), Fails(Reason::REASON_MALFORMED)) << size;
  }
}

TEST(Frame, TooLarge) {
  EXPECT_THAT(MakeFrame(std::string(limits::kContentBytes + 1, 'x'), nullptr), Fails(Reason::REASON_TOO_LARGE));
}

// Frames by hand, RFC 8878, 3.1.1: magic, descriptor, [window], [size], one raw block that is the last.
constexpr char kMagic[] = "\x28\xb5\x2f\xfd";
std::string RawBlock(Bytes bytes) {
  const auto header = static_cast<unsigned>(bytes.size() << 3 | 1);
  return absl::StrCat(
      std::string{static_cast<char>(header), static_cast<char>(header >> 8), static_cast<char>(header >> 16)}, bytes);
}
std::string SizedFrame(unsigned char stated, Bytes bytes) {
  return absl::StrCat(kMagic, "\x20", std::string(1, static_cast<char>(stated)), RawBlock(bytes));
}

TEST(Frame, StatesItsSizeTruly) {
  EXPECT_EQ(*OpenFrame(SizedFrame(3, "abc")), "abc");
  EXPECT_THAT(OpenFrame(SizedFrame(2, "abc")), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenFrame(SizedFrame(4, "abc")), Fails(Reason::REASON_MALFORMED));
}

TEST(Frame, MustStateItsSize) {
  const std::string unsized_frame = absl::StrCat(kMagic, Bytes("\0\x58", 2), RawBlock("abc"));
  EXPECT_THAT(OpenFrame(unsized_frame), Fails(Reason::REASON_MALFORMED));
}

// A frame of 25 bytes that states 1 MiB and a byte: refused before any memory is taken.
TEST(Frame, StatesTooMuch) {
  const std::string stated("\x01\x00\x10\x00", 4);
  EXPECT_THAT(OpenFrame(absl::StrCat(kMagic, "\xa0", stated, RawBlock("abc"))), Fails(Reason::REASON_TOO_LARGE));
}

TEST(Frame, SkippableAndOldFramesAreNone) {
  EXPECT_THAT(OpenFrame(Bytes("\x50\x2a\x4d\x18\0\0\0\0", 8)), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(OpenFrame(Bytes("\x27\xb5\x2f\xfd\0\0\0\0\0\0", 10)), Fails(Reason::REASON_MALFORMED));
}

TEST(Frame, DictionaryIsNamedAndNeeded) {
  const std::string frame = *MakeFrame("content", DictionaryById(kDictionary1));
  EXPECT_THAT(OpenFrame(frame, NoDictionary), Fails(Reason::REASON_DICTIONARY));
  EXPECT_EQ(*OpenFrame(*MakeFrame("content", nullptr), NoDictionary), "content");
}

// Dictionary 1 is part of the format: content in the world is read with these very bytes.
TEST(Dictionary, OneNeverChanges) {
  auto bytes = ReadFile(SystemFiles(), "common/sealing/dictionary_1.bin", 1 << 20);
  ASSERT_OK(bytes);
  EXPECT_EQ(bytes->size(), 16u * 1024);
  EXPECT_EQ(Sha256(*bytes).hex(), "c9d9fea8884b9d62d441f8894a168fae4b7b4c45a33b73d88b0edc9585f4889a");
  ASSERT_OK_AND_ASSIGN(const auto loaded, Dictionary::Load(*bytes));
  EXPECT_EQ(*OpenFrame(*MakeFrame("what is built in", DictionaryById(1)), [&](uint32_t) { return loaded.get(); }),
            "what is built in");
}

TEST(Dictionary, OnlyOneIsShipped) {
  EXPECT_EQ(DictionaryById(kDictionary1)->id(), 1u);
  EXPECT_EQ(DictionaryById(0), nullptr);
  EXPECT_EQ(DictionaryById(2), nullptr);
}

TEST(Dictionary, RefusesWhatIsNone) {
  EXPECT_THAT(Dictionary::Load(""), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(Dictionary::Load("raw text is a dictionary without a number"), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(Dictionary::Load(std::string("\x37\xa4\x30\xec\x01\0\0\0 and then nothing that fits", 36)),
              Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(Dictionary::Load(std::string(128 * 1024 + 1, 'x')), Fails(Reason::REASON_TOO_LARGE));
}

// What it is for: a lone report with words it was not trained on.
TEST(Dictionary, MakesALoneReportSmaller) {
  const std::string report =
      "violation dont.gifts 不准赠送现金、有价证券、礼品 "
      "在卫生院门口，副镇长候选人让司机把两箱苹果搬上代表的车，"
      "并说投票时予以关照。有两位代表当场拒绝。我拍了照片，愿意配合调查，请予以保密。";
  const size_t alone = MakeFrame(report, nullptr)->size();
  const size_t with = MakeFrame(report, DictionaryById(kDictionary1))->size();
  EXPECT_LT(with * 10, alone * 8) << with << " of " << alone;
}

}  // namespace
}  // namespace qf::sealing
