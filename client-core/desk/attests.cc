#include "client-core/desk/attests.h"

#include <algorithm>

#include "client-core/desk/content.h"
#include "client-core/desk/roster.h"
#include "client-core/session/evidence.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/adopt.h"
#include "client-core/sync/replica.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr uint64_t kHoursPerDay = 24;
constexpr size_t kStreamsMax = 2000;  // of 90 bytes: an attest stays below the bound of a body

constexpr sql::Statement kGetLast("SELECT term, size, at_us, item_id FROM desk_attest WHERE id = 1");
constexpr sql::Statement kPutLast(
    "INSERT INTO desk_attest (id, term, size, at_us, item_id) VALUES (1, $1, $2, $3, $4) "
    "ON CONFLICT (id) DO UPDATE SET term = excluded.term, size = excluded.size, at_us = excluded.at_us, "
    "item_id = excluded.item_id");
constexpr sql::Statement kNews("SELECT 1 FROM entry WHERE position >= $1 AND kind <> $2 LIMIT 1");
constexpr sql::Statement kAcknowledged(
    "SELECT incarnation, feed, MAX(sequence) FROM item WHERE state IN (3, 4, 6) AND sequence IS NOT NULL "
    "GROUP BY incarnation, feed ORDER BY MAX(id) DESC LIMIT $1");
constexpr sql::Statement kOldestWaiting("SELECT MIN(filed_at_us) FROM item WHERE waiting = 1 AND state > 0");

// The own attest before.
struct Last {
  uint64_t term = 0;
  uint64_t size = 0;
  uint64_t at_us = 0;
  std::optional<ItemId> item;
};

// Everything that an attest says, and whether it is time for one.
struct Draft {
  bool due = false;
  log::Checkpoint checkpoint;
  contentpb::Content content;
};

absl::StatusOr<Last> GetLast(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto last, tx.QueryOne(kGetLast, {}, [](const sql::Row& row) {
    return Last{row.Get<uint64_t>(0), row.Get<uint64_t>(1), row.Get<uint64_t>(2), row.Get<ItemId>(3)};
  }));
  return last.value_or(Last());
}

absl::StatusOr<bool> IsDue(sql::ReadTxn& tx, const Last& last, const log::Checkpoint& checkpoint, uint64_t now_us,
                           uint64_t hour_us) {
  // Either way: the last one may be of a moment at which the server's clock was ahead.
  if (std::max(now_us, last.at_us) - std::min(now_us, last.at_us) < hour_us) return false;
  if (last.item.has_value()) {
    QF_TRY_ASSIGN(const auto item, FindOwnItem(tx, *last.item));
    if (item.has_value() && item->state < ItemState::kAcknowledged) return false;
  }
  // What is not offered again yet is not in this term's log, though it was acknowledged.
  QF_TRY_ASSIGN(const uint64_t offers, CountPendingOffers(tx));
  if (offers > 0) return false;
  const uint64_t seen = last.term == checkpoint.term ? last.size : 0;
  QF_TRY_ASSIGN(const auto news, tx.QueryValue<int>(kNews, {seen, recordpb::KIND_ATTEST}));
  return news.has_value();
}

absl::Status FillStreams(sql::ReadTxn& tx, contentpb::Attest* attest) {
  return tx.Query(kAcknowledged, {kStreamsMax}, [&](const sql::Row& row) {
    auto& stream = *attest->add_streams();
    stream.set_incarnation(row.Get<std::string>(0));
    stream.set_feed(row.Get<std::string>(1));
    stream.set_sequence(row.Get<uint64_t>(2));
  });
}

absl::StatusOr<bool> OutboxIsStuck(sql::ReadTxn& tx, uint64_t wall_us) {
  QF_TRY_ASSIGN(const auto oldest, tx.QueryValue<std::optional<uint64_t>>(kOldestWaiting));
  QF_TRY_ASSIGN(const uint64_t last_exchange_us, GetNumber(tx, Setting::kLastExchangeUs));
  return oldest.has_value() && oldest->has_value() && **oldest + kMicrosPerDay < wall_us &&
         last_exchange_us + kMicrosPerDay > wall_us;
}

absl::StatusOr<Draft> MakeDraft(Session& session, uint64_t hour_us) {
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<Draft> {
    Draft draft;
    QF_TRY_ASSIGN(const auto note, GetSetting(tx, Setting::kMirrorCheckpoint));
    if (!note.has_value()) return draft;
    QF_TRY_ASSIGN(draft.checkpoint, log::ParseUnverified(*note));  // own store: verified when it came
    QF_TRY_ASSIGN(const uint64_t cursor, GetCursor(tx, "log"));
    QF_TRY_ASSIGN(const uint64_t term, GetNumber(tx, Setting::kTerm));
    if (draft.checkpoint.size != cursor || draft.checkpoint.term != term)
      return draft;  // a new term, no page of it yet
    QF_TRY_ASSIGN(const Last last, GetLast(tx));
    QF_TRY_ASSIGN(draft.due, IsDue(tx, last, draft.checkpoint, session.LogNowUs(), hour_us));
    if (!draft.due) return draft;
    contentpb::Attest& attest = *draft.content.mutable_attest();
    attest.set_checkpoint(*note);
    QF_TRY(FillStreams(tx, &attest));
    QF_TRY_ASSIGN(const uint64_t broadcast, CountEntries(tx, record::Feed::Broadcast().name(), cursor));
    QF_TRY_ASSIGN(const uint64_t replies, CountEntries(tx, record::Feed::Replies().name(), cursor));
    QF_TRY_ASSIGN(const bool stuck, OutboxIsStuck(tx, session.world().clock.NowUs()));
    attest.set_broadcast_entries(broadcast);
    attest.set_reply_entries(replies);
    attest.set_outbox_stuck(stuck);
    return draft;
  });
}

