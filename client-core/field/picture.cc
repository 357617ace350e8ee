#include "client-core/field/picture.h"

#include "client-core/field/pixels.h"
#include "common/base/check.h"
#include "common/base/try.h"

namespace qf::client {

absl::StatusOr<std::string> WithoutMetadata(PictureKind kind, Bytes file) {
  QF_CHECK(kind == PictureKind::kJpeg || kind == PictureKind::kPng);
  if (kind == PictureKind::kJpeg) {
    QF_TRY_ASSIGN(const Pixels pixels, DecodeJpeg(file));
    return EncodeJpeg(pixels);
  }
  QF_TRY_ASSIGN(const Pixels pixels, DecodePng(file));
  return EncodePng(pixels);
}

}  // namespace qf::client
