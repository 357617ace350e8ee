// The tree as RFC 9162 defines it, by recursion over lists of leaves: slow, and plainly right.
#pragma once

#include <bit>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/sha256.h"

namespace qf::log {

class ReferenceTree {
 public:
  using Path = std::vector<Digest>;

  uint64_t size() const { return leaves_.size(); }
  const Digest& leaf(uint64_t position) const { return leaves_[position]; }
  // A leaf that no other `tag` gives.
  static Digest MakeLeaf(uint64_t tag) { return Sha256(absl::StrCat(Bytes("\0", 1), "leaf ", tag)); }
  void Append(const Digest& leaf_hash) { leaves_.push_back(leaf_hash); }
  void Truncate(uint64_t size) {
    leaves_.resize(size);
    known_.clear();
  }

  // MTH(D[0:size]), section 2.1.1.
  Digest Root(uint64_t size) { return Hash(0, size); }
  // PATH(position, D[0:size]), section 2.1.3.1.
  Path Inclusion(uint64_t position, uint64_t size) { return PathIn(position, 0, size); }
  // PROOF(old_size, D[0:new_size]), section 2.1.4.1; nothing for what it does not define.
  Path Consistency(uint64_t old_size, uint64_t new_size) {
    return old_size == 0 || old_size == new_size ? Path() : Subproof(old_size, 0, new_size, true);
  }

 private:
  static uint64_t Split(uint64_t n) { return std::bit_floor(n - 1); }
  static Path With(Path path, const Digest& last) {
    path.push_back(last);
    return path;
  }
  Digest Hash(uint64_t start, uint64_t end) {
    if (start == end) return Sha256("");
    if (end - start == 1) return leaves_[start];
    const auto known = known_.find({start, end});
    if (known != known_.end()) return known->second;
    const uint64_t middle = start + Split(end - start);
    const Digest left = Hash(start, middle), right = Hash(middle, end);
    return known_[{start, end}] = Sha256(absl::StrCat("\x01", left.bytes(), right.bytes()));
  }
  Path PathIn(uint64_t position, uint64_t start, uint64_t end) {
    if (end - start == 1) return {};
    const uint64_t middle = start + Split(end - start);
    return position < middle ? With(PathIn(position, start, middle), Hash(middle, end))
                             : With(PathIn(position, middle, end), Hash(start, middle));
  }
  Path Subproof(uint64_t old_end, uint64_t start, uint64_t end, bool whole) {
    if (old_end == end) return whole ? Path() : Path{Hash(start, end)};
    const uint64_t middle = start + Split(end - start);
    return old_end <= middle ? With(Subproof(old_end, start, middle, whole), Hash(middle, end))
                             : With(Subproof(old_end, middle, end, false), Hash(start, middle));
  }

  std::vector<Digest> leaves_;
  std::map<std::pair<uint64_t, uint64_t>, Digest> known_;
};

}  // namespace qf::log
