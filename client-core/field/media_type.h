// What a file is, by its first bytes. Never by its name: names lie, and what matters here is whether metadata must be
// taken out. Pure; any thread.
#pragma once

#include <string>

#include "common/base/strings.h"

namespace qf::client {

enum class PictureKind {
  kNone,  // no picture
  kJpeg,  // decoded and encoded anew by picture.h
  kPng,
  kOther,  // a picture that we cannot decode (HEIC, WebP, TIFF, GIF …): goes in only with its metadata
};

struct MediaType {
  std::string name;  // "image/jpeg"; "text/plain" for text in UTF-8 or GBK; else "application/octet-stream"
  PictureKind picture = PictureKind::kNone;
};

constexpr size_t kMediaTypeBytes = 512;  // how much of a file's beginning is looked at

MediaType MediaTypeOf(Bytes beginning);

}  // namespace qf::client
