#include "tools/qingfeng/items.h"

#include "common/base/try.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kItemIdBytes = 16;
constexpr uint32_t kPage = 500;

}  // namespace

absl::StatusOr<std::vector<clientpb::Item>> AllItems(Core& core) {
  std::vector<clientpb::Item> items;
  clientpb::ListItemsRequest request;
  request.set_page_size(kPage);
  bool more = true;
  while (more) {
    QF_TRY_ASSIGN(const auto page, core.Call<clientpb::ListItemsResponse>(request));
    items.insert(items.end(), page.items().begin(), page.items().end());
    more = page.more() && !page.items().empty();
    if (more) request.set_after_item_id(items.back().item_id());
  }
  return items;
}

absl::StatusOr<std::string> ResolveItem(Core& core, const std::string& text) {
  return ResolveId(text, kItemIdBytes, [&]() -> absl::StatusOr<std::vector<Candidate>> {
    QF_TRY_ASSIGN(const auto items, AllItems(core));
    std::vector<Candidate> out;
    for (const clientpb::Item& item : items) out.push_back({item.item_id(), item.title()});
    return out;
  });
}

absl::StatusOr<clientpb::GetItemResponse> FetchItem(Core& core, const std::string& item_id) {
  clientpb::GetItemRequest request;
  request.set_item_id(item_id);
  return core.Call<clientpb::GetItemResponse>(request);
}

}  // namespace qf::cli
