#include "common/log/path_table.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::log {

absl::StatusOr<std::vector<uint32_t>> PathTable::AddInclusion(uint64_t position) {
  if (size_ > tree_.size() || position >= size_) {
    return Error(Reason::REASON_NOT_FOUND, "the log has no such position");
  }
  return Add(InclusionNodes(position, size_));
}

absl::StatusOr<std::vector<uint32_t>> PathTable::Add(const std::vector<NodeRef>& path) {
  std::vector<uint32_t> indexes;
  indexes.reserve(path.size());
  for (const NodeRef& node : path) {
    const auto [entry, is_new] = indexes_.try_emplace(node, static_cast<uint32_t>(indexes_.size()));
    if (is_new) {
      QF_TRY_ASSIGN(const Digest hash, tree_.NodeAt(node, size_));
      nodes_.append(hash.bytes().data(), Digest::kSize);
    }
    indexes.push_back(entry->second);
  }
  return indexes;
}

}  // namespace qf::log
