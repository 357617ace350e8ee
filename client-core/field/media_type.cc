#include "client-core/field/media_type.h"

#include <algorithm>

namespace qf::client {
namespace {

// A type's mark: these bytes at this offset. The first that fits counts.
struct Magic {
  size_t offset;
  absl::string_view bytes;
  const char* name;
  PictureKind picture = PictureKind::kNone;
};

template <size_t N>
constexpr absl::string_view Raw(const char (&bytes)[N]) {
  return absl::string_view(bytes, N - 1);
}

constexpr Magic kMagics[] = {
    {0, Raw("\xff\xd8\xff"), "image/jpeg", PictureKind::kJpeg},
    {0, Raw("\x89PNG\r\n\x1a\n"), "image/png", PictureKind::kPng},
    {0, Raw("GIF8"), "image/gif", PictureKind::kOther},
    {8, Raw("WEBP"), "image/webp", PictureKind::kOther},
    {0, Raw("II*\0"), "image/tiff", PictureKind::kOther},
    {0, Raw("MM\0*"), "image/tiff", PictureKind::kOther},
    {4, Raw("ftyphei"), "image/heic", PictureKind::kOther},
    {4, Raw("ftyphev"), "image/heic", PictureKind::kOther},
    {4, Raw("ftypmif1"), "image/heif", PictureKind::kOther},
    {4, Raw("ftypmsf1"), "image/heif", PictureKind::kOther},
    {4, Raw("ftypavif"), "image/avif", PictureKind::kOther},
    {4, Raw("ftypqt"), "video/quicktime"},
    {4, Raw("ftyp3g"), "video/3gpp"},
    {4, Raw("ftypM4A"), "audio/mp4"},
    {4, Raw("ftyp"), "video/mp4"},
    {0, Raw("\x1a\x45\xdf\xa3"), "video/webm"},
    {8, Raw("WAVE"), "audio/wav"},
    {0, Raw("#!AMR"), "audio/amr"},
    {0, Raw("OggS"), "audio/ogg"},
    {0, Raw("ID3"), "audio/mpeg"},
    {0, Raw("\xff\xfb"), "audio/mpeg"},
    {0, Raw("%PDF-"), "application/pdf"},
    {0, Raw("PK\x03\x04"), "application/zip"},
    {0, Raw("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/msword"},
};

// A control character that stands in no text.
bool IsControl(unsigned char byte) { return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t'; }

// UTF-8 without control characters; its last character may be cut.
bool IsUtf8Text(Bytes bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[at++]);
    if (IsControl(first)) return false;
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const size_t following = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    for (size_t i = 0; i < following && at < bytes.size(); ++i, ++at) {
      if ((static_cast<unsigned char>(bytes[at]) & 0xc0) != 0x80) return false;
    }
  }
  return !bytes.empty();
}

// The same in GBK, as editors of Chinese Windows write it: two bytes a character.
bool IsGbkText(Bytes bytes) {
  for (size_t at = 0; at < bytes.size(); ++at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    if (IsControl(first)) return false;
    if (first < 0x80) continue;
    if (first == 0x80 || first == 0xff) return false;
    if (++at == bytes.size()) break;
    const auto second = static_cast<unsigned char>(bytes[at]);
    if (second < 0x40 || second == 0x7f || second == 0xff) return false;
  }
  return !bytes.empty();
}

}  // namespace

MediaType MediaTypeOf(Bytes beginning) {
  for (const Magic& magic : kMagics) {
    if (absl::ClippedSubstr(beginning, magic.offset, magic.bytes.size()) == magic.bytes) {
      return {magic.name, magic.picture};
    }
  }
  const Bytes seen = beginning.substr(0, kMediaTypeBytes);
  const bool text = IsUtf8Text(seen) || IsGbkText(seen);
  return {text ? "text/plain" : "application/octet-stream", PictureKind::kNone};
}

}  // namespace qf::client
