// Pictures for tests: four quarters of different colour, so that one sees how it is turned, with metadata put in.
#pragma once

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "client-core/field/pixels.h"
#include "common/base/strings.h"

namespace qf::client {

inline constexpr char kCanary[] = "GPS-CANARY-38.5N-102.1E";

struct Color {
  int red, green, blue;
};
inline constexpr Color kRed{230, 20, 20}, kGreen{20, 200, 20}, kBlue{20, 20, 220}, kWhite{240, 240, 240};

// Upright: red, green above; blue, white below. Wider than high.
inline Pixels Quarters(uint32_t width = 64, uint32_t height = 32, uint32_t channels = 3) {
  Pixels out;
  out.width = width;
  out.height = height;
  out.channels = channels;
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      const bool right = x >= width / 2, below = y >= height / 2;
      const Color color = below ? (right ? kWhite : kBlue) : (right ? kGreen : kRed);
      const int values[] = {color.red, color.green, color.blue, 255};
      for (uint32_t c = 0; c < channels; ++c) out.bytes.push_back(static_cast<char>(values[c]));
    }
  }
  return out;
}

// The colour in the middle of a quarter: 0 upper left, 1 upper right, 2 lower left, 3 lower right.
inline Color ColorOf(const Pixels& pixels, int quarter) {
  const uint32_t x = pixels.width / 4 + (quarter % 2) * pixels.width / 2;
  const uint32_t y = pixels.height / 4 + (quarter / 2) * pixels.height / 2;
  const auto* at = reinterpret_cast<const unsigned char*>(pixels.bytes.data()) +
                   (static_cast<size_t>(y) * pixels.width + x) * pixels.channels;
  return {at[0], at[1], at[2]};
}
inline bool Near(const Color& a, const Color& b) {
  const auto close = [](int x, int y) { return x - y < 40 && y - x < 40; };
  return close(a.red, b.red) && close(a.green, b.green) && close(a.blue, b.blue);
}

// A TIFF structure with an orientation and a text that nobody may see.
inline std::string Tiff(int orientation) {
  const std::string text = kCanary;
  return absl::StrCat(std::string("MM\0*\0\0\0\x08", 8), std::string("\0\x02", 2),
                      std::string("\x01\x12\0\x03\0\0\0\x01\0", 9), std::string(1, static_cast<char>(orientation)),
                      std::string("\0\0", 2),  // orientation
                      std::string("\x01\x0e\0\x02\0\0\0", 7), std::string(1, static_cast<char>(text.size())),
                      std::string("\0\0\0\x26", 4),  // description
                      std::string(4, '\0'), text);
}

inline std::string JpegSegment(unsigned char marker, const std::string& data) {
  const size_t size = data.size() + 2;
  return absl::StrCat("\xff", std::string(1, static_cast<char>(marker)), std::string(1, static_cast<char>(size >> 8)),
                      std::string(1, static_cast<char>(size)), data);
}

// A JPEG as a phone makes it: Exif, a comment, and bytes after its end.
inline std::string JpegWithMetadata(int orientation, const Pixels& pixels = Quarters()) {
  const std::string plain = *EncodeJpeg(pixels);
  return absl::StrCat(plain.substr(0, 2),
                      JpegSegment(0xe1, absl::StrCat(std::string("Exif\0\0", 6), Tiff(orientation))),
                      JpegSegment(0xfe, kCanary), plain.substr(2), "after the end: ", kCanary);
}

inline uint32_t Crc32(const std::string& bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}
inline std::string PngChunk(const std::string& type, const std::string& data) {
  return absl::StrCat(U64(data.size()).substr(4), type, data, U64(Crc32(type + data)).substr(4));
}

constexpr size_t kPngHeaderBytes = 8 + 25;  // signature and IHDR

inline std::string PngWithMetadata(int orientation, const Pixels& pixels = Quarters()) {
  const std::string plain = *EncodePng(pixels);
  return absl::StrCat(plain.substr(0, kPngHeaderBytes),
                      PngChunk("tEXt", absl::StrCat("Author", std::string(1, '\0'), kCanary)),
                      PngChunk("eXIf", Tiff(orientation)), plain.substr(kPngHeaderBytes));
}

}  // namespace qf::client
