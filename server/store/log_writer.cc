#include "server/store/log_writer.h"

#include <algorithm>

#include "common/base/check.h"
#include "server/store/blobs.h"
#include "server/store/entries.h"
#include "server/store/lacking.h"
#include "server/store/settings.h"

namespace qf::server {
namespace {

StreamKey KeyOf(const record::Header& header, FeedId feed) { return {header.author, header.incarnation, feed}; }

// What a record weighs against quotas.
uint64_t WeightOf(const record::Header& header) {
  uint64_t size_bytes = header.body_size_bytes;
  for (const record::BlobRef& blob : header.blobs) size_bytes += blob.size_bytes;
  return size_bytes;
}

}  // namespace

absl::Status LogWriter::Begin(sql::WriteTxn& tx) {
  tx_ = &tx;
  changed_.clear();
  touched_.clear();
  facts_touched_ = false;
  appended_ = 0;
  if (streams_.size() > kCachedStreams) streams_.clear();
  if (feeds_.size() > kCachedStreams) feeds_.clear();
  if (received_at_us_ == 0) {
    QF_TRY_ASSIGN(const LogEnd end, EndOfLog(tx));
    if (end.size != book_.next_position()) return Error(Reason::REASON_STORE_DAMAGED, "the log lost its end");
    received_at_us_ = end.received_at_us;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<FeedId>> LogWriter::FeedOf(const record::Feed& feed) {
  const bool named = feed.kind == record::FeedKind::kInbox || feed.kind == record::FeedKind::kThread;
  if (!named) return FindFeed(*tx_, feed);
  const auto cached = feeds_.find(feed.name());
  if (cached != feeds_.end()) return std::optional<FeedId>(cached->second);
  QF_TRY_ASSIGN(const auto found, FindFeed(*tx_, feed));
  if (found) feeds_.emplace(feed.name(), *found);
  return found;
}

absl::StatusOr<LogWriter::Cached*> LogWriter::StreamOf(const record::Header& header, FeedId feed) {
  const StreamKey key = KeyOf(header, feed);
  const auto cached = streams_.find(key);
  if (cached != streams_.end()) return &cached->second;
  QF_TRY_ASSIGN(Stream stream, FindStream(*tx_, key));
  return &streams_.emplace(key, Cached{std::move(stream)}).first->second;
}

absl::StatusOr<const Stream*> LogWriter::Find(const record::Header& header) {
  QF_TRY_ASSIGN(const auto feed, FeedOf(header.feed));
  if (!feed) return &none_;
  QF_TRY_ASSIGN(const Cached* const found, StreamOf(header, *feed));
  return &found->stream;
}

uint64_t LogWriter::NextReceivedUs() const { return std::max(clock_.NowUs(), received_at_us_ + 1); }

absl::StatusOr<Appended> LogWriter::Append(const NewEntry& entry) {
  const record::Header& header = entry.record.header;
  QF_TRY_ASSIGN(auto feed, FeedOf(header.feed));
  if (!feed) {
    QF_TRY_ASSIGN(feed, FeedFor(*tx_, header.feed));
    feeds_.emplace(header.feed.name(), *feed);
  }
  QF_TRY_ASSIGN(Cached* const found, StreamOf(header, *feed));
  Stream& stream = found->stream;
  QF_CHECK(header.sequence == stream.sequence + 1);

  Appended out;
  const uint64_t now_us = NextReceivedUs();
  out.place = {book_.next_position(), now_us, entry.clock_at_us.value_or(now_us), entry.verdict};
  const Bytes body = entry.verdict == 0 ? Bytes(entry.record.body) : Bytes();
  const Links links = Extend(stream.spine, header.sequence, out.place.position);
  QF_TRY(InsertEntry(*tx_, {out.place, entry.record.header_bytes, entry.record.signature, body},
                     {*feed, IsFact(header.kind), header.sequence, links}));
  if (entry.verdict == 0) QF_TRY(NoteMissing(entry.record, out.place.position, &out.blobs_missing));
  if (entry.begins_term) QF_TRY(BeginTerm(header.clear.restart().term()));
  QF_TRY(book_.Add(entry.record, out.place, entry.begins_term));

  received_at_us_ = now_us;
  if (!std::exchange(found->changed, true)) changed_.push_back(KeyOf(header, *feed));
  stream.sequence = header.sequence;
  stream.last = entry.record.id;
  stream.size_bytes += WeightOf(header);
  Touch(header);
  return out;
}

// The key that was made for the next term signs from now on; the old one is forgotten.
absl::Status LogWriter::BeginTerm(uint64_t term) {
  QF_TRY_ASSIGN(const auto seed, FindSetting(*tx_, Setting::kNextLogKey));
  if (!seed) return Error(Reason::REASON_STORE_DAMAGED, "the key of the next term is missing");
  QF_TRY(SaveNumberSetting(*tx_, Setting::kTerm, term));
  QF_TRY(SaveSetting(*tx_, Setting::kLogKey, *seed));
  return DropSetting(*tx_, Setting::kNextLogKey);
}

absl::Status LogWriter::NoteMissing(const record::Record& record, uint64_t position, bool* blobs_missing) {
  const record::Header& header = record.header;
  uint64_t missing = 0;
  if (!header.blobs.empty()) {
    QF_TRY_ASSIGN(missing, UseBlobs(*tx_, record.id, position, header.blobs));
  }
  *blobs_missing = missing > 0;
  if (missing == 0 && !record.body_missing()) return absl::OkStatus();
  return InsertLacking(*tx_, {position, record.id, header.author, record.body_missing(), missing});
}

void LogWriter::Touch(const record::Header& header) {
  ++appended_;
  facts_touched_ = facts_touched_ || IsFact(header.kind);
  switch (header.feed.kind) {
    case record::FeedKind::kOffice:
    case record::FeedKind::kLetters:
    case record::FeedKind::kThread:
      return;
    default:
      break;
  }
  if (std::find(touched_.begin(), touched_.end(), header.feed) == touched_.end()) touched_.push_back(header.feed);
}

absl::StatusOr<AuthorTotal> LogWriter::Total(const SigningKey& author, FeedId feed) {
  QF_TRY(SaveStreams());
  return TotalOf(*tx_, author, feed);
}

absl::Status LogWriter::SaveStreams() {
  for (const StreamKey& key : changed_) {
    Cached& cached = streams_[key];
    cached.changed = false;
    QF_TRY(SaveStream(*tx_, key, cached.stream));
  }
  changed_.clear();
  return absl::OkStatus();
}

absl::Status LogWriter::Finish() {
  QF_TRY(SaveStreams());
  if (appended_ > 0) QF_TRY(SaveTiles(*tx_, book_.TakeTiles()));
  tx_ = nullptr;
  return absl::OkStatus();
}

absl::Status LogWriter::Commit() { return book_.Publish(); }

absl::Status LogWriter::Abandon() {
  tx_ = nullptr;
  streams_.clear();
  feeds_.clear();
  received_at_us_ = 0;
  return book_.Withdraw();
}

}  // namespace qf::server
