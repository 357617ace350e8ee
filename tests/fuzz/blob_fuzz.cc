// A sealed blob is hostile in two ways: as bytes that nobody sealed, and as a plaintext that a hostile author
// sealed.
#include <cstring>

#include "common/base/check.h"
#include "common/base/try.h"
#include "common/sealing/blob.h"
#include "common/sealing/stream.h"

namespace qf::sealing {
namespace {

const std::string kKey(kBlobKeyBytes, 'k');

class FixedKey final : public Entropy {
 public:
  void Fill(void* out, size_t size_bytes) override { std::memset(out, 'k', size_bytes); }
};

// All of it, in pieces that meet the chunks at odd places.
absl::StatusOr<std::string> OpenAll(const std::string& sealed) {
  QF_TRY_ASSIGN(BlobOpener opener, BlobOpener::Open(kKey, sealed.size(), [&](uint64_t offset, size_t size_bytes) {
                  return absl::StatusOr<std::string>(sealed.substr(offset, size_bytes));
                }));
  std::string out;
  while (out.size() < opener.true_size_bytes()) {
    QF_TRY_ASSIGN(const std::string piece, opener.Read(out.size(), 40'000));
    QF_CHECK(!piece.empty());
    out += piece;
  }
  return out;
}

std::string SealRaw(Bytes plaintext) {
  std::string out;
  for (uint64_t index = 0; index == 0 || !plaintext.empty(); ++index) {
    const Bytes chunk = plaintext.substr(0, kChunkBytes);
    plaintext.remove_prefix(chunk.size());
    out += SealChunk(kKey, index, plaintext.empty() ? ChunkPlace::kLast : ChunkPlace::kInside, chunk);
  }
  return out;
}

std::string SealBlob(Bytes data) {
  FixedKey entropy;
  BlobSealer sealer = *BlobSealer::Start(entropy, data.size());
  std::string out;
  const auto sink = [&](Bytes sealed) {
    out.append(sealed.data(), sealed.size());
    return absl::OkStatus();
  };
  QF_CHECK(sealer.Push(data, sink).ok() && sealer.Finish(sink).ok());
  QF_CHECK(out.size() == sealer.sealed_size_bytes());
  return out;
}

void Run(Bytes input) {
  const auto as_bytes = OpenAll(std::string(input));
  QF_CHECK(!as_bytes.ok() || SealBlob(*as_bytes) == input);

  const std::string sealed = SealRaw(input);
  const auto as_plaintext = OpenAll(sealed);
  // Each blob of this size has one sealed form under its key: nothing can be hidden in its padding.
  QF_CHECK(!as_plaintext.ok() || SealBlob(*as_plaintext) == sealed);

  const auto as_data = OpenAll(SealBlob(input));
  QF_CHECK(as_data.ok() && *as_data == input);
}

}  // namespace
}  // namespace qf::sealing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::sealing::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
