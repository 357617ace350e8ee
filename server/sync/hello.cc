#include "server/sync/hello.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/record/ceremony.h"

namespace qf::server {
namespace {

constexpr int kCursors = 16;  // log, or broadcast, replies, roster, the own inbox
constexpr size_t kDefaultPageBytes = 512 * 1024;

absl::Status BadFrame(absl::string_view what) { return Error(Reason::REASON_FRAME, what); }

absl::StatusOr<std::vector<FeedCursor>> ReadCursors(const serverpb::Hello& hello) {
  std::vector<FeedCursor> cursors;
  for (const serverpb::Cursor& in : hello.cursors()) {
    const auto feed = in.feed() == record::Feed::Log().name() ? record::Feed::Log() : record::Feed::Parse(in.feed());
    if (!feed.ok()) return BadFrame("a cursor is of no feed");
    const bool twice =
        std::any_of(cursors.begin(), cursors.end(), [&](const FeedCursor& c) { return c.feed == *feed; });
    if (twice) return BadFrame("two cursors are of one feed");
    cursors.push_back({*feed, in.position()});
  }
  return cursors;
}

bool WithinBounds(const serverpb::Hello& hello) {
  return hello.cursors_size() <= kCursors && static_cast<size_t>(hello.placed_size()) <= limits::kStreamsPerHello &&
         static_cast<size_t>(hello.bodies_wanted_size()) <= limits::kAwaitedBodies &&
         static_cast<size_t>(hello.letters_awaited_size()) <= limits::kAwaitedBodies;
}

}  // namespace

absl::StatusOr<Caller> ReadHello(const serverpb::Hello& hello, const SigningKey& principal) {
  if (!WithinBounds(hello)) return BadFrame("a Hello asks for too much at once");
  Caller caller;
  caller.key = principal;
  caller.term = hello.term();
  if (!hello.incarnation().empty()) {
    const auto incarnation = Incarnation::From(hello.incarnation());
    if (!incarnation.ok()) return BadFrame("an incarnation has a wrong length");
    caller.incarnation = *incarnation;
  }
  if (!hello.checkpoint().empty()) {
    const auto checkpoint = log::ParseUnverified(hello.checkpoint());
    if (!checkpoint.ok()) return BadFrame("the checkpoint of a Hello cannot be read");
    caller.checkpoint = *checkpoint;
    caller.checkpoint_text = hello.checkpoint();
  }
  QF_TRY_ASSIGN(caller.cursors, ReadCursors(hello));
  for (const std::string& id : hello.bodies_wanted()) {
    const auto record = RecordId::From(id);
    if (!record.ok()) return BadFrame("a record id has a wrong length");
    caller.bodies_wanted.push_back(*record);
  }
  caller.wait_us = std::min<uint64_t>(hello.wait_ms(), limits::kWaitForNewsUs / 1000) * 1000;
  const uint64_t page_bytes = hello.page_bytes_max() == 0 ? kDefaultPageBytes : hello.page_bytes_max();
  caller.page_bytes_max = std::min<uint64_t>(page_bytes, limits::kPageBytes);
  return caller;
}

absl::Status CompareLogs(const Caller& caller, LogBook& book) {
  if (!caller.checkpoint || caller.checkpoint->office != book.office()) return absl::OkStatus();
  const log::Checkpoint& claimed = *caller.checkpoint;
  const LogView view = book.View();
  if (claimed.term < view.term) return absl::OkStatus();
  if (claimed.term > view.term) {
    const record::Standing standing = book.StandingOf(caller.key, book.NowUs());
    const bool believed =
        standing.known() && !standing.revoked.has_value() && record::IsBelievable(claimed.term, view.term);
    return believed ? book.MarkRolledBack(claimed.term) : absl::OkStatus();
  }
  if (claimed.size <= view.size) {
    QF_TRY_ASSIGN(const Digest root, book.RootAt(claimed.size));
    if (root == claimed.root) return absl::OkStatus();
  }
  // Only this server's own signature makes it more than a claim.
  const auto key = book.LogKeyOf(claimed.term);
  if (!key || !log::ParseCheckpoint(caller.checkpoint_text, book.office(), *key).ok()) return absl::OkStatus();
  return book.MarkRolledBack(claimed.term);
}

}  // namespace qf::server
