#include "common/sealing/dictionary.h"

#include <zstd.h>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/sealing/dictionary_1.h"
#include "common/sealing/frame.h"

namespace qf::sealing {
namespace {

constexpr size_t kMaxDictionaryBytes = 128 * 1024;

const Dictionary* LoadShipped() {
  auto loaded = Dictionary::Load(Dictionary1Bytes());
  QF_CHECK(loaded.ok() && (*loaded)->id() == kDictionary1);
  return loaded->release();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Dictionary>> Dictionary::Load(Bytes bytes) {
  if (bytes.size() > kMaxDictionaryBytes) {
    return Error(Reason::REASON_TOO_LARGE, "the dictionary is too large");
  }
  std::unique_ptr<Dictionary> out(new Dictionary);
  out->id_ = ZSTD_getDictID_fromDict(bytes.data(), bytes.size());
  if (out->id_ != 0) {
    out->writing_ = ZSTD_createCDict(bytes.data(), bytes.size(), kFrameLevel);
    out->reading_ = ZSTD_createDDict(bytes.data(), bytes.size());
  }
  if (out->writing_ == nullptr || out->reading_ == nullptr) {
    return Error(Reason::REASON_MALFORMED, "these bytes are no zstd dictionary with a number");
  }
  return std::unique_ptr<const Dictionary>(std::move(out));
}

Dictionary::~Dictionary() {
  ZSTD_freeCDict(writing_);
  ZSTD_freeDDict(reading_);
}

const Dictionary* DictionaryById(uint32_t id) {
  if (id != kDictionary1) return nullptr;
  static const Dictionary* const dictionary = LoadShipped();
  return dictionary;
}

}  // namespace qf::sealing
