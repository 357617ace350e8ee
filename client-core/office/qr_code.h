// A text as a QR code in a picture, for screens and paper. Threads: any.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qf::client {

// `text` as PNG: black and white, `kQrPixels` a module, quiet zone of four modules, error correction L, since an
// invitation is long and its own check tells a wrong reading. OUT_OF_RANGE(TOO_LARGE) when no code holds it (2,953
// bytes).
absl::StatusOr<std::string> QrPng(absl::string_view text);

constexpr int kQrPixels = 4;
constexpr int kQrQuietModules = 4;

}  // namespace qf::client
