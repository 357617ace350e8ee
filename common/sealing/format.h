// Every number and label of what this folder writes. docs/protocol.md, "Sealing", "Blobs" and "Keys", says
// the same in prose; tests/vectors/seal.json and blob.json hold worked examples. `‖` joins bytes; sizes in
// brackets, in bytes.
//
// A body is one byte that names the suite, and the rest:
//
//   public        0x00 ‖ frame
//   one reader    0x01 ‖ key id(8) ‖ enc(32) ‖ ciphertext
//   2–8 readers   0x02 ‖ count(1) ‖ count × slot(88) ‖ commitment(32) ‖ ciphertext
//   slot          key id(8) ‖ enc(32) ‖ sealed content key(48)
//
//   frame         a zstd frame that states its size and, where padded, zero bytes after it
//   key id        first 8 bytes of SHA-256 of the reader's key; 8 zero bytes where the reader is hidden
//   ciphertext    the frame, sealed, 16 bytes longer
//   associated    suite(1) ‖ office id(16) ‖ length(2) ‖ feed ‖ author(32) ‖ kind(8) ‖ item id(16) ‖
//                 length(2) ‖ reference (0 or 32) ‖ key id(8), the real one even where the body hides it
//
//   suite 1       enc ‖ ciphertext = HPKE of the frame to the reader's key; info = kSealLabel ‖ office id;
//                 `associated` with suite 1.
//   suite 2       The content key is 32 fresh bytes. enc ‖ sealed content key = HPKE of it to each reader's
//                 key; the same info; `associated` with suite 2 and that reader's key id. 64 bytes of
//                 HKDF-SHA256(content key, no salt, info = kContentLabel): the first 32 are the commitment,
//                 the last 32 the ChaCha20-Poly1305 key of the ciphertext, whose nonce is 12 zero bytes;
//                 `associated` with suite 2 and 8 zero bytes.
//
// The suite is in `associated`, so a part of one suite cannot be made into a body of the other.
//
// A sealed blob is a STREAM (stream.h) over true size(8) ‖ data ‖ zero bytes up to Padmé(8 + true size).
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/base/limits.h"

namespace qf::sealing {

// What a body's first byte says. Numbers are never used again; kNext is the first that is free (X-Wing's
// place).
enum class Suite : uint8_t { kPublic = 0, kOne = 1, kSeveral = 2, kNext = 3 };

// The primitives.
constexpr size_t kSecretKeyBytes = 32;  // X25519
constexpr size_t kAeadKeyBytes = 32;    // ChaCha20-Poly1305
constexpr size_t kAeadNonceBytes = 12;
constexpr size_t kTagBytes = 16;

// Parts of a body.
constexpr size_t kSuiteBytes = 1;
constexpr size_t kCountBytes = 1;
constexpr size_t kKeyIdBytes = 8;
constexpr size_t kEncBytes = 32;
constexpr size_t kContentKeyBytes = 32;
constexpr size_t kCommitmentBytes = 32;
constexpr size_t kSlotBytes = kKeyIdBytes + kEncBytes + kContentKeyBytes + kTagBytes;  // 88
constexpr size_t kMinSeveral = 2;

// How much longer than its padded frame a body is: 1 public, 57 for one reader, 50 + 88 n for n of them.
constexpr size_t BodyOverhead(size_t recipients) {
  if (recipients == 0) return kSuiteBytes;
  if (recipients == 1) return kSuiteBytes + kKeyIdBytes + kEncBytes + kTagBytes;
  return kSuiteBytes + kCountBytes + recipients * kSlotBytes + kCommitmentBytes + kTagBytes;
}

// Letters and replies: bodies of exactly this size.
constexpr size_t kLetterBodyBytes = 4096;
// Content of this size always fits into a letter (one reader) or a reply (two), however badly it compresses:
// what BodyOverhead leaves of 4,096, less 17 for a frame that stores it as it is (header 14, block 3),
// rounded down.
constexpr size_t kLetterContentBytes = 4000;
constexpr size_t kReplyContentBytes = 3840;

// A label ends in a zero byte, so that none is the beginning of another.
template <size_t N>
constexpr absl::string_view Label(const char (&text)[N]) {
  return absl::string_view(text, N);
}
constexpr absl::string_view kSealLabel = Label("qingfeng/seal/1");
constexpr absl::string_view kContentLabel = Label("qingfeng/content/1");
constexpr absl::string_view kThreadKeysLabel = Label("qingfeng/thread-keys/1");
constexpr absl::string_view kKitKeysLabel = Label("qingfeng/kit-keys/1");
constexpr absl::string_view kKitLabel = Label("qingfeng/kit/1");
constexpr absl::string_view kShareLabel = Label("qingfeng/share/1");

// Blobs.
constexpr size_t kBlobSizeBytes = 8;  // the true size in front of the data
constexpr size_t kChunkBytes = limits::kBlobChunkBytes;
constexpr size_t kSealedChunkBytes = kChunkBytes + kTagBytes;

// Codes and kits (paper_text.h, thread_code.h, shares.h).
constexpr size_t kThreadCodeBytes = 13;  // 100 bits, the last 4 bits zero
constexpr size_t kKitBytes = 32;
constexpr size_t kShareBytes = 75;  // version(1) ‖ number(1) ‖ kit(5) ‖ own(32) ‖ other(32) ‖ check(4)

}  // namespace qf::sealing
