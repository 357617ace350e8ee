// The bytes of the log: numbers and hashes that its writers and its readers share (docs/protocol.md, Log;
// RFC 9162, section 2.1.1).
//
//   leaf data = "qingfeng/leaf/1" 00 (16 bytes) ‖ position (8) ‖ received_at (8) ‖ clock_at (8)
//               ‖ verdict (2) ‖ record id (32) ‖ SHA-256(signature) (32); 106 bytes in all
//   leaf hash = SHA-256(00 ‖ leaf data)     node hash = SHA-256(01 ‖ left ‖ right)
//   tile      = 1 to 256 hashes of 32 bytes, neighbours at one height (tile.h)
//
// For: the tree (tree.h) and those who check it (verify.h), who have nothing else in common. leaf.h makes
// leaf data, checkpoint.h the signed text. Worked examples: tests/vectors/leaf.json. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "common/base/ids.h"
#include "common/base/strings.h"

namespace qf::log {

constexpr char kLeafLabel[] = "qingfeng/leaf/1";  // its ending zero byte belongs to it
constexpr size_t kLeafDataBytes = sizeof kLeafLabel + 3 * 8 + 2 + RecordId::kSize + Digest::kSize;
constexpr char kLeafPrefix = '\x00';
constexpr char kNodePrefix = '\x01';

// Sizes, positions and terms fit a signed 64-bit column, so a path never has more than 63 hashes.
constexpr uint64_t kMaxSize = std::numeric_limits<int64_t>::max();
constexpr size_t kMaxPathHashes = 63;

// What stands in the tree for a leaf with that data.
Digest LeafHash(Bytes leaf_data);

// What stands in the tree over two nodes. About 0.2 µs.
Digest NodeHash(const Digest& left, const Digest& right);

// Root of the tree without leaves: SHA-256 of nothing.
Digest EmptyRoot();

}  // namespace qf::log
