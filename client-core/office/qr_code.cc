#include "client-core/office/qr_code.h"

#include <qrencode.h>
#include <spng.h>

#include <cstdlib>
#include <memory>

#include "common/base/error.h"

namespace qf::client {
namespace {

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
struct FreePng {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
struct FreeBytes {
  void operator()(void* bytes) const { std::free(bytes); }
};

// Rows of one bit a pixel, 1 = white, each filled up to a whole byte.
std::string Pixels(const QRcode& code, int side) {
  const size_t row_bytes = static_cast<size_t>(side + 7) / 8;
  std::string pixels(row_bytes * static_cast<size_t>(side), '\xff');
  for (int y = 0; y < side; ++y) {
    const int module_y = y / kQrPixels - kQrQuietModules;
    for (int x = 0; x < side; ++x) {
      const int module_x = x / kQrPixels - kQrQuietModules;
      const bool inside = module_x >= 0 && module_y >= 0 && module_x < code.width && module_y < code.width;
      if (!inside || (code.data[module_y * code.width + module_x] & 1) == 0) continue;
      char& byte = pixels[static_cast<size_t>(y) * row_bytes + static_cast<size_t>(x) / 8];
      byte = static_cast<char>(byte & ~(0x80 >> (x % 8)));
    }
  }
  return pixels;
}

}  // namespace

absl::StatusOr<std::string> QrPng(absl::string_view text) {
  const std::unique_ptr<QRcode, FreeCode> code(QRcode_encodeData(
      static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_L));
  if (code == nullptr) return Error(Reason::REASON_TOO_LARGE, "the text is too long for a QR code");
  const int side = (code->width + 2 * kQrQuietModules) * kQrPixels;
  const std::string pixels = Pixels(*code, side);

  const std::unique_ptr<spng_ctx, FreePng> context(spng_ctx_new(SPNG_CTX_ENCODER));
  spng_ihdr header = {};
  header.width = header.height = static_cast<uint32_t>(side);
  header.bit_depth = 1;
  header.color_type = SPNG_COLOR_TYPE_GRAYSCALE;
  int result = context == nullptr ? SPNG_EMEM : spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  if (result == 0) result = spng_set_ihdr(context.get(), &header);
  if (result == 0)
    result = spng_encode_image(context.get(), pixels.data(), pixels.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  size_t size_bytes = 0;
  const std::unique_ptr<void, FreeBytes> png(result == 0 ? spng_get_png_buffer(context.get(), &size_bytes, &result)
                                                         : nullptr);
  if (png == nullptr) return Error(Reason::REASON_SANDBOX, "there is no memory for the picture of a QR code");
  return std::string(static_cast<const char*>(png.get()), size_bytes);
}

}  // namespace qf::client
