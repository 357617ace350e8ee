#include "common/sealing/stream.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/sealing/aead.h"

namespace qf::sealing {
namespace {

std::string Nonce(uint64_t index, ChunkPlace place) {
  std::string nonce = absl::StrCat(Bytes("\0\0\0", 3), U64(index));
  nonce.push_back(place == ChunkPlace::kLast ? 1 : 0);
  return nonce;
}

bool SizeFits(size_t plaintext_bytes, ChunkPlace place) {
  return place == ChunkPlace::kLast ? plaintext_bytes <= kChunkBytes : plaintext_bytes == kChunkBytes;
}

}  // namespace

std::string SealChunk(Bytes key, uint64_t index, ChunkPlace place, Bytes plaintext) {
  QF_CHECK(SizeFits(plaintext.size(), place));
  return AeadSeal(key, Nonce(index, place), "", plaintext);
}

absl::StatusOr<std::string> OpenChunk(Bytes key, uint64_t index, ChunkPlace place, Bytes sealed) {
  if (sealed.size() < kTagBytes || !SizeFits(sealed.size() - kTagBytes, place)) {
    return Error(Reason::REASON_MALFORMED, "a chunk of a sealed blob has a wrong size");
  }
  return AeadOpen(key, Nonce(index, place), "", sealed);
}

}  // namespace qf::sealing
