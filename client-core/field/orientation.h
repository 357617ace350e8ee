// How a picture was held, as its camera noted it: the one fact of a picture's metadata that has to be used before all
// of it goes. Exif 2.32, section 4.6.4, tag 0x0112. Pure; any thread.
#pragma once

#include <cstdint>

#include "common/base/strings.h"

namespace qf::client {

// 1 to 8, as Exif numbers them; 1 = as it stands.
//   1 upright  2 mirrored  3 turned by 180°  4 mirrored and turned by 180°
//   5 mirrored and turned by 270° clockwise  6 to be turned by 90° clockwise  7 mirrored and by 90°  8 by 270°
using Orientation = int;

// Of a TIFF structure, as an APP1 segment has it after "Exif\0\0" and a PNG in its eXIf chunk. 1 when it does not say,
// or says it wrongly: a picture is never refused for its metadata.
Orientation OrientationOf(Bytes tiff);

// Whether width and height change places.
constexpr bool Transposes(Orientation orientation) { return orientation >= 5; }

// Where the pixel at (x, y) of the upright picture stands in one of `width` × `height` pixels that was noted so.
struct Point {
  uint32_t x;
  uint32_t y;
};
constexpr Point SourceOf(Orientation orientation, Point upright, uint32_t width, uint32_t height) {
  const uint32_t x = upright.x, y = upright.y;
  switch (orientation) {
    case 2:
      return {width - 1 - x, y};
    case 3:
      return {width - 1 - x, height - 1 - y};
    case 4:
      return {x, height - 1 - y};
    case 5:
      return {y, x};
    case 6:
      return {y, height - 1 - x};
    case 7:
      return {width - 1 - y, height - 1 - x};
    case 8:
      return {width - 1 - y, x};
    default:
      return {x, y};
  }
}

}  // namespace qf::client
