#include "client-core/field/media_type.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/unit/client-core/field/pictures.h"

namespace qf::client {
namespace {

std::string Raw(const char* bytes, size_t size) { return std::string(bytes, size); }

TEST(MediaType, IsSaidByTheFirstBytes) {
  EXPECT_EQ(MediaTypeOf(*EncodeJpeg(Quarters())).name, "image/jpeg");
  EXPECT_EQ(MediaTypeOf(*EncodePng(Quarters())).name, "image/png");
  EXPECT_EQ(MediaTypeOf("%PDF-1.7\n").name, "application/pdf");
  EXPECT_EQ(MediaTypeOf(Raw("PK\x03\x04\x14\0", 6)).name, "application/zip");
  EXPECT_EQ(MediaTypeOf("\0\0\0\x18"
                        "ftypmp42")
                .name,
            "application/octet-stream");  // cut at its first zero
  EXPECT_EQ(MediaTypeOf(Raw("\0\0\0\x18"
                            "ftypmp42",
                            12))
                .name,
            "video/mp4");
  EXPECT_EQ(MediaTypeOf(Raw("\0\0\0\x18"
                            "ftypqt  ",
                            12))
                .name,
            "video/quicktime");
  EXPECT_EQ(MediaTypeOf(Raw("\0\0\0\x18"
                            "ftypM4A ",
                            12))
                .name,
            "audio/mp4");
  EXPECT_EQ(MediaTypeOf(Raw("RIFF\x10\0\0\0WAVEfmt ", 16)).name, "audio/wav");
  EXPECT_EQ(MediaTypeOf("#!AMR\n").name, "audio/amr");
  EXPECT_EQ(MediaTypeOf("OggS").name, "audio/ogg");
}

TEST(MediaType, KnowsWhichPicturesItCannotClean) {
  EXPECT_EQ(MediaTypeOf(*EncodeJpeg(Quarters())).picture, PictureKind::kJpeg);
  EXPECT_EQ(MediaTypeOf(*EncodePng(Quarters())).picture, PictureKind::kPng);
  for (const std::string& other :
       {Raw("\0\0\0\x18"
            "ftypheic",
            12),
        Raw("RIFF\x10\0\0\0WEBPVP8 ", 16), Raw("II*\0", 4), Raw("MM\0*", 4), Raw("GIF89a", 6),
        Raw("\0\0\0\x1c"
            "ftypavif",
            12)}) {
    EXPECT_EQ(MediaTypeOf(other).picture, PictureKind::kOther) << MediaTypeOf(other).name;
  }
  EXPECT_EQ(MediaTypeOf("%PDF-1.7\n").picture, PictureKind::kNone);
}

TEST(MediaType, TextIsUtf8OrGbkWithoutControlCharacters) {
  EXPECT_EQ(MediaTypeOf("BMW seen at the office\n").name, "text/plain");
  EXPECT_EQ(MediaTypeOf("拉票：宴请代表\r\n\t三桌").name, "text/plain");
  EXPECT_EQ(MediaTypeOf(std::string(511, 'a') + "拉").name, "text/plain");  // cut inside a character
  EXPECT_EQ(MediaTypeOf("\xb6\xfe\xd7\xc0\xa3\xac\xcb\xc4\xc7\xa7\xd4\xaa\r\n").name, "text/plain");  // GBK
  EXPECT_EQ(MediaTypeOf(std::string(511, 'a') + "\xb6\xfe").name, "text/plain");
  EXPECT_EQ(MediaTypeOf("bell\a").name, "application/octet-stream");
  EXPECT_EQ(MediaTypeOf("\xff\x80").name, "application/octet-stream");
  EXPECT_EQ(MediaTypeOf("\xe6\x8b").name, "text/plain");
  EXPECT_EQ(MediaTypeOf("\xe6"
                        "0")
                .name,
            "application/octet-stream");
  EXPECT_EQ(MediaTypeOf("\xb6\xfe\a").name, "application/octet-stream");
  EXPECT_EQ(MediaTypeOf("").name, "application/octet-stream");
}

}  // namespace
}  // namespace qf::client
