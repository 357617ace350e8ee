#include "server/sync/offer.h"

#include <map>

#include "common/base/sha256.h"
#include "common/log/checkpoint.h"
#include "common/log/verify.h"
#include "server/store/entries.h"

namespace qf::server {
namespace {

// The checkpoints that the priors of a push share, each verified once.
class PriorProofs {
 public:
  PriorProofs(const serverpb::ExchangeRequest& request, const LogBook& book) : request_(request), book_(book) {}

  // A RESTART of this very push: priors of its term that come after it can be checked.
  void Learn(const record::Restart& restart) {
    const auto key = SigningKey::From(restart.clear.log_key());
    if (key.ok()) learned_.emplace(restart.clear.term(), *key);
  }

  PriorState Check(const serverpb::Prior& prior, const record::Record& record) {
    if (prior.proofs() >= static_cast<uint32_t>(request_.prior_proofs_size())) return PriorState::kNone;
    const recordpb::Proofs& proofs = request_.prior_proofs(static_cast<int>(prior.proofs()));
    const auto found = checked_.try_emplace(prior.proofs(), Checked{PriorState::kNone, {}});
    Checked& checked = found.first->second;
    if (found.second || checked.state == PriorState::kUnknownTerm) checked = CheckNote(proofs.checkpoint());
    if (checked.state != PriorState::kProved) return checked.state;
    return Stands(prior, proofs, record, checked.checkpoint) ? PriorState::kProved : PriorState::kNone;
  }

 private:
  struct Checked {
    PriorState state;
    log::Checkpoint checkpoint;
  };

  Checked CheckNote(const std::string& note) const {
    const auto claimed = log::ParseUnverified(note);
    if (!claimed.ok() || claimed->office != book_.office()) return {PriorState::kNone, {}};
    std::optional<SigningKey> key = book_.LogKeyOf(claimed->term);
    if (const auto learned = learned_.find(claimed->term); !key && learned != learned_.end()) key = learned->second;
    if (!key) return {PriorState::kUnknownTerm, {}};
    const auto checkpoint = log::ParseCheckpoint(note, book_.office(), *key);
    if (!checkpoint.ok()) return {PriorState::kNone, {}};
    return {PriorState::kProved, *checkpoint};
  }

  static bool Stands(const serverpb::Prior& prior, const recordpb::Proofs& proofs, const record::Record& record,
                     const log::Checkpoint& checkpoint) {
    const auto place = record::Placement::From(prior.placement());
    const auto leaf = LeafHashOf(place, record.id, record.signature);
    const auto path = log::PathFromTable(proofs.nodes(), prior.path().nodes());
    return leaf.ok() && path.ok() &&
           log::VerifyInclusion(*leaf, place.position, checkpoint.size, *path, checkpoint.root).ok();
  }

  const serverpb::ExchangeRequest& request_;
  const LogBook& book_;
  std::map<uint32_t, Checked> checked_;
  std::map<uint64_t, SigningKey> learned_;
};

Offer Malformed(Reason reason) {
  Offer offer;
  offer.malformed = reason;
  return offer;
}

// The two kinds that carry their own proof are looked through here.
std::optional<Reason> CheckCeremony(Offer& offer, const LogBook& book) {
  if (offer.record.header.kind == recordpb::KIND_GENESIS) {
    const absl::Status whole = record::VerifyGenesis(offer.record.ToSignedHeader(), book.office()).status();
    if (!whole.ok()) return ReasonOf(whole);
  }
  if (offer.record.header.kind == recordpb::KIND_RESTART) {
    auto restart = record::VerifyRestart(offer.record, book.office());
    if (restart.ok()) {
      offer.restart = *std::move(restart);
    } else if (ReasonOf(restart.status()) != Reason::REASON_ROLE) {
      return ReasonOf(restart.status());
    }
  }
  return std::nullopt;
}

Offer ReadOffer(const recordpb::Record& in, const LogBook& book) {
  auto record = record::ParseRecord(in);
  if (!record.ok()) return Malformed(ReasonOf(record.status()));
  if (record->header.office != book.office()) return Malformed(Reason::REASON_OFFICE);
  Offer offer;
  offer.record = *std::move(record);
  offer.malformed = CheckCeremony(offer, book);
  return offer;
}

uint64_t SizeOf(const recordpb::Record& record) {
  return record.header().size() + record.signature().size() + record.body().size();
}

}  // namespace

Push ReadPush(const serverpb::ExchangeRequest& request, const SigningKey& caller, const LogBook& book) {
  Push push;
  push.caller = caller;
  push.offers.reserve(static_cast<size_t>(request.push_size()));
  PriorProofs proofs(request, book);
  for (const serverpb::Offer& in : request.push()) {
    push.size_bytes += SizeOf(in.record());
    Offer offer = ReadOffer(in.record(), book);
    if (!offer.malformed && in.has_prior()) {
      offer.prior_state = proofs.Check(in.prior(), offer.record);
      offer.prior = record::Placement::From(in.prior().placement());
    }
    if (offer.restart) proofs.Learn(*offer.restart);
    push.offers.push_back(std::move(offer));
  }
  return push;
}

Push ReadSingle(const recordpb::Record& record, const SigningKey& caller, const LogBook& book) {
  Push push;
  push.caller = caller;
  push.size_bytes = SizeOf(record);
  push.offers.push_back(ReadOffer(record, book));
  return push;
}

}  // namespace qf::server
