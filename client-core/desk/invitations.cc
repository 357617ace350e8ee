#include "client-core/desk/invitations.h"

#include "client-core/desk/content.h"
#include "client-core/office/invitation.h"
#include "client-core/office/qr_code.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// What the invited device will know the log by.
absl::StatusOr<Invitation> NewInvitation(Session& session) {
  QF_TRY_ASSIGN(const uint64_t term,
                session.database().Read([](sql::ReadTxn& tx) { return GetNumber(tx, Setting::kTerm); }));
  const auto log_key = session.authority().LogKeyOf(term);
  if (!log_key.has_value()) return Error(Reason::REASON_PROOF, "no verified record names the key that signs this log");
  Entropy& entropy = session.world().entropy;
  Invitation invitation;
  invitation.address = session.office().address;
  invitation.tls_authorities = session.office().tls_authorities;
  if (invitation.tls_authorities.size() > kTlsAuthoritiesMax) {  // the newest stand last
    invitation.tls_authorities.erase(invitation.tls_authorities.begin(),
                                     invitation.tls_authorities.end() - kTlsAuthoritiesMax);
  }
  invitation.root = session.office().root;
  invitation.log_key = *log_key;
  invitation.log_term = term;
  invitation.id = entropy.Random<InvitationId>();
  invitation.secret = NewInvitationSecret(entropy);
  return invitation;
}

NewItem InviteItem(Session& session, const Invitation& invitation, const clientpb::CreateInvitationRequest& request) {
  const uint64_t days = request.valid_days() == 0 ? kInvitationDays : request.valid_days();
  // The server judges by its clock, which the log's newest instant is nearest to.
  const uint64_t now_us = session.LogNowUs() > 0 ? session.LogNowUs() : session.world().clock.NowUs();
  contentpb::Content content;
  content.mutable_invitation()->set_secret(std::string(invitation.secret.bytes()));
  *content.mutable_invitation()->mutable_person() = request.person();

  NewItem item;
  item.feed = record::Feed::Roster();
  item.kind = recordpb::KIND_INVITE;
  item.content = content.SerializeAsString();
  item.readers = AdministratorKeys(session, limits::kRecipients);
  recordpb::Invite& clear = *item.clear.mutable_invite();
  clear.set_invitation_id(invitation.id.str());
  clear.set_token_sha256(TokenDigestOf(TokenOf(invitation.id, invitation.secret)).str());
  clear.set_role(request.role());
  clear.set_expires_us(now_us + days * kMicrosPerDay);
  return item;
}

}  // namespace

absl::StatusOr<clientpb::CreateInvitationResponse> CreateInvitation(Session& session,
                                                                    const clientpb::CreateInvitationRequest& request) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  if (!record::IsFieldRole(request.role()) && !record::IsDeskRole(request.role())) {
    return Error(Reason::REASON_FORM, "an invitation is for one of the office's roles");
  }
  if (request.valid_days() > kInvitationDaysMax) {
    return Error(Reason::REASON_FORM, "an invitation is good for at most 366 days");
  }
  QF_TRY_ASSIGN(const Invitation invitation, NewInvitation(session));
  const std::string text = FormatInvitation(invitation);
  clientpb::CreateInvitationResponse response;
  QF_TRY_ASSIGN(*response.mutable_qr_png(), QrPng(text));
  QF_TRY(session.File(InviteItem(session, invitation, request)).status());
  response.set_invitation(text);
  response.set_invitation_id(invitation.id.str());
  clientpb::WatchResponse event;
  event.mutable_changes()->set_devices(true);
  session.Tell(event);
  return response;
}

}  // namespace qf::client
