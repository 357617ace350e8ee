// Pictures without metadata: decoded to pixels and encoded anew, so that nothing of the file but its pixels goes on:
// no place, camera, time, thumbnail, colour profile, comment, second picture or bytes after the end. What could hide
// in a picture's file is removed by construction, not by a list of what to look for.
//
// The picture is turned as its camera noted (orientation.h). A JPEG loses a little by being encoded again (quality 90);
// a PNG loses nothing but depth beyond 8 bits. A profile that is dropped may shift colours a little.
//
// Fails rather than guess: a file that is cut short or damaged is refused, since its picture would be another than the
// one its owner sees. Pure; any thread; takes seconds and up to 10 bytes a pixel (a progressive JPEG), so it belongs on
// the worker.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "client-core/field/media_type.h"
#include "common/base/strings.h"

namespace qf::client {

constexpr uint64_t kPixelsMax = 64'000'000;
constexpr uint32_t kSideMax = 32'000;
constexpr int kScansMax = 64;  // of a progressive JPEG; more are made to exhaust the reader

// `file` anew, in the same format. `kind` is kJpeg or kPng (our own caller). INVALID_ARGUMENT(ATTACHMENT_TYPE) when it
// cannot be decoded whole; OUT_OF_RANGE(TOO_LARGE) beyond the bounds above.
absl::StatusOr<std::string> WithoutMetadata(PictureKind kind, Bytes file);

}  // namespace qf::client
