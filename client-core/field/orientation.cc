#include "client-core/field/orientation.h"

namespace qf::client {
namespace {

constexpr uint64_t kOrientationTag = 0x0112;
constexpr uint64_t kShort = 3;
constexpr size_t kEntryBytes = 12;

// A number of TIFF at `at`; 0 beyond the end.
uint64_t NumberAt(Bytes tiff, bool big_endian, uint64_t at, size_t size_bytes) {
  if (at > tiff.size() || tiff.size() - at < size_bytes) return 0;
  uint64_t value = 0;
  for (size_t i = 0; i < size_bytes; ++i) {
    const size_t from = at + (big_endian ? i : size_bytes - 1 - i);
    value = value << 8 | static_cast<unsigned char>(tiff[from]);
  }
  return value;
}

}  // namespace

Orientation OrientationOf(Bytes tiff) {
  const bool big_endian = tiff.substr(0, 2) == "MM";
  if (!big_endian && tiff.substr(0, 2) != "II") return 1;
  const auto number = [&](uint64_t at, size_t size_bytes) { return NumberAt(tiff, big_endian, at, size_bytes); };
  if (number(2, 2) != 42) return 1;
  const uint64_t directory = number(4, 4);
  const uint64_t entries = number(directory, 2);
  for (uint64_t i = 0; i < entries; ++i) {
    const uint64_t entry = directory + 2 + i * kEntryBytes;
    if (entry >= tiff.size()) return 1;
    if (number(entry, 2) != kOrientationTag) continue;
    const uint64_t value = number(entry + 8, 2);
    return number(entry + 2, 2) == kShort && value >= 1 && value <= 8 ? static_cast<Orientation>(value) : 1;
  }
  return 1;
}

}  // namespace qf::client
