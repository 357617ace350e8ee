#include "server/sync/answer.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/log/path_table.h"
#include "server/store/entries.h"
#include "server/store/lacking.h"
#include "server/store/streams.h"
#include "server/store/trouble.h"

namespace qf::server {
namespace {

// What an entry takes in a message beside its header, signature and body.
constexpr size_t kEntryFrameBytes = 64;

size_t SizeOf(const EntryView& entry) {
  return entry.header.size() + entry.signature.size() + entry.body.size() + kEntryFrameBytes;
}

}  // namespace

// One answer while it is made.
class Answerer::Builder {
 public:
  Builder(LogBook& book, sql::Database& database, uint64_t server_time_us, const Caller& caller)
      : book_(book),
        database_(database),
        server_time_us_(server_time_us),
        now_us_(book.NowUs()),
        caller_(caller),
        view_(book.View()),
        standing_(book.StandingOf(caller.key, now_us_)) {}

  absl::StatusOr<Answer> Build(std::vector<Outcome> outcomes) {
    Welcome();
    for (Outcome& outcome : outcomes) Acknowledge(std::move(outcome));
    answer_.log_size = view_.size;
    answer_.news =
        !outcomes.empty() || standing_.revoked.has_value() || caller_.term != view_.term || view_.rolled_back;
    if (caller_.term != view_.term) {
      for (const recordpb::Record& restart : *book_.restarts()) *welcome().add_restarts() = restart;
    } else if (!view_.rolled_back && standing_.known()) {
      QF_TRY(database_.Read([&](sql::ReadTxn& tx) { return ReadStore(tx); }));
      QF_TRY(SignLogPage());
    }
    if (!view_.rolled_back) QF_TRY(Prove());
    return std::move(answer_);
  }

 private:
  // A path to be filled in. The messages of repeated fields stay where they are while others are added.
  struct Wanted {
    uint64_t position;
    recordpb::Path* path;
  };

  serverpb::ExchangeResponse& response() { return answer_.response; }
  serverpb::Welcome& welcome() { return *answer_.response.mutable_welcome(); }

  void Welcome() {
    serverpb::Welcome& out = welcome();
    out.set_term(view_.term);
    out.set_server_time_us(server_time_us_);
    out.set_log_size(view_.size);
    out.set_safe_size(view_.safe_size);
    out.set_rolled_back(view_.rolled_back);
    out.set_refilling(view_.refilling);
    out.set_highest_term(view_.highest_term);
  }

  void Acknowledge(Outcome outcome) {
    serverpb::Acknowledgement& out = *response().add_acknowledgements();
    out.set_fate(outcome.fate);
    out.set_reason(outcome.reason);
    out.set_retry_after_ms(outcome.retry_after_ms);
    for (const Digest& blob : outcome.missing_blobs) out.add_missing_blobs(blob.bytes().data(), Digest::kSize);
    if (outcome.held) *out.mutable_held() = *std::move(outcome.held);
    if (outcome.place) {
      *out.mutable_placement() = outcome.place->ToProto();
      wanted_.push_back({outcome.place->position, out.mutable_path()});
    }
  }

  // Checkpoint, consistency, and the path of everything that was put in.
  absl::Status Prove() {
    auto& proofs = *response().mutable_proofs();
    QF_TRY_ASSIGN(*proofs.mutable_checkpoint(), book_.Checkpoint(view_, view_.size));
    return book_.WithTree([&](log::Tree& tree) -> absl::Status {
      log::PathTable table(tree, view_.size);
      for (const Wanted& wanted : wanted_) {
        QF_TRY_ASSIGN(const auto path, table.AddInclusion(wanted.position));
        wanted.path->mutable_nodes()->Add(path.begin(), path.end());
      }
      proofs.set_nodes(table.nodes());
      return ProveConsistency(tree);
    });
  }

  absl::Status ReadStore(sql::ReadTxn& tx) {
    if (!caller_.incarnation.empty()) QF_TRY(ReadHeld(tx));
    if (standing_.revoked) return ReadRevoke(tx);
    QF_TRY(ReadLacking(tx));
    for (const FeedCursor& cursor : caller_.cursors) {
      if (book_.MayPull(caller_.key, cursor.feed, now_us_)) QF_TRY(ReadPage(tx, cursor));
    }
    return record::IsDeskRole(standing_.role) ? ReadLateBodies(tx) : absl::OkStatus();
  }

  absl::Status ReadHeld(sql::ReadTxn& tx) {
    QF_TRY_ASSIGN(const auto held, HeldStreams(tx, caller_.key, caller_.incarnation, limits::kStreamsPerHello));
    for (const HeldStream& stream : held) {
      auto* out = welcome().add_held();
      out->set_feed(stream.feed);
      out->set_sequence(stream.sequence);
      out->set_record_id(stream.last.str());
    }
    return absl::OkStatus();
  }

  absl::Status ReadLacking(sql::ReadTxn& tx) {
    const std::optional<SigningKey> own =
        record::IsDeskRole(standing_.role) ? std::nullopt : std::optional(caller_.key);
    QF_TRY_ASSIGN(const auto ids, LackingIds(tx, own, limits::kLackingPerWelcome));
    for (const RecordId& id : ids) welcome().add_lacking(id.bytes().data(), RecordId::kSize);
    return absl::OkStatus();
  }

