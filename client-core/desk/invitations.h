// New invitations. docs/protocol.md, "Enrolment".
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/CreateInvitation, of an administrator: files an INVITE whose secret is sealed to all administrators, and
// gives the text and its QR code. ROLE; FORM when the role or the days (at most kInvitationDaysMax) are not allowed.
absl::StatusOr<clientpb::CreateInvitationResponse> CreateInvitation(Session& session,
                                                                    const clientpb::CreateInvitationRequest& request);

constexpr uint32_t kInvitationDays = 14;
constexpr uint32_t kInvitationDaysMax = 366;

}  // namespace qf::client
