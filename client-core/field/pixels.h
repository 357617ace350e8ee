// A decoded picture, for the two formats of picture.h.
#pragma once

#include <cstring>
#include <string>

#include "absl/status/statusor.h"
#include "client-core/field/orientation.h"
#include "client-core/field/picture.h"
#include "common/base/error.h"

namespace qf::client {

// Rows of `channels` bytes a pixel, as the file has them.
struct Pixels {
  uint32_t width = 0;
  uint32_t height = 0;
  uint32_t channels = 0;  // 1 grey, 3 RGB, 4 RGBA
  std::string bytes;
  Orientation orientation = 1;

  uint32_t upright_width() const { return Transposes(orientation) ? height : width; }
  uint32_t upright_height() const { return Transposes(orientation) ? width : height; }
  // Row `y` of the upright picture, into `row` of upright_width() × channels bytes.
  void UprightRow(uint32_t y, unsigned char* row) const {
    for (uint32_t x = 0; x < upright_width(); ++x) {
      const Point from = SourceOf(orientation, {x, y}, width, height);
      std::memcpy(row + static_cast<size_t>(x) * channels,
                  bytes.data() + (static_cast<size_t>(from.y) * width + from.x) * channels, channels);
    }
  }
};

// OK if a picture of that size may be decoded.
inline absl::Status CheckSides(uint64_t width, uint64_t height) {
  if (width == 0 || height == 0) return Error(Reason::REASON_ATTACHMENT_TYPE, "the picture has no size");
  if (width > kSideMax || height > kSideMax || width * height > kPixelsMax) {
    return Error(Reason::REASON_TOO_LARGE, "the picture has more than 64 million pixels");
  }
  return absl::OkStatus();
}

absl::StatusOr<Pixels> DecodeJpeg(Bytes file);
absl::StatusOr<std::string> EncodeJpeg(const Pixels& pixels);
absl::StatusOr<Pixels> DecodePng(Bytes file);
absl::StatusOr<std::string> EncodePng(const Pixels& pixels);

}  // namespace qf::client
