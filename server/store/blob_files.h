// The bytes of blobs, as files `<folder>/<2 hex>/<62 hex>-<size>`, named by what they are to hold. Sealed when they
// come, so they are kept as they are. Rows say how far each is (blobs.h); a file may be longer than its row says
// after a crash, never shorter.
//
// Threads: any; two calls for one blob are the caller's to order.
#pragma once

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "common/base/files.h"
#include "common/base/ids.h"
#include "server/store/blobs.h"

namespace qf::server {

class BlobFiles {
 public:
  // `folder` is made if need be. `files` outlives the object.
  static absl::StatusOr<std::unique_ptr<BlobFiles>> Open(Files& files, std::string folder);

  // Writes `bytes` at `offset` and syncs: durable when OK, the file's name too.
  absl::Status Write(const BlobRow& blob, uint64_t offset, Bytes bytes);
  // Up to `size_bytes` from `offset`; shorter, or empty, where the file ends or does not exist.
  absl::StatusOr<std::string> Read(const BlobRow& blob, uint64_t offset, size_t size_bytes);
  // Removes the file; fine if there is none.
  absl::Status Remove(const BlobRow& blob);
  // True if the file is there, has its full size and the digest that it is named by. Reads all of it.
  absl::StatusOr<bool> Verify(const BlobRow& blob);
  // Copies the file into another folder of blobs, durably but for the folder's own name.
  absl::Status CopyTo(const BlobRow& blob, BlobFiles& other);

  const std::string& folder() const { return folder_; }

 private:
  BlobFiles(Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}
  std::string DirOf(const BlobRow& blob) const;
  std::string PathOf(const BlobRow& blob) const;
  absl::StatusOr<std::unique_ptr<File>> OpenOrMake(const BlobRow& blob);
  // Gives the file's bytes from its beginning, piece by piece.
  absl::StatusOr<uint64_t> EachPiece(const BlobRow& blob, absl::FunctionRef<absl::Status(uint64_t, Bytes)> each);

  Files& files_;
  const std::string folder_;
};

}  // namespace qf::server
