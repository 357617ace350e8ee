#include "client-core/office/qr_code.h"

#include <gtest/gtest.h>
#include <qrencode.h>
#include <spng.h>

#include <memory>
#include <vector>

#include "tests/support/status_matchers.h"

namespace qf::client {
namespace {

struct Picture {
  uint32_t side = 0;
  std::vector<unsigned char> grey;  // a byte a pixel
};

Picture Decode(const std::string& png) {
  Picture out;
  std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(0), spng_ctx_free);
  EXPECT_EQ(spng_set_png_buffer(context.get(), png.data(), png.size()), 0);
  spng_ihdr header;
  EXPECT_EQ(spng_get_ihdr(context.get(), &header), 0);
  EXPECT_EQ(header.width, header.height);
  out.side = header.width;
  size_t size = 0;
  EXPECT_EQ(spng_decoded_image_size(context.get(), SPNG_FMT_G8, &size), 0);
  out.grey.resize(size);
  EXPECT_EQ(spng_decode_image(context.get(), out.grey.data(), size, SPNG_FMT_G8, 0), 0);
  return out;
}

// Every pixel is the module that it belongs to, and white around them.
TEST(QrCodeTest, ThePictureIsTheCodeWithItsQuietZone) {
  for (const std::string& text : {std::string("QF1:abc"), std::string(900, 'x'), std::string("换届风气\0监督", 19)}) {
    ASSERT_OK_AND_ASSIGN(const std::string png, QrPng(text));
    const Picture picture = Decode(png);
    std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                          QR_ECLEVEL_L),
        QRcode_free);
    ASSERT_EQ(picture.side, static_cast<uint32_t>((code->width + 2 * kQrQuietModules) * kQrPixels));
    const int side = static_cast<int>(picture.side);
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const int column = x / kQrPixels - kQrQuietModules, row = y / kQrPixels - kQrQuietModules;
        const bool inside = column >= 0 && row >= 0 && column < code->width && row < code->width;
        const bool black = inside && (code->data[row * code->width + column] & 1) != 0;
        ASSERT_EQ(picture.grey[static_cast<size_t>(y * side + x)], black ? 0 : 255) << x << "," << y;
      }
    }
  }
}

TEST(QrCodeTest, WhatNoCodeHoldsIsTooLarge) {
  EXPECT_OK(QrPng(std::string(2953, 'x')));
  EXPECT_THAT(QrPng(std::string(2954, 'x')), Fails(Reason::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace qf::client
