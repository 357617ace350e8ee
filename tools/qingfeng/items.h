// Items of this store by id, for every command that names one.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/proto_names.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/core.h"

namespace qf::cli {

// Everything that was filed here, newest first, page by page.
absl::StatusOr<std::vector<clientpb::Item>> AllItems(Core& core);

// The item that `text` names (words.h, ResolveId): by id, by its first digits, or by its title.
absl::StatusOr<std::string> ResolveItem(Core& core, const std::string& text);

// One item, with its content.
absl::StatusOr<clientpb::GetItemResponse> FetchItem(Core& core, const std::string& item_id);

}  // namespace qf::cli
