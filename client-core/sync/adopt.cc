#include "client-core/sync/adopt.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "client-core/session/evidence.h"
#include "client-core/session/office_constants.h"
#include "client-core/session/server_methods.h"
#include "client-core/store/entry.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/offering.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/verify.h"
#include "common/record/ceremony.h"
#include "qingfeng/server/v1/log.pb.h"

namespace qf::client {
namespace {

constexpr uint64_t kNoLimit = INT64_MAX;

constexpr sql::Statement kUnsettle("UPDATE item SET settled_size = NULL WHERE settled_size >= $1");

using Restarts = std::map<uint64_t, recordpb::Restart>;  // by term
using Way = std::vector<std::pair<uint64_t, uint64_t>>;  // [(term, size kept when the next newer one began)]

// Newest first; the newest has kNoLimit.
absl::StatusOr<Way> Lineage(const Restarts& restarts, uint64_t term) {
  Way way;
  uint64_t kept = kNoLimit;
  while (true) {
    way.emplace_back(term, kept);
    if (term == record::kFirstTerm) return way;
    const auto found = restarts.find(term);
    if (found == restarts.end() || found->second.continues_term() >= term) {
      return Error(Reason::REASON_PROOF, "a RESTART on the way to the server's term is missing");
    }
    kept = found->second.kept_size();
    term = found->second.continues_term();
  }
}

// Leaves that the logs at the ends of both ways have in common, as their RESTARTs tell it.
uint64_t KeptOf(const Way& up, const Way& down) {
  const auto has = [](const Way& way, uint64_t term) {
    return std::any_of(way.begin(), way.end(), [term](const auto& step) { return step.first == term; });
  };
  uint64_t least = kNoLimit;
  for (const auto* way : {&up, &down}) {
    const Way& other = way == &up ? down : up;
    for (const auto& [term, kept] : *way) {
      least = std::min(least, kept);
      if (has(other, term)) break;  // the term where the two ways meet
    }
  }
  return least;
}

// One adoption, from Welcome to the transaction; alive until `done` was called.
class Adoption : public std::enable_shared_from_this<Adoption> {
 public:
  Adoption(Replica& replica, ServerCalls& calls, absl::AnyInvocable<void(absl::Status)> done)
      : replica_(replica), calls_(calls), done_(std::move(done)) {}

  void Start(const serverpb::Welcome& welcome) {
    if (absl::Status status = Prepare(welcome); !status.ok()) return done_(status);
    AskNext();
  }

 private:
  struct Candidate {
    uint64_t size = 0;
    Digest root;
    bool must_agree = false;  // of a term on the way: if it does not, the server shows a fork
    std::string note;
  };

  // Verifies the RESTARTs, finds m, and lists the sizes to try, largest first.
  absl::Status Prepare(const serverpb::Welcome& welcome) {
    Session& session = replica_.session();
    term_ = welcome.term();
    Restarts told;
    std::set<RecordId> brought;
    bool revoked = false;
    for (const auto& raw : welcome.restarts()) {
      QF_TRY_ASSIGN(record::Record record, record::ParseRecord(raw));
      QF_TRY_ASSIGN(record::Restart restart, record::VerifyRestart(record, session.office().office));
      brought.insert(record.id);
      // Of somebody who was revoked since, only those that this device holds from before (`lived`) count.
      if (session.authority().StandingOf(restart.signer, session.LogNowUs()).revoked.has_value()) {
        revoked = true;
        continue;
      }
      told.emplace(restart.clear.term(), restart.clear);  // of two for one term the first counts, as in every fold
      records_.push_back(std::move(record));
    }
    // Of the terms that it has lived in a device goes by what it knows; of the new one, by what it is told.
    Restarts lived;
    QF_TRY_ASSIGN(const auto known, session.database().Read([](sql::ReadTxn& tx) { return ListRestarts(tx); }));
    for (const auto& raw : known) {
      QF_TRY_ASSIGN(record::Record record, record::ParseRecord(raw, record::SignatureCheck::kKnownGood));
      lived.emplace(record.header.clear.restart().term(), record.header.clear.restart());
      // One that the new term may lack: so that its priors can be checked there.
      if (brought.count(record.id) == 0) abandoned_.push_back(std::move(record));
    }
    const Restarts only_told = told;
    told.insert(lived.begin(), lived.end());
    lived.insert(only_told.begin(), only_told.end());
    QF_TRY_ASSIGN(const Way up, Lineage(lived, replica_.term()));
    const auto down = Lineage(told, term_);
    if (!down.ok() && revoked) {
      return Error(Reason::REASON_ROLE, "a RESTART is signed by an administrator who was revoked");
    }
    QF_TRY(down.status());
    log_key_ = *SigningKey::From(told.at(term_).log_key());
    return ListCandidates(*down, KeptOf(up, *down));
  }

