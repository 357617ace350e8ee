#include "common/sealing/blob.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/sealing/format.h"
#include "common/sealing/padding.h"
#include "common/sealing/stream.h"

namespace qf::sealing {
namespace {

uint64_t ChunksOf(uint64_t bytes, uint64_t chunk_bytes) { return (bytes + chunk_bytes - 1) / chunk_bytes; }

uint64_t PaddedSize(uint64_t true_size_bytes) { return Padme(kBlobSizeBytes + true_size_bytes); }

uint64_t ReadU64(Bytes bytes) {
  uint64_t value = 0;
  for (char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

absl::StatusOr<uint64_t> SealedBlobSize(uint64_t true_size_bytes) {
  if (true_size_bytes <= limits::kBlobBytes) {  // first, so that nothing below can overflow
    const uint64_t padded = PaddedSize(true_size_bytes);
    const uint64_t sealed = padded + kTagBytes * ChunksOf(padded, kChunkBytes);
    if (sealed <= limits::kBlobBytes) return sealed;
  }
  return Error(Reason::REASON_TOO_LARGE, "an attachment must stay below 2 GiB when it is sealed");
}

BlobSealer::BlobSealer(Secret key, uint64_t true_size_bytes, uint64_t sealed_size_bytes)
    : key_(std::move(key)),
      data_left_(true_size_bytes),
      padding_left_(PaddedSize(true_size_bytes) - kBlobSizeBytes - true_size_bytes),
      sealed_size_bytes_(sealed_size_bytes),
      chunk_(U64(true_size_bytes)) {}

absl::StatusOr<BlobSealer> BlobSealer::Start(Entropy& entropy, uint64_t true_size_bytes) {
  QF_TRY_ASSIGN(const uint64_t sealed_size, SealedBlobSize(true_size_bytes));
  return BlobSealer(entropy.RandomSecret(kBlobKeyBytes), true_size_bytes, sealed_size);
}

// A full chunk waits for a byte behind it: only then is it known not to be the last.
absl::Status BlobSealer::Fill(Bytes plaintext, BlobSink sink) {
  while (!plaintext.empty()) {
    if (chunk_.size() == kChunkBytes) QF_TRY(SealFull(sink));
    const size_t take = std::min(plaintext.size(), kChunkBytes - chunk_.size());
    chunk_.append(plaintext.data(), take);
    plaintext.remove_prefix(take);
  }
  return absl::OkStatus();
}

absl::Status BlobSealer::SealFull(BlobSink sink) {
  const std::string sealed = SealChunk(key_.bytes(), index_++, ChunkPlace::kInside, chunk_);
  chunk_.clear();
  digest_.Update(sealed);
  return sink(sealed);
}

absl::Status BlobSealer::Push(Bytes data, BlobSink sink) {
  if (data.size() > data_left_) return Error(Reason::REASON_LENGTH, "the attachment grew while it was read");
  data_left_ -= data.size();
  return Fill(data, sink);
}

absl::StatusOr<Digest> BlobSealer::Finish(BlobSink sink) {
  if (data_left_ != 0) return Error(Reason::REASON_LENGTH, "the attachment shrank while it was read");
  const std::string zeros(std::min<uint64_t>(padding_left_, kChunkBytes), '\0');
  while (padding_left_ > 0) {
    const Bytes some = Bytes(zeros).substr(0, padding_left_);
    padding_left_ -= some.size();
    QF_TRY(Fill(some, sink));
  }
  const std::string sealed = SealChunk(key_.bytes(), index_, ChunkPlace::kLast, chunk_);
  digest_.Update(sealed);
  QF_TRY(sink(sealed));
  return digest_.Finish();
}

BlobOpener::BlobOpener(Bytes key, uint64_t sealed_size_bytes, Source source)
    : key_(key), sealed_size_bytes_(sealed_size_bytes), source_(std::move(source)) {}

absl::StatusOr<BlobOpener> BlobOpener::Open(Bytes key, uint64_t sealed_size_bytes, Source source) {
  if (key.size() != kBlobKeyBytes) return Error(Reason::REASON_LENGTH, "a blob's key must have 32 bytes");
  if (sealed_size_bytes > limits::kBlobBytes) {
    return Error(Reason::REASON_TOO_LARGE, "the blob is larger than 2 GiB");
  }
  if (sealed_size_bytes < kBlobSizeBytes + kTagBytes) {
    return Error(Reason::REASON_MALFORMED, "the blob is cut short");
  }
  BlobOpener out(key, sealed_size_bytes, std::move(source));
  QF_TRY(out.Load(0));
  out.true_size_bytes_ = ReadU64(Bytes(out.chunk_).substr(0, kBlobSizeBytes));
  const auto expected = SealedBlobSize(out.true_size_bytes_);
  if (!expected.ok() || *expected != sealed_size_bytes) {
    return Error(Reason::REASON_MALFORMED, "the blob's true size does not belong to its sealed size");
  }
  QF_TRY(out.CheckPadding());
  return out;
}

absl::Status BlobOpener::Load(uint64_t index) {
  if (!chunk_.empty() && index == index_) return absl::OkStatus();
  const uint64_t begin = index * kSealedChunkBytes;
  const uint64_t size = std::min<uint64_t>(kSealedChunkBytes, sealed_size_bytes_ - begin);
  const bool last = begin + size == sealed_size_bytes_;
  QF_TRY_ASSIGN(const std::string sealed, source_(begin, size));
  QF_TRY_ASSIGN(chunk_, OpenChunk(key_.bytes(), index, last ? ChunkPlace::kLast : ChunkPlace::kInside, sealed));
  index_ = index;
  return absl::OkStatus();
}

// A chunk that is loaded has the size or some data at its start; chunks of padding alone are never asked for.
absl::Status BlobOpener::CheckPadding() const {
  const uint64_t data_in_chunk = kBlobSizeBytes + true_size_bytes_ - index_ * kChunkBytes;
  if (data_in_chunk >= chunk_.size()) return absl::OkStatus();
  if (chunk_.find_first_not_of('\0', data_in_chunk) == std::string::npos) return absl::OkStatus();
  return Error(Reason::REASON_MALFORMED, "the blob's padding is not zero");
}

absl::StatusOr<std::string> BlobOpener::Read(uint64_t offset, size_t size_bytes) {
  std::string out;
  if (offset >= true_size_bytes_) return out;
  const uint64_t end = kBlobSizeBytes + offset + std::min<uint64_t>(size_bytes, true_size_bytes_ - offset);
  for (uint64_t at = kBlobSizeBytes + offset; at < end;) {
    QF_TRY(Load(at / kChunkBytes));
    QF_TRY(CheckPadding());
    const size_t from = at % kChunkBytes;
    const size_t take = std::min<uint64_t>(chunk_.size() - from, end - at);
    out.append(chunk_, from, take);
    at += take;
  }
  return out;
}

}  // namespace qf::sealing
