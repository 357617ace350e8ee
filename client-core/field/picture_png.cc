// PNG by libspng.
#include <spng.h>
#include <stdlib.h>

#include <memory>

#include "client-core/field/pixels.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr size_t kChunkBytesMax = 4 << 20;  // of chunks beside the pixels: profiles, text, Exif

struct FreeContext {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, FreeContext>;

absl::Status Undecodable() {
  return Error(Reason::REASON_ATTACHMENT_TYPE,
               "the picture cannot be decoded whole, so its metadata cannot be removed");
}
absl::Status NoMemory() { return Error(Reason::REASON_SANDBOX, "there is not enough memory for the picture"); }

// How to decode: grey as grey, what has transparency as RGBA, everything else as RGB; 8 bits each.
struct Form {
  spng_format format;
  uint32_t channels;
};
Form FormOf(const spng_ihdr& header, bool has_transparency) {
  const bool alpha = has_transparency || header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                     header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
  if (alpha) return {SPNG_FMT_RGBA8, 4};
  if (header.color_type == SPNG_COLOR_TYPE_GRAYSCALE && header.bit_depth <= 8) return {SPNG_FMT_G8, 1};
  return {SPNG_FMT_RGB8, 3};
}

uint8_t ColorTypeOf(uint32_t channels) {
  if (channels == 1) return SPNG_COLOR_TYPE_GRAYSCALE;
  return channels == 3 ? SPNG_COLOR_TYPE_TRUECOLOR : SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
}

}  // namespace

absl::StatusOr<Pixels> DecodePng(Bytes file) {
  const Context reader(spng_ctx_new(0));
  if (reader == nullptr) return NoMemory();
  spng_set_image_limits(reader.get(), kSideMax, kSideMax);
  spng_set_chunk_limits(reader.get(), kChunkBytesMax, kChunkBytesMax);
  spng_set_crc_action(reader.get(), SPNG_CRC_ERROR, SPNG_CRC_ERROR);
  spng_ihdr header;
  if (spng_set_png_buffer(reader.get(), file.data(), file.size()) != 0 || spng_get_ihdr(reader.get(), &header) != 0) {
    return Undecodable();
  }
  QF_TRY(CheckSides(header.width, header.height));
  spng_trns transparency;
  const Form form = FormOf(header, spng_get_trns(reader.get(), &transparency) == 0);
  Pixels pixels;
  pixels.width = header.width;
  pixels.height = header.height;
  pixels.channels = form.channels;
  size_t size_bytes = 0;
  if (spng_decoded_image_size(reader.get(), form.format, &size_bytes) != 0) return Undecodable();
  pixels.bytes.resize(size_bytes);
  const int flags = form.format == SPNG_FMT_RGBA8 ? SPNG_DECODE_TRNS : 0;
  if (spng_decode_image(reader.get(), &pixels.bytes[0], size_bytes, form.format, flags) != 0) return Undecodable();
  if (spng_decode_chunks(reader.get()) != 0) return Undecodable();  // to the end of the file
  spng_exif exif;
  if (spng_get_exif(reader.get(), &exif) == 0) pixels.orientation = OrientationOf(Bytes(exif.data, exif.length));
  return pixels;
}

absl::StatusOr<std::string> EncodePng(const Pixels& pixels) {
  const Context writer(spng_ctx_new(SPNG_CTX_ENCODER));
  if (writer == nullptr) return NoMemory();
  spng_ihdr header{};
  header.width = pixels.upright_width();
  header.height = pixels.upright_height();
  header.bit_depth = 8;
  header.color_type = ColorTypeOf(pixels.channels);
  std::string row(static_cast<size_t>(header.width) * pixels.channels, '\0');
  int status = spng_set_option(writer.get(), SPNG_ENCODE_TO_BUFFER, 1);
  if (status == 0) status = spng_set_ihdr(writer.get(), &header);
  if (status == 0) {
    status = spng_encode_image(writer.get(), nullptr, 0, SPNG_FMT_PNG, SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE);
  }
  for (uint32_t y = 0; status == 0 && y < header.height; ++y) {
    pixels.UprightRow(y, reinterpret_cast<unsigned char*>(&row[0]));
    status = spng_encode_row(writer.get(), row.data(), row.size());
  }
  size_t size_bytes = 0;
  int error = 0;
  void* out = status == SPNG_EOI ? spng_get_png_buffer(writer.get(), &size_bytes, &error) : nullptr;
  if (out == nullptr) return NoMemory();
  std::string file(static_cast<const char*>(out), size_bytes);
  free(out);
  return file;
}

}  // namespace qf::client
