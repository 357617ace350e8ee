// STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015) as age builds it (C2SP age, "Payload"):
// ChaCha20-Poly1305 over chunks of 64 KiB, nonce = chunk number (11 bytes, big-endian) ‖ 1 for the last
// chunk, else 0; no associated data. All chunks but the last are full, and the last is empty only where all
// is empty. Chunks cannot be moved, left out, repeated or cut off unseen, and any one of them can be opened
// alone. Here a key seals one stream and is fresh, so it stands where age derives one from file key and
// nonce.
// For: blob.h. Threads: any.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/strings.h"
#include "common/sealing/format.h"

namespace qf::sealing {

enum class ChunkPlace { kInside, kLast };

// Chunk number `index` of the stream under `key` (32 bytes), 16 bytes longer than `plaintext` (at most
// kChunkBytes; exactly that unless it is the last; our own callers, checked).
std::string SealChunk(Bytes key, uint64_t index, ChunkPlace place, Bytes plaintext);

// The plaintext again. MALFORMED when `sealed` has not the size of such a chunk; SEAL when it is not this
// chunk at this place.
absl::StatusOr<std::string> OpenChunk(Bytes key, uint64_t index, ChunkPlace place, Bytes sealed);

}  // namespace qf::sealing
