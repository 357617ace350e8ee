// zstd dictionaries: what makes one lone report as small as a hundred packed together. Dictionary 1 is part
// of the program and belongs to content without a form; a form may carry its own. It is trained on labels and
// invented text only (tools/dictionary): a dictionary is known to everybody and must hold nothing that a
// person once said. Dictionary 1 never changes; a better one gets the next number. Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "common/base/strings.h"

struct ZSTD_CDict_s;
struct ZSTD_DDict_s;

namespace qf::sealing {

class Dictionary {
 public:
  // A dictionary as `zstd --train` writes it, at most 128 KiB. MALFORMED when it is none, or has no number of
  // its own; TOO_LARGE. The program's own have numbers below 32,768, a form's number is at least that (zstd's
  // private range); the caller who takes one from a form checks this.
  static absl::StatusOr<std::unique_ptr<const Dictionary>> Load(Bytes bytes);
  ~Dictionary();

  // Stands in every frame made with it.
  uint32_t id() const { return id_; }

  // For frame.cc: prepared for level 3, and for reading.
  const ZSTD_CDict_s* for_writing() const { return writing_; }
  const ZSTD_DDict_s* for_reading() const { return reading_; }

 private:
  Dictionary() = default;
  uint32_t id_ = 0;
  ZSTD_CDict_s* writing_ = nullptr;
  ZSTD_DDict_s* reading_ = nullptr;
};

constexpr uint32_t kDictionary1 = 1;

// The program's own dictionary of that number; nullptr when it has none. Lives as long as the program.
const Dictionary* DictionaryById(uint32_t id);

}  // namespace qf::sealing
