// Blobs: attachments, sealed while they are captured and opened at any place.
// Source: docs/protocol.md, "Blobs". What is sealed (stream.h) is true size(8) ‖ data ‖ zero bytes up to
// Padmé(8 + true size): the size on the wire tells little, the true one stands inside. The key is fresh for
// each blob and kept in the content of the record that names the blob by its SHA-256 and its sealed size.
// For: files of any size up to limits::kBlobBytes, in memory of one chunk. Not for: where sealed bytes are
// kept or sent, which is the caller's.
// Threads: one object, one thread at a time.
//
//   QF_TRY_ASSIGN(BlobSealer sealer, BlobSealer::Start(entropy, file_size));
//   QF_TRY(sealer.Push(bytes, write));             // as often as needed
//   QF_TRY_ASSIGN(Digest name, sealer.Finish(write));
#pragma once

#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/secret.h"
#include "common/base/sha256.h"

namespace qf::sealing {

constexpr size_t kBlobKeyBytes = 32;

// Size of the sealed blob of `true_size_bytes` of data. TOO_LARGE when it exceeds limits::kBlobBytes.
absl::StatusOr<uint64_t> SealedBlobSize(uint64_t true_size_bytes);

// Takes the next sealed bytes; its error ends the sealing and is returned.
using BlobSink = absl::FunctionRef<absl::Status(Bytes sealed)>;

// Seals one blob from the start to the end.
class BlobSealer {
 public:
  // For exactly `true_size_bytes` of data. Draws the key. TOO_LARGE as above.
  static absl::StatusOr<BlobSealer> Start(Entropy& entropy, uint64_t true_size_bytes);

  const Secret& key() const { return key_; }
  uint64_t sealed_size_bytes() const { return sealed_size_bytes_; }

  // The next `data`. Gives `sink` each chunk as it fills, at most kSealedChunkBytes at once. LENGTH when
  // there is more than was announced; the blob is then of no use.
  absl::Status Push(Bytes data, BlobSink sink);

  // Pads, gives the rest, and tells the blob's name: SHA-256 of all that `sink` was given. Once, at the end.
  // LENGTH when there was less than was announced.
  absl::StatusOr<Digest> Finish(BlobSink sink);

 private:
  BlobSealer(Secret key, uint64_t true_size_bytes, uint64_t sealed_size_bytes);
  absl::Status Fill(Bytes plaintext, BlobSink sink);
  absl::Status SealFull(BlobSink sink);

  Secret key_;
  uint64_t data_left_;     // announced and not yet pushed
  uint64_t padding_left_;  // zero bytes to come after it
  uint64_t sealed_size_bytes_;
  uint64_t index_ = 0;  // of the chunk that is being filled
  std::string chunk_;   // its plaintext so far
  Sha256Stream digest_;
};

// Opens a blob, wherever it lies, from any offset. Keeps the chunk it opened last.
class BlobOpener {
 public:
  // Gives exactly `size_bytes` of the sealed blob from `offset`, or an error, which is returned as it is.
  using Source = absl::AnyInvocable<absl::StatusOr<std::string>(uint64_t offset, size_t size_bytes)>;

  // `key` from the content (32 bytes, LENGTH otherwise); `sealed_size_bytes` from the record's header. Reads
  // the first chunk. TOO_LARGE or MALFORMED when no blob has that size or the true size inside does not
  // belong to it; SEAL when the key or the bytes are not those of this blob.
  static absl::StatusOr<BlobOpener> Open(Bytes key, uint64_t sealed_size_bytes, Source source);

  uint64_t true_size_bytes() const { return true_size_bytes_; }

  // Up to `size_bytes` of the data from `offset`; shorter only at its end, empty beyond it. Only the chunks
  // that it touches are read and checked. SEAL when one was changed; MALFORMED when the padding beside the
  // data is not zero.
  absl::StatusOr<std::string> Read(uint64_t offset, size_t size_bytes);

 private:
  BlobOpener(Bytes key, uint64_t sealed_size_bytes, Source source);
  absl::Status Load(uint64_t index);
  absl::Status CheckPadding() const;

  Secret key_;
  uint64_t sealed_size_bytes_;
  Source source_;
  uint64_t true_size_bytes_ = 0;
  uint64_t index_ = 0;  // of the chunk in chunk_, if that is not empty
  std::string chunk_;   // plaintext; never empty once loaded
};

}  // namespace qf::sealing
