#include "client-core/desk/restart.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "client-core/desk/content.h"
#include "client-core/desk/mirror.h"
#include "client-core/session/evidence.h"
#include "client-core/session/server_methods.h"
#include "client-core/session/version.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/adopt.h"
#include "client-core/sync/replica.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "qingfeng/server/v1/log.pb.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::client {
namespace {

constexpr sql::Statement kOfferedCertificates("SELECT record_id FROM offer WHERE rank = 1 AND feed = 'broadcast'");

// The root's certificate of this device, in the copy of the log or among what a RESTART cut off.
absl::StatusOr<std::optional<recordpb::SignedHeader>> OwnCertificate(sql::ReadTxn& tx, const SigningKey& root,
                                                                     const SigningKey& device) {
  QF_TRY_ASSIGN(const auto entries, EntriesOfKind(tx, recordpb::KIND_CERTIFICATE));
  for (const StoredEntry& stored : entries) {
    const record::Record& record = stored.entry.record;
    if (record::MakesAdministrator(record.header, root, device)) return std::optional(record.ToSignedHeader());
  }
  QF_TRY_ASSIGN(const auto offered,
                tx.QueryAll(kOfferedCertificates, {}, [](const sql::Row& row) { return row.Get<RecordId>(0); }));
  for (const RecordId& id : offered) {
    QF_TRY_ASSIGN(const auto offer, FindOffer(tx, id));
    if (offer.has_value() && record::MakesAdministrator(offer->record.header, root, device)) {
      return std::optional(offer->record.ToSignedHeader());
    }
  }
  return std::optional<recordpb::SignedHeader>();
}

// GENESIS, and the root's certificate unless GENESIS names this device.
absl::StatusOr<std::vector<recordpb::SignedHeader>> ChainOf(Session& session) {
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<std::vector<recordpb::SignedHeader>> {
    QF_TRY_ASSIGN(const auto bytes, GetSetting(tx, Setting::kGenesis));
    recordpb::SignedHeader genesis;
    if (!bytes.has_value() || !genesis.ParseFromString(*bytes)) {
      return Error(Reason::REASON_NOT_FOUND, "the office's first record is not in this store");
    }
    QF_TRY_ASSIGN(const auto clear, record::VerifyGenesis(genesis, session.office().office));
    std::vector<recordpb::SignedHeader> chain = {genesis};
    if (clear.administrator().signing_key() == session.device().bytes()) return chain;
    QF_TRY_ASSIGN(auto certificate, OwnCertificate(tx, session.office().root, session.device()));
    if (!certificate.has_value())
      return Error(Reason::REASON_NOT_FOUND, "this store does not hold its own certificate");
    chain.push_back(*std::move(certificate));
    return chain;
  });
}

// Whether the server's leaves are the first of this desk's copy; nullopt where the copy does not reach that far.
absl::StatusOr<std::optional<bool>> CompareKept(Session& session, const serverpb::GetNextLogKeyResponse& server) {
  QF_TRY_ASSIGN(const auto replica, Replica::Open(session));
  QF_TRY_ASSIGN(log::Tree* const tree, replica->Mirror());
  uint64_t common = tree->size();
  if (server.term() != replica->term()) {
    QF_TRY_ASSIGN(const auto raw, session.database().Read([](sql::ReadTxn& tx) { return ListRestarts(tx); }));
    std::vector<recordpb::Restart> restarts;
    for (const auto& restart : raw) {
      QF_TRY_ASSIGN(const auto record, record::ParseRecord(restart, record::SignatureCheck::kKnownGood));
      restarts.push_back(record.header.clear.restart());
    }
    const auto kept = KeptSize(restarts, server.term(), replica->term());
    common = kept.ok() ? std::min(common, *kept) : 0;
  }
  if (server.size() > common) return std::optional<bool>();
  QF_TRY_ASSIGN(const Digest root, tree->RootAt(server.size()));
  return std::optional<bool>(root.bytes() == server.root());
}

