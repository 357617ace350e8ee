#include "common/sealing/padding.h"

#include <bit>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/sealing/format.h"

namespace qf::sealing {
namespace {

// The smallest class that holds it; beyond the largest, the size itself (refused by the caller).
size_t ClassOf(size_t body_bytes) {
  for (size_t size : {4u << 10, 16u << 10, 64u << 10, 256u << 10}) {
    if (body_bytes <= size) return size;
  }
  return body_bytes;
}

size_t Choose(Padding padding, size_t body_bytes) {
  switch (padding) {
    case Padding::kPadme:
      return Padme(body_bytes);
    case Padding::kLetter:
      return kLetterBodyBytes;
    case Padding::kClasses:
      return ClassOf(body_bytes);
  }
  QF_CHECK(false);
}

}  // namespace

uint64_t Padme(uint64_t size_bytes) {
  QF_CHECK(size_bytes <= uint64_t{1} << 63);
  if (size_bytes == 0) return 0;
  const int exponent = std::bit_width(size_bytes) - 1;
  const int kept = std::bit_width(static_cast<unsigned>(exponent));
  const uint64_t mask = (uint64_t{1} << (exponent - kept)) - 1;
  return (size_bytes + mask) & ~mask;
}

absl::StatusOr<size_t> PaddedBodySize(Padding padding, size_t body_bytes) {
  const size_t size = Choose(padding, body_bytes);
  if (body_bytes > size || size > limits::kBodyBytes) {
    return Error(Reason::REASON_TOO_LARGE, "the content does not fit into a body of the size that it must have");
  }
  return size;
}

}  // namespace qf::sealing
