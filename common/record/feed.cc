#include "common/record/feed.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/try.h"

namespace qf::record {
namespace {

struct PlainName {
  FeedKind kind;
  absl::string_view name;
};
constexpr PlainName kPlain[] = {
    {FeedKind::kOffice, "office"},   {FeedKind::kBroadcast, "broadcast"}, {FeedKind::kRoster, "roster"},
    {FeedKind::kLetters, "letters"}, {FeedKind::kReplies, "replies"},     {FeedKind::kLog, "log"},
};
constexpr PlainName kKeyed[] = {{FeedKind::kInbox, "inbox/"}, {FeedKind::kThread, "thread/"}};

}  // namespace

absl::StatusOr<Feed> Feed::Parse(absl::string_view name) {
  for (const auto& plain : kPlain) {
    if (name == plain.name) return Feed{plain.kind, {}};
  }
  for (const auto& keyed : kKeyed) {
    if (!absl::StartsWith(name, keyed.name)) continue;
    auto key = SigningKey::FromHexText(name.substr(keyed.name.size()));
    if (!key.ok()) break;
    Feed feed{keyed.kind, *key};
    if (feed.name() == name) return feed;  // refuses upper-case hex: one spelling a feed
  }
  return Error(Reason::REASON_MALFORMED, "there is no such feed");
}

std::string Feed::name() const {
  for (const auto& plain : kPlain) {
    if (kind == plain.kind) return std::string(plain.name);
  }
  return absl::StrCat(kind == FeedKind::kInbox ? "inbox/" : "thread/", key.hex());
}

}  // namespace qf::record
