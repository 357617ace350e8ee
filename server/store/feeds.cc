#include "server/store/feeds.h"

#include <algorithm>

namespace qf::server {
namespace {

using record::FeedKind;

constexpr sql::Statement kFind("SELECT feed FROM feed WHERE name = $1");
constexpr sql::Statement kLast("SELECT COALESCE(MAX(feed), 0) FROM feed");
constexpr sql::Statement kInsert("INSERT INTO feed (feed, name) VALUES ($1, $2)");

std::optional<FeedId> Fixed(const record::Feed& feed) {
  switch (feed.kind) {
    case FeedKind::kOffice:
      return kOfficeFeed;
    case FeedKind::kLetters:
      return kLettersFeed;
    case FeedKind::kBroadcast:
      return kBroadcastFeed;
    case FeedKind::kRoster:
      return kRosterFeed;
    case FeedKind::kReplies:
      return kRepliesFeed;
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::StatusOr<std::optional<FeedId>> FindFeed(sql::ReadTxn& tx, const record::Feed& feed) {
  if (const auto fixed = Fixed(feed)) return fixed;
  return tx.QueryValue<FeedId>(kFind, {sql::Text(feed.name())});
}

absl::StatusOr<FeedId> FeedFor(sql::WriteTxn& tx, const record::Feed& feed) {
  QF_TRY_ASSIGN(const auto found, FindFeed(tx, feed));
  if (found) return *found;
  QF_TRY_ASSIGN(const auto last, tx.QueryValue<FeedId>(kLast));
  const FeedId next = std::max(last.value_or(0) + 1, kFirstNamedFeed);
  QF_TRY(tx.Execute(kInsert, {next, sql::Text(feed.name())}));
  return next;
}

}  // namespace qf::server
