#include "server/store/streams.h"

#include "server/store/entries.h"

namespace qf::server {
namespace {

constexpr sql::Statement kFind(
    "SELECT stream, sequence, record_id, spine, size_bytes FROM stream"
    " WHERE author = $1 AND incarnation = $2 AND feed = $3");
constexpr sql::Statement kLast("SELECT COALESCE(MAX(stream), 0) FROM stream");
constexpr sql::Statement kInsert(
    "INSERT INTO stream (stream, author, incarnation, feed, sequence, record_id, spine, size_bytes)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
constexpr sql::Statement kUpdate(
    "UPDATE stream SET sequence = $2, record_id = $3, spine = $4, size_bytes = $5 WHERE stream = $1");
constexpr sql::Statement kHeld(
    "SELECT feed.name, stream.sequence, stream.record_id FROM stream JOIN feed ON feed.feed = stream.feed"
    " WHERE stream.author = $1 AND stream.incarnation = $2 ORDER BY stream.feed LIMIT $3");
constexpr sql::Statement kTotal(
    "SELECT CAST(COALESCE(SUM(sequence), 0) AS BIGINT), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM stream"
    " WHERE author = $1 AND feed = $2");

constexpr size_t kPositionBytes = 8;

std::string PackSpine(const std::vector<uint64_t>& spine) {
  std::string out;
  out.reserve(spine.size() * kPositionBytes);
  for (const uint64_t position : spine) out += U64(position);
  return out;
}

std::vector<uint64_t> UnpackSpine(Bytes packed) {
  std::vector<uint64_t> spine;
  while (packed.size() >= kPositionBytes) spine.push_back(TakeU64(&packed));
  return spine;
}

}  // namespace

absl::StatusOr<Stream> FindStream(sql::ReadTxn& tx, const StreamKey& key) {
  QF_TRY_ASSIGN(auto found, tx.QueryOne(kFind, {key.author, key.incarnation, key.feed}, [](const sql::Row& row) {
    return Stream{row.Get<uint64_t>(0), row.Get<uint64_t>(1), row.Get<RecordId>(2), UnpackSpine(row.Get<Bytes>(3)),
                  row.Get<uint64_t>(4)};
  }));
  return found ? *std::move(found) : Stream();
}

absl::Status SaveStream(sql::WriteTxn& tx, const StreamKey& key, Stream& stream) {
  const std::string spine = PackSpine(stream.spine);
  if (stream.row != 0) {
    return tx.Execute(kUpdate, {stream.row, stream.sequence, stream.last, sql::Blob(spine), stream.size_bytes});
  }
  QF_TRY_ASSIGN(const auto last, tx.QueryValue<uint64_t>(kLast));
  stream.row = last.value_or(0) + 1;
  return tx.Execute(kInsert, {stream.row, key.author, key.incarnation, key.feed, stream.sequence, stream.last,
                              sql::Blob(spine), stream.size_bytes});
}

absl::StatusOr<uint64_t> PositionOf(sql::ReadTxn& tx, const Stream& stream, uint64_t sequence) {
  uint64_t at = stream.sequence;
  // Down the spine as far as it goes without a look at the store …
  size_t step = 0;
  while (step + 1 < stream.spine.size() && JumpTarget(at) >= sequence) {
    at = JumpTarget(at);
    ++step;
  }
  if (step >= stream.spine.size()) return Error(Reason::REASON_STORE_DAMAGED, "a stream's row lost its way");
  uint64_t position = stream.spine[step];
  // … and then along the links.
  while (at > sequence) {
    QF_TRY_ASSIGN(const auto entry, LinksAt(tx, position));
    const bool far = JumpTarget(at) >= sequence;
    const std::optional<uint64_t> next = far ? entry.second.jump : entry.second.previous;
    if (entry.first != at || !next) return Error(Reason::REASON_STORE_DAMAGED, "a stream's entries lost their way");
    at = far ? JumpTarget(at) : at - 1;
    position = *next;
  }
  return position;
}

absl::StatusOr<std::vector<HeldStream>> HeldStreams(sql::ReadTxn& tx, const SigningKey& author,
                                                    const Incarnation& incarnation, size_t limit) {
  return tx.QueryAll(kHeld, {author, incarnation, limit}, [](const sql::Row& row) {
    return HeldStream{row.Get<std::string>(0), row.Get<uint64_t>(1), row.Get<RecordId>(2)};
  });
}

absl::StatusOr<AuthorTotal> TotalOf(sql::ReadTxn& tx, const SigningKey& author, FeedId feed) {
  QF_TRY_ASSIGN(const auto total, tx.QueryOne(kTotal, {author, feed}, [](const sql::Row& row) {
    return AuthorTotal{row.Get<uint64_t>(0), row.Get<uint64_t>(1)};
  }));
  return total.value_or(AuthorTotal());
}

}  // namespace qf::server
