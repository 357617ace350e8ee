// What own items hold, opened for their owner. Lives on the loop.
#pragma once

#include "client-core/store/item.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {

// The content of an own item, from the frame that its owner keeps. NOT_FOUND when it never had one or it was dropped.
absl::StatusOr<contentpb::Content> ContentOf(const Item& item);

// One line to know a report or a message by: its title, or the beginning of what it says.
std::string TitleOf(const contentpb::Report& report);
std::string TitleOf(absl::string_view text);

}  // namespace qf::client