  // `way` leads to the new term, `m` leaves of which are ours too.
  absl::Status ListCandidates(const Way& way, uint64_t m) {
    Session& session = replica_.session();
    QF_TRY_ASSIGN(auto kept, session.database().Read(
                                 [&](sql::ReadTxn& tx) { return Candidates(tx, session.office().office, m); }));
    if (replica_.newest().has_value() && replica_.newest()->checkpoint.size <= m) kept.push_back(*replica_.newest());
    if (session.IsDesk()) {  // a desk has the leaves: it finds c exactly
      QF_TRY_ASSIGN(log::Tree* const tree, replica_.Mirror());
      const uint64_t size = std::min(m, tree->size());
      QF_TRY_ASSIGN(const Digest root, tree->RootAt(size));
      if (size > 0) Add({size, root, false, ""});
    }
    for (const SignedCheckpoint& checkpoint : kept) {
      const auto& [office, term, size, root] = checkpoint.checkpoint;
      const auto on_way =
          std::find_if(way.begin(), way.end(), [term = term](const auto& step) { return step.first == term; });
      const bool must_agree = on_way != way.end() && size <= on_way->second;
      Add({size, root, must_agree, checkpoint.note});
    }
    return absl::OkStatus();
  }

  // Largest first; of one size, the one that came first.
  void Add(Candidate candidate) {
    const auto smaller = std::upper_bound(candidates_.begin(), candidates_.end(), candidate,
                                          [](const Candidate& a, const Candidate& b) { return a.size > b.size; });
    candidates_.insert(smaller, std::move(candidate));
  }

  // Asks whether the new term extends the next candidate; with none left, c is 0.
  void AskNext() {
    if (next_ == candidates_.size()) return Finish(0);
    serverpb::CheckConsistencyRequest request;
    request.set_old_size(candidates_[next_].size);
    calls_.Call<serverpb::CheckConsistencyResponse>(
        server_methods::kCheckConsistency, request,
        [self = shared_from_this()](absl::StatusOr<serverpb::CheckConsistencyResponse> response) {
          self->OnAnswer(std::move(response));
        });
  }

  void OnAnswer(absl::StatusOr<serverpb::CheckConsistencyResponse> response) {
    const Candidate& candidate = candidates_[next_];
    // A revoked device may not ask, and still has to drain: it offers everything again.
    if (ReasonOf(response.status()) == Reason::REASON_REVOKED) return Finish(0);
    if (!response.ok() && ReasonOf(response.status()) != Reason::REASON_NOT_FOUND) return done_(response.status());
    if (response.ok() && Agrees(candidate, *response)) return Finish(candidate.size);
    if (candidate.must_agree) {
      // Kept as evidence; an older one may still be common to both histories.
      fork_ = Evidence{Reason::REASON_FORK, "the server's log does not continue a checkpoint that it signed itself",
                       candidate.note, replica_.session().world().clock.NowUs()};
    }
    ++next_;
    AskNext();
  }

