// Where each stream (author, incarnation, feed) ends, one row a stream. docs/protocol.md, "Record".
#pragma once

#include <string>
#include <vector>

#include "common/record/record.h"
#include "common/sql/database.h"
#include "server/store/feeds.h"
#include "server/store/spine.h"

namespace qf::server {

// Names a stream in the store.
struct StreamKey {
  SigningKey author;
  Incarnation incarnation;
  FeedId feed = 0;
  friend bool operator==(const StreamKey& a, const StreamKey& b) {
    return a.author == b.author && a.incarnation == b.incarnation && a.feed == b.feed;
  }
  template <typename H>
  friend H AbslHashValue(H h, const StreamKey& key) {
    return H::combine(std::move(h), key.author, key.incarnation, key.feed);
  }
};

struct Stream {
  uint64_t row = 0;  // 0: has no row yet
  uint64_t sequence = 0;
  RecordId last;
  std::vector<uint64_t> spine;
  uint64_t size_bytes = 0;
};

// A stream without entries if there is none.
absl::StatusOr<Stream> FindStream(sql::ReadTxn& tx, const StreamKey& key);
// Writes where the stream ends now; gives a new one its row.
absl::Status SaveStream(sql::WriteTxn& tx, const StreamKey& key, Stream& stream);

// Position of the entry with `sequence`, which the stream holds (1 … stream.sequence).
absl::StatusOr<uint64_t> PositionOf(sql::ReadTxn& tx, const Stream& stream, uint64_t sequence);

// What a Welcome says of a stream.
struct HeldStream {
  std::string feed;
  uint64_t sequence = 0;
  RecordId last;
};
// Streams of one author in one store, at most `limit`.
absl::StatusOr<std::vector<HeldStream>> HeldStreams(sql::ReadTxn& tx, const SigningKey& author,
                                                    const Incarnation& incarnation, size_t limit);

// What an author has sent to a feed, over all incarnations.
struct AuthorTotal {
  uint64_t records = 0;
  uint64_t size_bytes = 0;
};
absl::StatusOr<AuthorTotal> TotalOf(sql::ReadTxn& tx, const SigningKey& author, FeedId feed);

}  // namespace qf::server