// One RESTART, from the question to the answer.
class Restarting : public std::enable_shared_from_this<Restarting> {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<clientpb::RestartLogResponse>)>;

  Restarting(Desk& desk, std::string cause, Done done)
      : desk_(desk), cause_(std::move(cause)), done_(std::move(done)) {}

  void Start() {
    desk_.server().Call<serverpb::GetNextLogKeyResponse>(
        server_methods::kGetNextLogKey, serverpb::GetNextLogKeyRequest(),
        [self = shared_from_this()](absl::StatusOr<serverpb::GetNextLogKeyResponse> response) {
          if (!response.ok()) return self->done_(response.status());
          auto record = self->Sign(*response);
          if (!record.ok()) return self->done_(record.status());
          self->HandIn(*record, response->term());
        });
  }

 private:
  absl::StatusOr<record::Record> Sign(const serverpb::GetNextLogKeyResponse& server) {
    Session& session = desk_.session();
    if (!server.rolled_back()) return Error(Reason::REASON_STATE, "the server does not wait for a new term");
    QF_TRY_ASSIGN(const auto same, CompareKept(session, server));
    if (same.has_value() && !*same) {
      QF_TRY(
          KeepEvidenceOnce(session, {Reason::REASON_FORK, "a restored server's log is not the beginning of this desk's",
                                     server.SerializeAsString(), session.world().clock.NowUs()}));
      return Error(Reason::REASON_FORK,
                   "the server's log is not the beginning of this desk's copy; nothing was signed");
    }
    QF_TRY_ASSIGN(const uint64_t highest,
                  session.database().Read([](sql::ReadTxn& tx) { return GetNumber(tx, Setting::kHighestTerm); }));
    Entropy& entropy = session.world().entropy;
    const uint64_t highest_seen = std::max({highest, server.highest_term(), server.term()});
    response_.set_term(record::NextTerm(highest_seen, static_cast<uint16_t>(entropy.Below(1 << 16))));
    response_.set_kept_size(server.size());
    response_.set_kept_root_verified(same.has_value());

    record::Header header;
    header.office = session.office().office;
    header.feed = record::Feed::Broadcast();
    header.incarnation = entropy.Random<Incarnation>();
    header.sequence = 1;
    header.kind = recordpb::KIND_RESTART;
    header.item = entropy.Random<ItemId>();
    recordpb::Restart& restart = *header.clear.mutable_restart();
    restart.set_continues_term(server.term());
    restart.set_term(response_.term());
    restart.set_kept_size(server.size());
    restart.set_kept_root(server.root());
    restart.set_log_key(server.log_key());
    restart.set_cause(cause_);
    QF_TRY_ASSIGN(const auto chain, ChainOf(session));
    for (const auto& link : chain) *restart.add_chain() = link;
    record::Record record = record::MakeRecord(std::move(header), "", session.signer());
    QF_TRY(record::VerifyRestart(record, session.office().office)
               .status());  // the server's key and root are what they must be
    // Seen from now on, whatever becomes of it: a server restored once more must not be given the same term, or a lower
    // one than a device may have met meanwhile.
    QF_TRY(session.database().Write(
        [&](sql::WriteTxn& tx) { return PutNumber(tx, Setting::kHighestTerm, response_.term()); }));
    return record;
  }

  void HandIn(const record::Record& record, uint64_t server_term) {
    serverpb::ExchangeRequest request;
    request.mutable_hello()->set_client_version(kClientVersion);
    request.mutable_hello()->set_protocol_revision(kProtocolRevision);
    request.mutable_hello()->set_term(server_term);
    *request.add_push()->mutable_record() = record.ToProto();
    desk_.server().Call<serverpb::ExchangeResponse>(
        server_methods::kExchange, request,
        [self = shared_from_this()](absl::StatusOr<serverpb::ExchangeResponse> response) {
          self->done_(self->Answer(response));
        });
  }

  absl::StatusOr<clientpb::RestartLogResponse> Answer(const absl::StatusOr<serverpb::ExchangeResponse>& response) {
    QF_TRY(response.status());
    if (response->acknowledgements_size() != 1)
      return Error(Reason::REASON_FRAME, "the server's answer cannot be read");
    const serverpb::Acknowledgement& answer = response->acknowledgements(0);
    if (answer.fate() != serverpb::FATE_STORED && answer.fate() != serverpb::FATE_DUPLICATE) {
      const Reason reason =
          answer.fate() == serverpb::FATE_REFUSED ? static_cast<Reason>(answer.placement().verdict()) : answer.reason();
      return Error(reason, "the server does not take this RESTART", answer.retry_after_ms());
    }
    desk_.session().OutboxChanged();  // sync meets the new term
    return response_;
  }

  Desk& desk_;
  const std::string cause_;
  Done done_;
  clientpb::RestartLogResponse response_;
};

}  // namespace

void RestartLog(Desk& desk, const clientpb::RestartLogRequest& request,
                absl::AnyInvocable<void(absl::StatusOr<clientpb::RestartLogResponse>)> done) {
  if (const absl::Status status = RequireRole(desk.session(), recordpb::ROLE_ADMINISTRATOR); !status.ok())
    return done(status);
  if (request.cause().size() > kCauseBytesMax) {
    return done(Error(Reason::REASON_TOO_LARGE, "a cause has at most 200 bytes"));
  }
  std::make_shared<Restarting>(desk, request.cause(), std::move(done))->Start();
}

absl::StatusOr<clientpb::EndRefillResponse> EndRefill(Session& session, const clientpb::EndRefillRequest&) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  QF_TRY_ASSIGN(const uint64_t term,
                session.database().Read([](sql::ReadTxn& tx) { return GetNumber(tx, Setting::kTerm); }));
  NewItem item;
  item.feed = record::Feed::Broadcast();
  item.kind = recordpb::KIND_REFILLED;
  item.clear.mutable_refilled()->set_term(term);
  item.item = DutyItemId(session.device(), "refilled", U64(term));
  QF_TRY(FileOnce(session, {item}).status());
  return clientpb::EndRefillResponse();
}

}  // namespace qf::client
