#include "client-core/sync/exchange.h"

#include "client-core/store/blob.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/pages.h"
#include "client-core/sync/welcome.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// What is left to do, as the store says.
struct Left {
  uint64_t records = 0;
  uint64_t offers = 0;
  bool files = false;
  bool done() const { return records == 0 && offers == 0 && !files; }
};

absl::StatusOr<Left> CountLeft(Replica& replica) {
  return replica.session().database().Read([](sql::ReadTxn& tx) -> absl::StatusOr<Left> {
    Left left;
    QF_TRY_ASSIGN(left.records, CountWaiting(tx));
    QF_TRY_ASSIGN(left.offers, CountPendingOffers(tx));
    QF_TRY_ASSIGN(const auto items, ItemsWithFilesLeft(tx, 1));
    left.files = !items.empty();
    return left;
  });
}

absl::Status NoteRolledBackServer(Replica& replica, bool rolled_back) {
  return replica.session().database().Write([&](sql::WriteTxn& tx) {
    return rolled_back ? PutSetting(tx, Setting::kServerRolledBack, "1") : ClearSetting(tx, Setting::kServerRolledBack);
  });
}

// Takes the pages. Refused ones are the caller's to keep as evidence.
absl::Status TakePages(Replica& replica, const serverpb::ExchangeResponse& response, const AnswerProofs& proofs,
                       ExchangeResult* result) {
  QF_TRY_ASSIGN(const auto late, ApplyLateBodies(replica, response.late_bodies()));
  uint64_t lowest = late.value_or(UINT64_MAX);
  for (const auto& page : response.pages()) {
    QF_TRY_ASSIGN(const PageResult applied, ApplyPage(replica, page, proofs));
    result->entries_read += static_cast<uint32_t>(applied.entries);
    result->more = result->more || applied.more;
    if (applied.entries > 0) lowest = std::min(lowest, applied.from);
  }
  QF_TRY_ASSIGN(const bool became_desk, replica.session().BecomeDeskIfCertified());
  result->more = result->more || became_desk;
  if (lowest != UINT64_MAX) replica.session().EntriesChanged(lowest);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> IsDraining(Replica& replica) {
  return replica.session().database().Read([](sql::ReadTxn& tx) -> absl::StatusOr<bool> {
    QF_TRY_ASSIGN(const auto revoke, GetSetting(tx, Setting::kRevoke));
    return revoke.has_value();
  });
}

absl::StatusOr<ExchangeResult> TakeExchange(Replica& replica, const Request& request,
                                            const serverpb::ExchangeResponse& response) {
  ExchangeResult result;
  const serverpb::Welcome& welcome = response.welcome();
  if (welcome.rolled_back()) {
    QF_TRY(NoteRolledBackServer(replica, true));
    result.reason = Reason::REASON_ROLLED_BACK;
    return result;
  }
  if (welcome.term() != replica.term()) {
    // An older term is a server that has not noticed yet; this Hello has told it.
    result.newer_term = welcome.term() > replica.term();
    if (!result.newer_term) result.reason = Reason::REASON_ROLLED_BACK;
    return result;
  }
  QF_TRY_ASSIGN(const AnswerProofs proofs, AnswerProofs::Verify(replica, response.proofs(), response.consistency()));
  QF_TRY_ASSIGN(const PushResult pushed,
                TakeAcknowledgements(replica, request.push, response.acknowledgements(), &proofs,
                                     welcome.refilling() ? Refill::kGoesOn : Refill::kHasEnded));
  QF_TRY_ASSIGN(const WelcomeResult welcomed, TakeWelcome(replica, welcome, proofs));
  QF_TRY(NoteRolledBackServer(replica, false));
  result.records_sent = static_cast<uint32_t>(pushed.sent);
  result.missing_of_others = pushed.missing_of_others;
  result.reason = pushed.later;
  result.retry_after_ms = pushed.retry_after_ms;
  if (!welcomed.revoked.has_value()) QF_TRY(TakePages(replica, response, proofs, &result));
  QF_TRY(SettleAndDrop(replica, welcome));
  QF_TRY_ASSIGN(result.lacking, CanGive(replica, welcome));

  QF_TRY_ASSIGN(const Left left, CountLeft(replica));
  result.files_left = left.files || !result.missing_of_others.empty();
  // Asking again at once helps only if this answer got something done.
  const bool progress = pushed.answered > 0 || pushed.rolled_back || welcomed.rolled_back || request.push.empty();
  if (progress && (left.records > 0 || left.offers > 0)) result.more = true;
  if (welcomed.revoked.has_value() && welcomed.revoked->mode != recordpb::REVOKE_MODE_LOCK) {
    result.erase = welcomed.revoked->erases();
    // What the log refused is in this store and nowhere else: it stays. So does what a restored server took before it
    // had the REVOKE again: it is in the log, but too late to count.
    const uint64_t drained_by_us = welcomed.revoked->place.clock_at_us + limits::kDrainUs;
    QF_TRY(replica.session().database().Write(
        [&](sql::WriteTxn& tx) { return RefuseAfter(tx, drained_by_us, Reason::REASON_REVOKED); }));
    QF_TRY_ASSIGN(const uint64_t undelivered, replica.session().database().Read(CountUndelivered));
    result.drained = left.done() && undelivered == 0;
  }
  return result;
}

}  // namespace qf::client
