#include "client-core/session/evidence.h"

#include "common/base/try.h"

namespace qf::client {

absl::Status KeepEvidenceOnce(Session& session, const Evidence& evidence) {
  bool is_new = false;
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(is_new, KeepEvidence(tx, evidence));
    return absl::OkStatus();
  }));
  if (is_new) TellOfEvidence(session, evidence.reason);
  return absl::OkStatus();
}

void TellOfEvidence(Session& session, Reason reason) {
  clientpb::WatchResponse event;
  event.mutable_attention()->set_reason(reason);
  session.Tell(event);
}

absl::Status WithdrawEvidence(Session& session, Reason reason, Bytes bytes) {
  QF_TRY_ASSIGN(const bool found,
                session.database().Read([&](sql::ReadTxn& tx) { return HasEvidence(tx, reason, bytes); }));
  if (!found) return absl::OkStatus();
  return session.database().Write([&](sql::WriteTxn& tx) { return RemoveEvidence(tx, reason, bytes); });
}

}  // namespace qf::client