// Compares attests with the own tree, which is opened once for all of them.
class Comparer {
 public:
  explicit Comparer(Session& session) : session_(session) {}

  absl::Status Compare(const StoredEntry& stored) {
    const auto& [place, record] = stored.entry;
    if (record.header.author == session_.device() || !session_.authority().Counts(record.header, place)) {
      return absl::OkStatus();
    }
    const auto content = OpenContent(session_, record);
    if (!content.ok()) return absl::OkStatus();
    const contentpb::Attest& attest = content->attest();
    QF_TRY(OpenReplica());
    const auto checkpoint = Verified(attest.checkpoint());
    if (!checkpoint.has_value()) {
      return Keep(Reason::REASON_PROOF, "an attest carries a checkpoint that the log's key did not sign", record);
    }
    // What was offered again speaks of positions that are others now.
    const bool of_here = checkpoint->term == replica_->term() && place.clock_at_us == place.received_at_us;
    if (of_here && checkpoint->size > place.position) {
      return Keep(Reason::REASON_FORK, "a device has seen more of the log than stood before its attest", record);
    }
    QF_TRY_ASSIGN(const bool agrees, Agrees(*checkpoint));
    if (!agrees) return Keep(Reason::REASON_FORK, "a device was shown another log than this desk", record);
    if (!of_here) return absl::OkStatus();
    QF_TRY_ASSIGN(const bool complete, HoldsStreams(record.header.author, attest));
    if (complete) return absl::OkStatus();
    return Keep(Reason::REASON_FORK, "a record that was acknowledged to its author is not in the log", record);
  }

 private:
  absl::Status OpenReplica() {
    if (replica_ != nullptr) return absl::OkStatus();
    QF_TRY_ASSIGN(replica_, Replica::Open(session_));
    QF_TRY_ASSIGN(const auto raw, session_.database().Read([](sql::ReadTxn& tx) { return ListRestarts(tx); }));
    for (const auto& restart : raw) {
      QF_TRY_ASSIGN(const auto record, record::ParseRecord(restart, record::SignatureCheck::kKnownGood));
      restarts_.push_back(record.header.clear.restart());
    }
    return absl::OkStatus();
  }

  std::optional<log::Checkpoint> Verified(const std::string& note) const {
    const auto claimed = log::ParseUnverified(note);
    if (!claimed.ok()) return std::nullopt;
    const auto key = session_.authority().LogKeyOf(claimed->term);
    if (!key.has_value()) return std::nullopt;
    const auto checkpoint = log::ParseCheckpoint(note, session_.office().office, *key);
    return checkpoint.ok() ? std::optional<log::Checkpoint>(*checkpoint) : std::nullopt;
  }

  // Does this desk's log begin with that one, as far as the two have the same leaves?
  absl::StatusOr<bool> Agrees(const log::Checkpoint& checkpoint) {
    QF_TRY_ASSIGN(log::Tree* const tree, replica_->Mirror());
    uint64_t common = tree->size();
    if (checkpoint.term != replica_->term()) {
      const auto kept = KeptSize(restarts_, checkpoint.term, replica_->term());
      if (!kept.ok()) return true;  // the way between the terms is not known: nothing can be said
      common = std::min(common, *kept);
    }
    if (checkpoint.size > common) return true;
    QF_TRY_ASSIGN(const Digest root, tree->RootAt(checkpoint.size));
    return root == checkpoint.root;
  }

  absl::StatusOr<bool> HoldsStreams(const SigningKey& author, const contentpb::Attest& attest) {
    return session_.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<bool> {
      for (const auto& stream : attest.streams()) {
        const auto incarnation = Incarnation::From(stream.incarnation());
        if (!incarnation.ok()) continue;
        QF_TRY_ASSIGN(const uint64_t read, GetSequenceRead(tx, {author, *incarnation, stream.feed()}));
        if (read < stream.sequence()) return false;
      }
      return true;
    });
  }

  absl::Status Keep(Reason reason, absl::string_view what, const record::Record& record) {
    return KeepEvidenceOnce(
        session_, {reason, std::string(what), record.ToProto().SerializeAsString(), session_.world().clock.NowUs()});
  }

  Session& session_;
  std::unique_ptr<Replica> replica_;
  std::vector<recordpb::Restart> restarts_;
};

}  // namespace

absl::Status Attest(Session& session) {
  QF_TRY_ASSIGN(const uint64_t day_us, OfficeDayUs(session));
  QF_TRY_ASSIGN(const Draft draft, MakeDraft(session, day_us / kHoursPerDay));
  if (!draft.due) return absl::OkStatus();
  NewItem item;
  item.feed = record::Feed::Broadcast();
  item.kind = recordpb::KIND_ATTEST;
  item.content = draft.content.SerializeAsString();
  item.is_public = true;
  item.item = session.world().entropy.Random<ItemId>();
  return FileOnce(session, {item},
                  [&](sql::WriteTxn& tx) {
                    return tx.Execute(kPutLast,
                                      {draft.checkpoint.term, draft.checkpoint.size, session.LogNowUs(), item.item});
                  })
      .status();
}

absl::Status CompareAttests(Session& session, const std::vector<StoredEntry>& entries) {
  Comparer comparer(session);
  for (const StoredEntry& stored : entries) {
    if (stored.entry.record.header.kind == recordpb::KIND_ATTEST && stored.entry.place.verdict == 0) {
      QF_TRY(comparer.Compare(stored));
    }
  }
  return absl::OkStatus();
}

}  // namespace qf::client
