// A Hello, read: who asks, and where it stands. docs/protocol.md, "Sync" 1.
#pragma once

#include <optional>
#include <vector>

#include "common/log/checkpoint.h"
#include "common/record/feed.h"
#include "qingfeng/server/v1/sync.pb.h"
#include "server/store/log_book.h"

namespace qf::server {

// How far the caller has read a feed.
struct FeedCursor {
  record::Feed feed;
  uint64_t position = 0;  // next one wanted
};

struct Caller {
  SigningKey key;
  Incarnation incarnation;  // empty(): nothing was placed yet
  uint64_t term = 0;
  std::optional<log::Checkpoint> checkpoint;  // what it claims; not verified
  std::string checkpoint_text;
  std::vector<FeedCursor> cursors;
  std::vector<RecordId> bodies_wanted;
  uint64_t wait_us = 0;
  size_t page_bytes_max = 0;
};

// INVALID_ARGUMENT(FRAME) for a Hello that breaks a bound or has a field of a wrong length.
absl::StatusOr<Caller> ReadHello(const serverpb::Hello& hello, const SigningKey& principal);

// Does the caller hold a checkpoint that this log does not hold? Then this log is an older copy, and is marked so:
//   of this term, signed by its key, and larger than the log or with another root at its size;
//   of a later term, which nothing here can verify: believed of devices that the log knows, not of strangers.
absl::Status CompareLogs(const Caller& caller, LogBook& book);

}  // namespace qf::server
