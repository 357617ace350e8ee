// What strangers give us to open: bodies, frames, and text that was typed from paper. The first byte chooses.
#include "common/base/check.h"
#include "common/sealing/seal.h"
#include "common/sealing/shares.h"
#include "common/sealing/thread_code.h"
#include "tests/support/test_entropy.h"

namespace qf::sealing {
namespace {

SealContext Context() { return {{}, "office", {}, 7, {}, ""}; }

const std::vector<SealingKeyPair>& Keys() {
  static const auto* const keys = [] {
    SeededEntropy entropy(1);
    auto* out = new std::vector<SealingKeyPair>;
    for (int i = 0; i < 2; ++i) out->push_back(SealingKeyPair::Generate(entropy));
    return out;
  }();
  return *keys;
}

// Bytes that nobody sealed: an error, whatever they are.
void AsBody(Bytes input) {
  QF_CHECK(!OpenContent(Context(), input, Keys()).ok());
  const auto content = OpenPublicContent(input);
  QF_CHECK(!content.ok() || *OpenPublicContent(*PublicContent(*content)) == *content);
}

// A frame that a hostile author made, with or without dictionary 1.
void AsFrame(Bytes input) {
  const auto content = OpenFrame(input);
  if (!content.ok()) return;
  const std::string zeros(7, '\0');
  QF_CHECK(*OpenFrame(std::string(input) + zeros) == *content);
  QF_CHECK(*OpenFrame(*MakeFrame(*content, DictionaryById(kDictionary1)) + zeros) == *content);
}

// Sealed, then changed at one place: the same frame, or none.
void AsSealed(Bytes input) {
  if (input.size() < 4) return;
  SeededEntropy entropy(2);
  const KeyIds key_ids = input[0] & 1 ? KeyIds::kShown : KeyIds::kHidden;
  const std::vector<SealingKey> readers = {Keys()[0].public_key(), Keys()[1].public_key()};
  auto body = input[0] & 2 ? SealToOne(entropy, Context(), input, readers[0], key_ids)
                           : SealToSeveral(entropy, Context(), input, readers, key_ids);
  if (!body.ok()) return;  // too large
  QF_CHECK(*Open(Context(), *body, Keys()) == input);
  const size_t at = (static_cast<unsigned char>(input[1]) << 8 | static_cast<unsigned char>(input[2])) % body->size();
  (*body)[at] ^= static_cast<char>(input[3] | 1);
  const auto changed = Open(Context(), *body, Keys());
  QF_CHECK(!changed.ok() || *changed == input);
}

// What is read is what is written.
void AsText(Bytes input) {
  if (const auto code = ParseCode(input); code.ok()) {
    QF_CHECK(ParseCode(FormatCode(code->bytes())->bytes())->bytes() == code->bytes());
  }
  if (const auto share = ParseShare(input); share.ok()) {
    QF_CHECK(ParseShare(FormatShare(*share).bytes())->own.bytes() == share->own.bytes());
  }
}

}  // namespace
}  // namespace qf::sealing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const qf::Bytes input(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0:
      qf::sealing::AsBody(input);
      break;
    case 1:
      qf::sealing::AsFrame(input);
      break;
    case 2:
      qf::sealing::AsSealed(input);
      break;
    case 3:
      qf::sealing::AsText(input);
      break;
  }
  return 0;
}
