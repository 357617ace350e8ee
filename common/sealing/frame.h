// Content, compressed: one zstd frame (RFC 8878) that states its size, before it is padded and sealed.
// Source: docs/protocol.md, "Record", body. Never compress two people's texts in one frame: its size would
// tell one what the other said. Threads: any; each thread keeps its own zstd state.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/strings.h"
#include "common/sealing/dictionary.h"

namespace qf::sealing {

constexpr int kFrameLevel = 3;  // level 19 costs 34 times the time for 12 % (docs/performance.md)

// Gives the dictionary of that number, or nullptr. The one given lives until the call that asked has
// returned.
using DictionaryFinder = absl::FunctionRef<const Dictionary*(uint32_t id)>;

// `content` (at most limits::kContentBytes, TOO_LARGE otherwise) as a frame; `dictionary` may be nullptr.
absl::StatusOr<std::string> MakeFrame(Bytes content, const Dictionary* dictionary);

// The content of a frame that may have zero bytes after it. Memory is bounded by what the frame states, and
// that by limits::kContentBytes. MALFORMED when it is no frame, states no size or a wrong one, or is followed
// by anything but zero bytes; TOO_LARGE; DICTIONARY when `find` has none of its number.
absl::StatusOr<std::string> OpenFrame(Bytes padded, DictionaryFinder find = DictionaryById);

}  // namespace qf::sealing
