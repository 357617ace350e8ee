// Feeds: filters on the one log. docs/protocol.md, "Feeds".
#pragma once

#include <string>

#include "common/base/ids.h"

namespace qf::record {

enum class FeedKind { kOffice, kBroadcast, kRoster, kInbox, kLetters, kReplies, kThread, kLog };

// A feed's name, taken apart. kInbox and kThread have a key; kLog is a view of everything and cannot be appended to.
struct Feed {
  FeedKind kind = FeedKind::kOffice;
  SigningKey key;  // of kInbox: the device; of kThread: the thread; else empty

  static Feed Office() { return {FeedKind::kOffice, {}}; }
  static Feed Broadcast() { return {FeedKind::kBroadcast, {}}; }
  static Feed Roster() { return {FeedKind::kRoster, {}}; }
  static Feed Replies() { return {FeedKind::kReplies, {}}; }
  static Feed Log() { return {FeedKind::kLog, {}}; }
  static Feed Inbox(const SigningKey& device) { return {FeedKind::kInbox, device}; }

  // "office", "inbox/<64 lower-case hex>" …; MALFORMED for anything else, so each feed has one spelling.
  static absl::StatusOr<Feed> Parse(absl::string_view name);
  std::string name() const;

  friend bool operator==(const Feed& a, const Feed& b) { return a.kind == b.kind && a.key == b.key; }
};

}  // namespace qf::record
