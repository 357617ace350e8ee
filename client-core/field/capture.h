// Capturing one file: from its source, without metadata if it is a picture, into a sealed file. The part of AttachFile
// that takes time; runs on the worker and touches nothing of the session.
#pragma once

#include <string>

#include "client-core/field/source.h"
#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/ids.h"
#include "common/base/proto_names.h"
#include "qingfeng/content/v1/report.pb.h"

namespace qf::client {

struct CaptureOptions {
  Files& files;
  Entropy& entropy;
  std::string folder;      // of the store; its blobs/ exists
  std::string name;        // shown to readers
  std::string media_type;  // shown to readers; empty = what the bytes say
  bool keep_metadata = false;
};

struct Captured {
  contentpb::Attachment attachment;  // with the key
  Digest sha256;
  uint64_t sealed_bytes = 0;
};

// Durable when OK, at BlobPath(folder, sha256), and named by no row yet. Errors as AttachFile.
absl::StatusOr<Captured> Capture(Source& source, const CaptureOptions& options);

}  // namespace qf::client
