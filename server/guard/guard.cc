#include "server/guard/guard.h"

#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/rpc/call_token.h"

namespace qf::server {
namespace {

absl::Status NoSuchMethod() { return Error(Reason::REASON_METHOD, "there is no such method"); }

}  // namespace

bool Drains(const record::Standing& standing, uint64_t now_us) {
  return standing.revoked.has_value() && standing.revoked->mode != recordpb::REVOKE_MODE_LOCK &&
         now_us <= standing.revoked->place.clock_at_us + limits::kDrainUs;
}

absl::Status Guard::Admit(rpc::CallInfo& info) const {
  const MethodRow* const row = FindMethodRow(info.method);
  if (row == nullptr || row->need == Need::kOperator) return NoSuchMethod();
  if (row->need == Need::kAnyone) return anyone_.Admit(info.peer);
  QF_TRY_ASSIGN(info.principal, rpc::VerifyCallToken(info.call_token, info.method, book_.office(), clock_.NowUs()));
  return AdmitPrincipal(*row, info);
}

absl::Status Guard::AdmitPrincipal(const MethodRow& row, const rpc::CallInfo& info) const {
  const uint64_t now_us = book_.NowUs();
  const record::Standing standing = book_.StandingOf(info.principal, now_us);
  if (!standing.known()) {
    QF_TRY(anyone_.Admit(info.peer));
    const bool open = row.need == Need::kKey || row.need == Need::kUnrevoked ||
                      (row.need == Need::kAdministrator && book_.View().rolled_back);
    return open ? absl::OkStatus() : Error(Reason::REASON_UNKNOWN_KEY, "this key is not known here");
  }
  if (row.need == Need::kKey) return absl::OkStatus();
  if (standing.revoked.has_value()) {
    if (row.need == Need::kContributor && Drains(standing, now_us)) return absl::OkStatus();
    return Error(Reason::REASON_REVOKED, "this device was revoked");
  }
  if (row.need == Need::kAdministrator && standing.role != recordpb::ROLE_ADMINISTRATOR) {
    return Error(Reason::REASON_ROLE, "this is for administrators");
  }
  return absl::OkStatus();
}

absl::Status Guard::AdmitOperator(rpc::CallInfo& info) {
  const MethodRow* const row = FindMethodRow(info.method);
  return row != nullptr && row->need == Need::kOperator ? absl::OkStatus() : NoSuchMethod();
}

}  // namespace qf::server
