// The files of an app, as they were built and put into the program.
#pragma once

#include "absl/types/span.h"
#include "common/base/strings.h"

namespace qf::loopback {

struct Asset {
  Bytes path;  // from the app's root: "index.html", "assets/index-Bx3f.js"
  Bytes body;
};

// Empty for a program that was built without its apps.
absl::Span<const Asset> FieldAssets();
absl::Span<const Asset> DeskAssets();

}  // namespace qf::loopback
