#include "client-core/field/picture.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "client-core/field/orientation.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client-core/field/pictures.h"

namespace qf::client {
namespace {

// What a picture of Quarters() held by `orientation` looks like upright, quarter by quarter.
const std::array<Color, 4> kUpright[] = {
    {},
    {kRed, kGreen, kBlue, kWhite},  // 1
    {kGreen, kRed, kWhite, kBlue},  // 2 mirrored
    {kWhite, kBlue, kGreen, kRed},  // 3 upside down
    {kBlue, kWhite, kRed, kGreen},  // 4
    {kRed, kBlue, kGreen, kWhite},  // 5 transposed
    {kBlue, kRed, kWhite, kGreen},  // 6 a quarter clockwise
    {kWhite, kGreen, kBlue, kRed},  // 7
    {kGreen, kWhite, kRed, kBlue},  // 8 a quarter counter-clockwise
};

void ExpectUpright(const Pixels& pixels, int orientation) {
  EXPECT_EQ(pixels.width > pixels.height, orientation < 5);
  for (int quarter = 0; quarter < 4; ++quarter) {
    EXPECT_TRUE(Near(ColorOf(pixels, quarter), kUpright[orientation][quarter])) << orientation << " " << quarter;
  }
}

TEST(Picture, AJpegIsTurnedAndLosesEverythingButItsPixels) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string file = JpegWithMetadata(orientation);
    ASSERT_TRUE(absl::StrContains(file, kCanary));
    ASSERT_OK_AND_ASSIGN(const std::string clean, WithoutMetadata(PictureKind::kJpeg, file));
    EXPECT_FALSE(absl::StrContains(clean, kCanary));
    EXPECT_FALSE(absl::StrContains(clean, "Exif"));
    ASSERT_OK_AND_ASSIGN(const Pixels pixels, DecodeJpeg(clean));
    EXPECT_EQ(pixels.orientation, 1);
    ExpectUpright(pixels, orientation);
  }
}

TEST(Picture, APngIsTurnedAndLosesEverythingButItsPixels) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string file = PngWithMetadata(orientation);
    ASSERT_TRUE(absl::StrContains(file, kCanary));
    ASSERT_OK_AND_ASSIGN(const std::string clean, WithoutMetadata(PictureKind::kPng, file));
    EXPECT_FALSE(absl::StrContains(clean, kCanary));
    ASSERT_OK_AND_ASSIGN(const Pixels pixels, DecodePng(clean));
    EXPECT_EQ(pixels.orientation, 1);
    ExpectUpright(pixels, orientation);
  }
}

TEST(Picture, APngLosesNoPixel) {
  for (const uint32_t channels : {1u, 3u, 4u}) {
    const Pixels before = Quarters(33, 17, channels);
    ASSERT_OK_AND_ASSIGN(const std::string clean, WithoutMetadata(PictureKind::kPng, *EncodePng(before)));
    ASSERT_OK_AND_ASSIGN(const Pixels after, DecodePng(clean));
    EXPECT_EQ(after.channels, channels);
    EXPECT_EQ(after.bytes, before.bytes);
  }
}

TEST(Picture, GreyStaysGrey) {
  ASSERT_OK_AND_ASSIGN(const std::string clean,
                       WithoutMetadata(PictureKind::kJpeg, JpegWithMetadata(6, Quarters(40, 20, 1))));
  ASSERT_OK_AND_ASSIGN(const Pixels pixels, DecodeJpeg(clean));
  EXPECT_EQ(pixels.channels, 1u);
  EXPECT_EQ(pixels.width, 20u);
}

TEST(Picture, OneThatIsCutShortIsRefused) {
  const std::string jpeg = *EncodeJpeg(Quarters(200, 200)), png = *EncodePng(Quarters(200, 200));
  for (const size_t tenth : {1, 3, 5, 8}) {
    EXPECT_THAT(WithoutMetadata(PictureKind::kJpeg, jpeg.substr(0, jpeg.size() * tenth / 10)),
                Fails(Reason::REASON_ATTACHMENT_TYPE));
    EXPECT_THAT(WithoutMetadata(PictureKind::kPng, png.substr(0, png.size() * tenth / 10)),
                Fails(Reason::REASON_ATTACHMENT_TYPE));
  }
  EXPECT_THAT(WithoutMetadata(PictureKind::kJpeg, jpeg.substr(0, jpeg.size() - 2)),
              Fails(Reason::REASON_ATTACHMENT_TYPE));
  EXPECT_THAT(WithoutMetadata(PictureKind::kJpeg, ""), Fails(Reason::REASON_ATTACHMENT_TYPE));
  EXPECT_THAT(WithoutMetadata(PictureKind::kPng, ""), Fails(Reason::REASON_ATTACHMENT_TYPE));
}

