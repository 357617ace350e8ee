// JPEG by libjpeg-turbo. The library reports errors by longjmp: no object with a destructor lives between a setjmp here
// and the calls that may jump.
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>

#include "absl/strings/match.h"
#include "client-core/field/pixels.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr int kQuality = 90;
constexpr unsigned kSegmentBytesMax = 0xffff;
constexpr absl::string_view kExifMark("Exif\0\0", 6);

struct ErrorManager {
  jpeg_error_mgr base;  // first: libjpeg gives a pointer to it
  jmp_buf jump;
};

void Jump(j_common_ptr info) { longjmp(reinterpret_cast<ErrorManager*>(info->err)->jump, 1); }

// Warnings tell of damaged data, after which libjpeg would make pixels up. Stray bytes between segments do no harm.
void OnMessage(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code != JWRN_EXTRANEOUS_DATA) Jump(info);
}

void OnProgress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kScansMax) Jump(info);
}

void SetErrors(ErrorManager* errors, jpeg_error_mgr** slot) {
  *slot = jpeg_std_error(&errors->base);
  errors->base.error_exit = Jump;
  errors->base.emit_message = OnMessage;
}

// Both return false after a jump; what they made so far is in their arguments.
bool ReadHeader(jpeg_decompress_struct* reader, ErrorManager* errors, Bytes file) {
  if (setjmp(errors->jump) != 0) return false;
  jpeg_mem_src(reader, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_save_markers(reader, JPEG_APP0 + 1, kSegmentBytesMax);
  return jpeg_read_header(reader, TRUE) == JPEG_HEADER_OK;
}

bool ReadPixels(jpeg_decompress_struct* reader, ErrorManager* errors, unsigned char* rows, size_t row_bytes) {
  if (setjmp(errors->jump) != 0) return false;
  jpeg_start_decompress(reader);
  while (reader->output_scanline < reader->output_height) {
    unsigned char* row = rows + reader->output_scanline * row_bytes;
    jpeg_read_scanlines(reader, &row, 1);
  }
  return jpeg_finish_decompress(reader) == TRUE;
}

bool WritePixels(jpeg_compress_struct* writer, ErrorManager* errors, const Pixels& pixels, unsigned char* row,
                 unsigned char** out, unsigned long* out_bytes) {
  if (setjmp(errors->jump) != 0) return false;
  jpeg_mem_dest(writer, out, out_bytes);
  jpeg_set_defaults(writer);
  jpeg_set_quality(writer, kQuality, TRUE);
  writer->optimize_coding = TRUE;
  jpeg_start_compress(writer, TRUE);
  while (writer->next_scanline < writer->image_height) {
    pixels.UprightRow(writer->next_scanline, row);
    jpeg_write_scanlines(writer, &row, 1);
  }
  jpeg_finish_compress(writer);
  return true;
}

Orientation OrientationIn(const jpeg_decompress_struct& reader) {
  for (jpeg_saved_marker_ptr at = reader.marker_list; at != nullptr; at = at->next) {
    Bytes segment(reinterpret_cast<const char*>(at->data), at->data_length);
    if (absl::StartsWith(segment, kExifMark)) return OrientationOf(segment.substr(kExifMark.size()));
  }
  return 1;
}

absl::Status Undecodable() {
  return Error(Reason::REASON_ATTACHMENT_TYPE,
               "the picture cannot be decoded whole, so its metadata cannot be removed");
}

absl::StatusOr<Pixels> Decode(jpeg_decompress_struct* reader, ErrorManager* errors, Bytes file) {
  if (!ReadHeader(reader, errors, file)) return Undecodable();
  QF_TRY(CheckSides(reader->image_width, reader->image_height));
  if (reader->num_components == 4) return Undecodable();  // CMYK of printers; no camera makes it
  const bool grey = reader->num_components == 1;
  reader->out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  Pixels pixels;
  pixels.width = reader->image_width;
  pixels.height = reader->image_height;
  pixels.channels = grey ? 1 : 3;
  pixels.orientation = OrientationIn(*reader);
  const size_t row_bytes = static_cast<size_t>(pixels.width) * pixels.channels;
  pixels.bytes.resize(row_bytes * pixels.height);
  if (!ReadPixels(reader, errors, reinterpret_cast<unsigned char*>(&pixels.bytes[0]), row_bytes)) return Undecodable();
  return pixels;
}

}  // namespace

absl::StatusOr<Pixels> DecodeJpeg(Bytes file) {
  jpeg_decompress_struct reader;
  ErrorManager errors;
  SetErrors(&errors, &reader.err);
  jpeg_create_decompress(&reader);
  jpeg_progress_mgr progress{};
  progress.progress_monitor = OnProgress;
  reader.progress = &progress;
  auto pixels = Decode(&reader, &errors, file);
  jpeg_destroy_decompress(&reader);
  return pixels;
}

absl::StatusOr<std::string> EncodeJpeg(const Pixels& pixels) {
  jpeg_compress_struct writer;
  ErrorManager errors;
  SetErrors(&errors, &writer.err);
  jpeg_create_compress(&writer);
  writer.image_width = pixels.upright_width();
  writer.image_height = pixels.upright_height();
  writer.input_components = static_cast<int>(pixels.channels);
  writer.in_color_space = pixels.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  std::string row(static_cast<size_t>(writer.image_width) * pixels.channels, '\0');
  unsigned char* out = nullptr;
  unsigned long out_bytes = 0;
  const bool written =
      WritePixels(&writer, &errors, pixels, reinterpret_cast<unsigned char*>(&row[0]), &out, &out_bytes);
  jpeg_destroy_compress(&writer);
  std::string file = written ? std::string(reinterpret_cast<const char*>(out), out_bytes) : std::string();
  free(out);
  if (!written) return Error(Reason::REASON_SANDBOX, "there is not enough memory for the picture");
  return file;
}

}  // namespace qf::client