  absl::Status ReadRevoke(sql::ReadTxn& tx) {
    QF_TRY(ReadProved(tx, standing_.revoked->place.position, welcome().mutable_revoke()));
    if (!standing_.revoked->approved_position) return absl::OkStatus();
    return ReadProved(tx, *standing_.revoked->approved_position, welcome().mutable_revoke_approval());
  }

  absl::Status ReadProved(sql::ReadTxn& tx, uint64_t position, serverpb::ProvedEntry* out) {
    if (position >= view_.size) return absl::OkStatus();  // being committed at this moment: the next answer has it
    QF_TRY_ASSIGN(const StoredEntry entry, EntryAt(tx, position));
    ToProto({entry.place, entry.header, entry.signature, entry.body}, out->mutable_entry());
    wanted_.push_back({position, out->mutable_path()});
    return absl::OkStatus();
  }

  absl::Status ReadPage(sql::ReadTxn& tx, const FeedCursor& cursor) {
    if (cursor.position >= view_.size) return absl::OkStatus();
    const bool whole_log = cursor.feed.kind == record::FeedKind::kLog;
    serverpb::Page& page = *response().add_pages();
    page.set_feed(cursor.feed.name());
    page.set_from(cursor.position);
    uint64_t to = view_.size;
    const auto take = [&](const EntryView& entry) -> absl::StatusOr<bool> {
      const bool full = static_cast<size_t>(page.entries_size()) >= limits::kPageEntries ||
                        (page_bytes_ > 0 && page_bytes_ + SizeOf(entry) > caller_.page_bytes_max);
      if (full) {
        to = entry.place.position;
        return false;
      }
      page_bytes_ += SizeOf(entry);
      ToProto(entry, page.add_entries());
      if (!whole_log) wanted_.push_back({entry.place.position, page.add_paths()});
      return true;
    };
    if (whole_log) {
      QF_TRY(ScanLog(tx, cursor.position, view_.size, take));
    } else {
      QF_TRY_ASSIGN(const auto feed, FindFeed(tx, cursor.feed));
      if (feed) QF_TRY(ScanFeed(tx, *feed, cursor.position, view_.size, take));
    }
    page.set_to(to);
    if (page.entries_size() > 0) answer_.news = true;
    if (whole_log) log_page_ = &page;
    return absl::OkStatus();
  }

  absl::Status ReadLateBodies(sql::ReadTxn& tx) {
    for (const RecordId& id : caller_.bodies_wanted) {
      QF_TRY_ASSIGN(const auto position, LateBodyPosition(tx, id));
      if (!position || *position >= view_.size) continue;
      QF_TRY_ASSIGN(StoredEntry entry, EntryAt(tx, *position));
      if (entry.body.empty()) continue;
      if (page_bytes_ > 0 && page_bytes_ + entry.body.size() > caller_.page_bytes_max) break;
      page_bytes_ += entry.body.size();
      auto* out = response().add_late_bodies();
      out->set_record_id(id.str());
      out->set_body(std::move(entry.body));
      answer_.news = true;
    }
    return absl::OkStatus();
  }

  // The page of `log` has a checkpoint of its own size.
  absl::Status SignLogPage() {
    if (log_page_ == nullptr) return absl::OkStatus();
    QF_TRY_ASSIGN(*log_page_->mutable_checkpoint(), book_.Checkpoint(view_, log_page_->to()));
    return absl::OkStatus();
  }

  absl::Status ProveConsistency(log::Tree& tree) {
    const auto& claimed = caller_.checkpoint;
    if (!claimed || claimed->term != view_.term || claimed->size > view_.size) return absl::OkStatus();
    QF_TRY_ASSIGN(const auto path, tree.ConsistencyPath(claimed->size, view_.size));
    for (const Digest& hash : path) response().add_consistency(hash.bytes().data(), Digest::kSize);
    return absl::OkStatus();
  }

  LogBook& book_;
  sql::Database& database_;
  const uint64_t server_time_us_;
  const uint64_t now_us_;
  const Caller& caller_;
  const LogView view_;
  const record::Standing standing_;
  Answer answer_;
  std::vector<Wanted> wanted_;
  size_t page_bytes_ = 0;
  serverpb::Page* log_page_ = nullptr;
};

void Send(absl::StatusOr<Answer> answer, rpc::Reply<serverpb::ExchangeResponse>& reply) {
  if (!answer.ok()) return reply.Fail(Told(std::move(answer).status()));
  reply.Finish(answer->response);
}

absl::StatusOr<Answer> Answerer::Make(const Caller& caller, std::vector<Outcome> outcomes) {
  return Builder(book_, database_, clock_.NowUs(), caller).Build(std::move(outcomes));
}

absl::StatusOr<serverpb::EnrolResponse> Answerer::MakeSingle(Outcome outcome) {
  Caller nobody;
  std::vector<Outcome> outcomes;
  outcomes.push_back(std::move(outcome));
  QF_TRY_ASSIGN(Answer answer, Make(nobody, std::move(outcomes)));
  serverpb::EnrolResponse response;
  *response.mutable_acknowledgement() = std::move(*answer.response.mutable_acknowledgements(0));
  response.set_checkpoint(answer.response.proofs().checkpoint());
  response.set_nodes(answer.response.proofs().nodes());
  return response;
}

}  // namespace qf::server
