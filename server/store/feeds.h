// Feeds as small numbers, so that rows and indexes stay narrow. docs/protocol.md, "Feeds".
#pragma once

#include <optional>

#include "common/record/feed.h"
#include "common/sql/database.h"

namespace qf::server {

using FeedId = uint64_t;

// The fixed ones, as the first migration inserts them. The first two are not indexed: nobody pulls them alone.
constexpr FeedId kOfficeFeed = 1;
constexpr FeedId kLettersFeed = 2;
constexpr FeedId kBroadcastFeed = 3;
constexpr FeedId kRosterFeed = 4;
constexpr FeedId kRepliesFeed = 5;
constexpr FeedId kFirstNamedFeed = 16;

// The number of a feed; nullopt if nothing was ever appended to it. `log` has none.
absl::StatusOr<std::optional<FeedId>> FindFeed(sql::ReadTxn& tx, const record::Feed& feed);
// The same, numbering a new one.
absl::StatusOr<FeedId> FeedFor(sql::WriteTxn& tx, const record::Feed& feed);

}  // namespace qf::server
