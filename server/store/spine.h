// How an entry of a stream is found by its sequence without an index: each entry points to the one before it and to
// one far before it, and the stream's row keeps the few positions that the next entry needs.
//
// The chain of sequence s is s, then s with its lowest set bit cleared, and so on down to a power of two; the *spine*
// of a stream is the positions of the chain of its last sequence, at most 63 and usually about half of log2(s).
// From any entry the walk to an earlier sequence takes about log2 steps forward in each of log2 ranges at worst.
// Figures: an index over (stream, sequence) dirties a page for each stream in a commit; this dirties none.
//
// For: streams.h. Pure. Threads: any.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace qf::server {

// What an entry stores to be walked through.
struct Links {
  std::optional<uint64_t> previous;  // position of sequence - 1; none for sequence 1
  std::optional<uint64_t> jump;      // position of JumpTarget(sequence); none if that is 0
};

// The sequence that `jump` of an entry leads to; 0 = none.
constexpr uint64_t JumpTarget(uint64_t sequence) { return sequence & (sequence - 1); }

// Adds the entry of `sequence` (one more than the spine's last) at `position`; gives its links.
inline Links Extend(std::vector<uint64_t>& spine, uint64_t sequence, uint64_t position) {
  Links links;
  if (!spine.empty()) links.previous = spine.front();
  // The chain of sequence - 1 begins with as many low one-bits as `sequence` has low zero-bits: they go.
  const size_t dropped = static_cast<size_t>(std::countr_zero(sequence));
  spine.erase(spine.begin(), spine.begin() + static_cast<std::ptrdiff_t>(std::min(dropped, spine.size())));
  if (!spine.empty()) links.jump = spine.front();
  spine.insert(spine.begin(), position);
  return links;
}

}  // namespace qf::server
