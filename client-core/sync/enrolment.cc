#include "client-core/sync/enrolment.h"

#include <algorithm>
#include <memory>

#include "client-core/session/server_methods.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/acknowledge.h"
#include "client-core/sync/placing.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "qingfeng/server/v1/enrolment.pb.h"

namespace qf::client {
namespace {

constexpr sql::Statement kOpenEnrol("SELECT item_id FROM item WHERE waiting = 1 AND kind = $1");
constexpr sql::Statement kRefusedEnrol("SELECT reason FROM item WHERE kind = $1 AND state = 4");

// GENESIS and RESTARTs of an answer, verified against the root key that this store was given on paper or screen.
absl::Status TakeOffice(Replica& replica, const serverpb::GetOfficeResponse& office) {
  Session& session = replica.session();
  const OfficeId& id = session.office().office;
  recordpb::SignedHeader genesis;
  genesis.set_header(office.genesis().header());
  genesis.set_signature(office.genesis().signature());
  QF_TRY(record::VerifyGenesis(genesis, id).status());
  std::vector<uint64_t> terms;
  for (const auto& raw : office.restarts()) {
    QF_TRY_ASSIGN(const record::Record record, record::ParseRecord(raw));
    QF_TRY_ASSIGN(const record::Restart restart, record::VerifyRestart(record, id));
    terms.push_back(restart.clear.term());
  }
  const bool known =
      office.term() == record::kFirstTerm || std::find(terms.begin(), terms.end(), office.term()) != terms.end();
  if (!known) return Error(Reason::REASON_PROOF, "the server names a term that no RESTART began");
  QF_TRY(replica.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(PutSetting(tx, Setting::kGenesis, genesis.SerializeAsString()));
    for (size_t i = 0; i < terms.size(); ++i) QF_TRY(PutRestart(tx, terms[i], office.restarts(static_cast<int>(i))));
    return replica.term() == 0 ? replica.SetTerm(tx, office.term()) : absl::OkStatus();
  }));
  session.SawServerTime(office.server_time_us());
  return session.RememberCeremonies();
}

class FirstContact : public std::enable_shared_from_this<FirstContact> {
 public:
  FirstContact(Replica& replica, ServerCalls& calls, absl::AnyInvocable<void(absl::Status)> done)
      : replica_(replica), calls_(calls), done_(std::move(done)) {}

  void Start() {
    calls_.Call<serverpb::GetOfficeResponse>(
        server_methods::kGetOffice, serverpb::GetOfficeRequest(), [self = shared_from_this()](auto response) {
          if (!response.ok()) return self->done_(response.status());
          if (absl::Status status = TakeOffice(self->replica_, *response); !status.ok()) return self->done_(status);
          self->HandIn();
        });
  }

 private:
  void HandIn() {
    auto pack = NextToPush(replica_);
    if (!pack.ok()) return done_(pack.status());
    for (const Item& item : *pack) {
      if (item.kind != recordpb::KIND_ENROL) continue;
      auto record = RecordOf(item);
      if (!record.ok()) return done_(record.status());
      return Send(*std::move(record));
    }
    done_(absl::OkStatus());  // acknowledged before, or this office was made here
  }

  void Send(record::Record record) {
    serverpb::EnrolRequest request;
    *request.mutable_enrol() = record.ToProto();
    pushed_.push_back({std::move(record), false});
    calls_.Call<serverpb::EnrolResponse>(server_methods::kEnrol, request, [self = shared_from_this()](auto response) {
      self->done_(response.ok() ? self->Take(*response) : response.status());
    });
  }

  absl::Status Take(const serverpb::EnrolResponse& response) {
    std::optional<AnswerProofs> proofs;
    if (!response.checkpoint().empty()) {
      recordpb::Proofs raw;
      raw.set_checkpoint(response.checkpoint());
      raw.set_nodes(response.nodes());
      // Before the first Exchange this store knows no checkpoint that it would have to be consistent with.
      QF_TRY_ASSIGN(proofs, AnswerProofs::Verify(replica_, raw, {}));
    }
    google::protobuf::RepeatedPtrField<serverpb::Acknowledgement> answers;
    *answers.Add() = response.acknowledgement();
    QF_TRY_ASSIGN(const PushResult result,
                  TakeAcknowledgements(replica_, pushed_, answers, proofs ? &*proofs : nullptr, Refill::kGoesOn));
    if (result.later != Reason::REASON_UNSPECIFIED) {
      return Error(result.later, "the server cannot take this enrolment yet", result.retry_after_ms);
    }
    QF_TRY_ASSIGN(const auto item, replica_.session().database().Read(
                                       [&](sql::ReadTxn& tx) { return FindItemByRecord(tx, pushed_[0].record.id); }));
    if (item.has_value() && item->state == ItemState::kRefused) return Error(item->reason, "the enrolment was refused");
    return absl::OkStatus();
  }

  Replica& replica_;
  ServerCalls& calls_;
  absl::AnyInvocable<void(absl::Status)> done_;
  std::vector<Pushed> pushed_;
};

}  // namespace

absl::StatusOr<bool> NeedsFirstContact(Replica& replica) {
  if (replica.term() == 0) return true;
  return replica.session().database().Read([](sql::ReadTxn& tx) -> absl::StatusOr<bool> {
    QF_TRY_ASSIGN(const auto genesis, GetSetting(tx, Setting::kGenesis));
    if (!genesis.has_value()) return true;
    QF_TRY_ASSIGN(const auto checkpoint, GetSetting(tx, Setting::kNewestCheckpoint));
    if (checkpoint.has_value()) return false;  // an ENROL that is made anew goes with an Exchange, like everything else
    QF_TRY_ASSIGN(const auto enrol, tx.QueryValue<ItemId>(kOpenEnrol, {recordpb::KIND_ENROL}));
    return enrol.has_value();
  });
}

absl::StatusOr<Reason> RefusalOfEnrolment(Replica& replica) {
  Session& session = replica.session();
  const auto standing = session.authority().StandingOf(session.device(), session.LogNowUs());
  if (standing.known()) return Reason::REASON_UNSPECIFIED;
  QF_TRY_ASSIGN(const auto refused, session.database().Read([](sql::ReadTxn& tx) {
    return tx.QueryValue<int>(kRefusedEnrol, {recordpb::KIND_ENROL});
  }));
  return static_cast<Reason>(refused.value_or(0));
}

void MakeFirstContact(Replica& replica, ServerCalls& calls, absl::AnyInvocable<void(absl::Status)> done) {
  std::make_shared<FirstContact>(replica, calls, std::move(done))->Start();
}

}  // namespace qf::client