  bool Agrees(const Candidate& candidate, const serverpb::CheckConsistencyResponse& response) const {
    const auto checkpoint = log::ParseCheckpoint(response.checkpoint(), replica_.session().office().office, log_key_);
    const auto path = log::PathFromHashes(response.path());
    return checkpoint.ok() && path.ok() && checkpoint->term == term_ && candidate.size <= checkpoint->size &&
           log::VerifyConsistency(candidate.size, candidate.root, checkpoint->size, checkpoint->root, *path).ok();
  }

  void Finish(uint64_t c) {
    absl::Status status = replica_.Write([&](sql::WriteTxn& tx) { return Change(tx, c); });
    if (status.ok()) status = AfterChange(c);
    done_(status);
  }

  absl::Status Change(sql::WriteTxn& tx, uint64_t c) {
    QF_TRY(RenewOffers(tx));
    QF_TRY(OfferEverything(tx, c));
    for (const record::Record& record : abandoned_) QF_TRY(PutOffer(tx, record, "", 0));
    for (const record::Record& record : records_) {
      QF_TRY(PutRestart(tx, record.header.clear.restart().term(), record.ToProto()));
    }
    QF_TRY(replica_.session().RememberOfficeKey(tx));
    QF_TRY(RememberOfficeConstants(replica_.session(), tx));
    QF_TRY(CutEntries(tx, c));
    QF_TRY(LowerCursors(tx, c));
    QF_TRY(RebuildSequencesRead(tx));
    QF_TRY(RetireCandidates(tx, c));
    QF_TRY_ASSIGN(const uint64_t heard_size, GetNumber(tx, Setting::kDeskAttestSize));
    QF_TRY(PutNumber(tx, Setting::kDeskAttestSize, std::min(heard_size, c)));
    QF_TRY(ClearSetting(tx, Setting::kNewestCheckpoint));
    QF_TRY(ClearSetting(tx, Setting::kServerRolledBack));
    QF_TRY(tx.Execute(kUnsettle, {c}));
    QF_TRY(replica_.DropIncarnation(tx));
    if (fork_.has_value()) {
      QF_TRY_ASSIGN(fork_is_new_, KeepEvidence(tx, *fork_));
    }
    return replica_.SetTerm(tx, term_);
  }

  absl::Status AfterChange(uint64_t c) {
    Session& session = replica_.session();
    replica_.ForgetNewest();
    session.authority().Truncate(c);
    QF_TRY(session.RememberCeremonies());
    if (session.IsDesk()) {
      QF_TRY_ASSIGN(log::Tree* const tree, replica_.Mirror());
      if (tree->size() > c) QF_TRY(tree->Truncate(c));
    }
    session.EntriesChanged(c);
    if (fork_is_new_) TellOfEvidence(session, fork_->reason);
    return absl::OkStatus();
  }

  Replica& replica_;
  ServerCalls& calls_;
  absl::AnyInvocable<void(absl::Status)> done_;
  uint64_t term_ = 0;
  SigningKey log_key_;
  std::vector<record::Record> records_;    // RESTARTs that Welcome brought
  std::vector<record::Record> abandoned_;  // RESTARTs known here that it did not bring
  std::vector<Candidate> candidates_;
  size_t next_ = 0;
  std::optional<Evidence> fork_;
  bool fork_is_new_ = false;
};

}  // namespace

absl::StatusOr<uint64_t> KeptSize(const std::vector<recordpb::Restart>& restarts, uint64_t from, uint64_t to) {
  Restarts by_term;
  for (const auto& restart : restarts) by_term.emplace(restart.term(), restart);
  QF_TRY_ASSIGN(const Way up, Lineage(by_term, from));
  QF_TRY_ASSIGN(const Way down, Lineage(by_term, to));
  return KeptOf(up, down);
}

void AdoptTerm(Replica& replica, ServerCalls& calls, const serverpb::Welcome& welcome,
               absl::AnyInvocable<void(absl::Status)> done) {
  std::make_shared<Adoption>(replica, calls, std::move(done))->Start(welcome);
}

}  // namespace qf::client