TEST(Picture, ADamagedPngIsRefused) {
  std::string png = *EncodePng(Quarters());
  png[png.size() / 2] ^= 1;
  EXPECT_THAT(WithoutMetadata(PictureKind::kPng, png), Fails(Reason::REASON_ATTACHMENT_TYPE));
}

TEST(Picture, AHugeOneIsRefusedBeforeItIsDecoded) {
  std::string png = *EncodePng(Quarters());
  const std::string header =
      absl::StrCat(std::string("\0\0\x7d\0\0\0\x7d\0", 8), png.substr(24, 5));  // 32,000 × 32,000
  png = absl::StrCat(png.substr(0, 8), PngChunk("IHDR", header), png.substr(kPngHeaderBytes));
  EXPECT_THAT(WithoutMetadata(PictureKind::kPng, png), Fails(Reason::REASON_TOO_LARGE));
  std::string jpeg = *EncodeJpeg(Quarters());
  const size_t frame = jpeg.find(std::string("\xff\xc0", 2));
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, std::string("\x7d\0\x7d\0", 4));
  EXPECT_THAT(WithoutMetadata(PictureKind::kJpeg, jpeg), Fails(Reason::REASON_TOO_LARGE));
}

TEST(Picture, MangledOnesNeverHarm) {
  const std::string files[] = {JpegWithMetadata(6), PngWithMetadata(6)};
  for (int kind = 0; kind < 2; ++kind) {
    for (size_t at = 0; at < files[kind].size(); ++at) {
      std::string mangled = files[kind];
      mangled[at] = static_cast<char>(mangled[at] ^ (1 << at % 8));
      const auto clean = WithoutMetadata(kind == 0 ? PictureKind::kJpeg : PictureKind::kPng, mangled);
      EXPECT_FALSE(clean.ok() && absl::StrContains(*clean, kCanary));
    }
  }
}

TEST(Orientation, IsFoundInBothByteOrders) {
  EXPECT_EQ(OrientationOf(Tiff(6)), 6);
  const std::string little =
      absl::StrCat(std::string("II*\0\x08\0\0\0\x01\0", 10), std::string("\x12\x01\x03\0\x01\0\0\0\x08\0\0\0", 12));
  EXPECT_EQ(OrientationOf(little), 8);
}

TEST(Orientation, OneThatIsSaidWronglyIsNone) {
  for (const std::string& tiff :
       {std::string(), std::string("MM"), std::string("XX\0*"), Tiff(0), Tiff(9), Tiff(6).substr(0, 12),
        absl::StrCat(std::string("MM\0*\xff\xff\xff\xff", 8)),        // a directory beyond the end
        absl::StrCat(std::string("MM\0*\0\0\0\x08\xff\xff", 10))}) {  // 65,535 entries that are not there
    EXPECT_EQ(OrientationOf(tiff), 1);
  }
}

TEST(Orientation, EveryPixelHasOnePlace) {
  for (Orientation orientation = 1; orientation <= 8; ++orientation) {
    constexpr uint32_t kWidth = 5, kHeight = 3;
    const uint32_t width = Transposes(orientation) ? kHeight : kWidth, height = kWidth * kHeight / width;
    std::set<std::pair<uint32_t, uint32_t>> places;
    for (uint32_t y = 0; y < height; ++y) {
      for (uint32_t x = 0; x < width; ++x) {
        const Point from = SourceOf(orientation, {x, y}, kWidth, kHeight);
        EXPECT_LT(from.x, kWidth);
        EXPECT_LT(from.y, kHeight);
        places.insert({from.x, from.y});
      }
    }
    EXPECT_EQ(places.size(), kWidth * kHeight);
  }
}

}  // namespace
}  // namespace qf::client
