#include "server/sync/rules.h"

#include "common/base/limits.h"
#include "server/store/blobs.h"
#include "server/store/entries.h"
#include "server/store/lacking.h"
#include "server/sync/order.h"

namespace qf::server {
namespace {

using record::Verdict;

// How long a LATER asks to wait. Where it is 0, the caller's next Exchange will do.
uint64_t RetryAfterMs(Reason reason) {
  switch (reason) {
    case Reason::REASON_ROLLED_BACK:
    case Reason::REASON_INVITE:
    case Reason::REASON_UNKNOWN_KEY:
      return 60'000;
    case Reason::REASON_REFILLING:
      return 10 * 60'000;
    case Reason::REASON_QUOTA:
    case Reason::REASON_NOT_CERTIFIED:
    case Reason::REASON_REVOKED:
      return 60 * 60'000;
    default:
      return 0;
  }
}

Outcome Later(Reason reason) {
  Outcome out;
  out.fate = serverpb::FATE_LATER;
  out.reason = reason;
  out.retry_after_ms = RetryAfterMs(reason);
  return out;
}

bool Stops(const Outcome& outcome) {
  return outcome.fate == serverpb::FATE_LATER || outcome.fate == serverpb::FATE_MALFORMED;
}

uint64_t WeightOf(const record::Record& record) {
  return record.header_bytes.size() + record.signature.size() + record.body.size();
}

// A RESTART made for the log as it stood when its signer asked; by now it has grown, so it has to be signed anew.
bool IsStale(const Offer& offer, LogBook& book, const LogView& view) {
  const auto next = book.next_log_key();
  return next && offer.restart && offer.restart->clear.continues_term() == view.term &&
         offer.restart->clear.log_key() == next->bytes();
}

}  // namespace

bool PushRules::TakesEffect(const Offer& offer, LogBook& book, const LogView& view) {
  if (!offer.restart) return false;
  const recordpb::Restart& clear = offer.restart->clear;
  const auto next = book.next_log_key();
  if (!next || clear.log_key() != next->bytes()) return false;
  if (clear.continues_term() != view.term || clear.term() <= view.highest_term) return false;
  if (clear.kept_size() != view.size || book.next_position() != view.size) return false;
  const auto root = book.RootAt(view.size);
  return root.ok() && root->bytes() == clear.kept_root();
}

absl::StatusOr<std::vector<Outcome>> PushRules::Apply(const Push& push) {
  const uint64_t day = book_.NowUs() / kMicrosPerDay;
  QF_TRY_ASSIGN(usage_, UsageOf(tx_, push.caller, day));
  const uint64_t used = usage_.records;
  std::vector<Outcome> outcomes;
  outcomes.reserve(push.offers.size());
  for (const Offer& offer : push.offers) {
    QF_TRY_ASSIGN(Outcome outcome, One(push, offer));
    if (Stops(outcome)) stopped_.insert(offer.record.header.stream());
    outcomes.push_back(std::move(outcome));
  }
  if (usage_.records > used) QF_TRY(SaveUsage(tx_, push.caller, usage_));
  return outcomes;
}

absl::StatusOr<Outcome> PushRules::One(const Push& push, const Offer& offer) {
  if (offer.malformed) {
    Outcome out;
    out.fate = serverpb::FATE_MALFORMED;
    out.reason = *offer.malformed;
    return out;
  }
  if (term_ended_) return Later(Reason::REASON_TERM);
  const record::Header& header = offer.record.header;
  const bool takes_effect = TakesEffect(offer, book_, view_);
  if (!takes_effect) {
    if (push.term && *push.term != view_.term) return Later(Reason::REASON_TERM);
    if (view_.rolled_back) return Later(Reason::REASON_ROLLED_BACK);
    if (!MayCarry(push, offer)) return Later(Reason::REASON_UNKNOWN_KEY);
  }
  QF_TRY_ASSIGN(const Stream* const stream, writer_.Find(header));
  const bool stopped = stopped_.count(header.stream()) > 0;
  if (!InOrder(header.sequence, stream->sequence, stopped)) return Later(Reason::REASON_GAP);
  return header.sequence <= stream->sequence ? Held(offer, *stream) : New(offer, takes_effect);
}

// An unknown key may bring an ENROL, RESTARTs, and what a proved prior covers.
bool PushRules::MayCarry(const Push& push, const Offer& offer) {
  caller_known_ = caller_known_ || book_.StandingOf(push.caller, book_.NowUs()).known();
  return caller_known_ || offer.record.header.kind == recordpb::KIND_ENROL || offer.restart.has_value() ||
         offer.prior_state == PriorState::kProved;
}

absl::StatusOr<Outcome> PushRules::Held(const Offer& offer, const Stream& stream) {
  const record::Record& record = offer.record;
  QF_TRY_ASSIGN(const uint64_t position, PositionOf(tx_, stream, record.header.sequence));
  QF_TRY_ASSIGN(StoredEntry entry, EntryAt(tx_, position));
  Outcome out;
  out.place = entry.place;
  if (record::IdOf(entry.header) != record.id) {
    out.fate = serverpb::FATE_CONFLICT;
    out.held.emplace();
    out.held->set_header(std::move(entry.header));
    out.held->set_signature(std::move(entry.signature));
    return out;
  }
  if (entry.place.verdict != 0) {
    out.fate = serverpb::FATE_REFUSED;
    return out;
  }
  out.fate = serverpb::FATE_DUPLICATE;
  if (entry.body.empty() && !record.body.empty()) {
    QF_TRY_ASSIGN(const bool lacks, LacksBody(tx_, position));
    if (lacks) {
      QF_TRY(SetBody(tx_, position, record.body));
      QF_TRY(BodyArrived(tx_, position));
    }
  }
  if (!record.header.blobs.empty()) {
    QF_TRY_ASSIGN(out.missing_blobs, MissingBlobs(tx_, record.id));
  }
  return out;
}

absl::StatusOr<Outcome> PushRules::New(const Offer& offer, bool takes_effect) {
  const record::Header& header = offer.record.header;
  const bool proved = offer.prior_state == PriorState::kProved;
  if (!proved && !takes_effect) {
    QF_TRY_ASSIGN(const bool over, OverQuota(offer.record));
    if (over) return Later(Reason::REASON_QUOTA);
  }
  if (offer.prior_state == PriorState::kUnknownTerm && header.kind != recordpb::KIND_RESTART) {
    return Later(Reason::REASON_TERM);
  }
  if (proved && !takes_effect) {
    return Append({offer.record, offer.prior.verdict, offer.prior.clock_at_us, false});
  }
  if (!takes_effect && IsStale(offer, book_, view_)) return Later(Reason::REASON_TERM);

  const Verdict verdict =
      header.kind == recordpb::KIND_RESTART ? JudgeRestart(offer) : book_.Judge(header, writer_.NextReceivedUs());
  if (verdict.fate == Verdict::Fate::kLater) return Later(verdict.reason);
  if (verdict.fate == Verdict::Fate::kRefuse) {
    if (view_.refilling) return Later(Reason::REASON_REFILLING);
    Count(offer.record);  // a refusal stands in the log, and is paid for like everything else
    return Append({offer.record, static_cast<uint32_t>(verdict.reason), std::nullopt, false});
  }
  Count(offer.record);
  if (takes_effect) term_ended_ = true;
  return Append({offer.record, 0, std::nullopt, takes_effect});
}

// Counts by its chain alone, unless this log holds a REVOKE of its signer.
Verdict PushRules::JudgeRestart(const Offer& offer) const {
  if (!offer.restart) return {Verdict::Fate::kRefuse, Reason::REASON_ROLE};
  const auto signer = book_.StandingOf(offer.restart->signer, writer_.NextReceivedUs());
  if (signer.revoked.has_value()) return {Verdict::Fate::kRefuse, Reason::REASON_REVOKED};
  return {};
}

void PushRules::Count(const record::Record& record) {
  ++usage_.records;
  usage_.size_bytes += WeightOf(record);
}

// What a proved prior covers is not counted: refilling a server is no misuse of it.
absl::StatusOr<bool> PushRules::OverQuota(const record::Record& record) {
  if (usage_.records >= limits_.records_per_day || usage_.size_bytes >= limits_.bytes_per_day) return true;
  const record::Header& header = record.header;
  if (header.feed.kind != record::FeedKind::kOffice) return false;
  const record::Standing author = book_.StandingOf(header.author, book_.NowUs());
  const bool provisional = author.role == recordpb::ROLE_UNSPECIFIED &&
                           author.late_role == recordpb::ROLE_UNSPECIFIED && author.enrolled_at_us.has_value();
  if (!provisional) return false;
  QF_TRY_ASSIGN(const AuthorTotal total, writer_.Total(header.author, kOfficeFeed));
  return total.records >= limits::kProvisionalRecords || total.size_bytes >= limits::kProvisionalBytes;
}

absl::StatusOr<Outcome> PushRules::Append(const NewEntry& entry) {
  QF_TRY_ASSIGN(const Appended appended, writer_.Append(entry));
  Outcome out;
  // Here a named record that waits for its bag, and a letter, will be FATE_HELD instead.
  out.fate = entry.verdict == 0 ? serverpb::FATE_STORED : serverpb::FATE_REFUSED;
  out.place = appended.place;
  if (appended.blobs_missing) {
    QF_TRY_ASSIGN(out.missing_blobs, MissingBlobs(tx_, entry.record.id));
  }
  return out;
}

}  // namespace qf::server
