#include "common/log/format.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "common/base/sha256.h"

namespace qf::log {

Digest LeafHash(Bytes leaf_data) { return Sha256(absl::StrCat(Bytes(&kLeafPrefix, 1), leaf_data)); }

Digest NodeHash(const Digest& left, const Digest& right) {
  // On the stack: the tree does nothing else a million times.
  std::array<char, 1 + 2 * Digest::kSize> bytes;
  bytes[0] = kNodePrefix;
  std::copy_n(left.bytes().data(), Digest::kSize, bytes.begin() + 1);
  std::copy_n(right.bytes().data(), Digest::kSize, bytes.begin() + 1 + Digest::kSize);
  return Sha256(Bytes(bytes.data(), bytes.size()));
}

Digest EmptyRoot() { return Sha256(""); }

}  // namespace qf::log
