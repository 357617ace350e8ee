// Ending a device's authority. docs/protocol.md, "Keys" and "PIN and loss" (REVOKE).
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/RevokeDevice, of an administrator: files a REVOKE, of a desk in broadcast, of a field device in the
// roster. ROLE; NOT_FOUND for a key that the log does not know; STATE for the own device or one revoked already (a LOCK
// may be followed by another).
absl::StatusOr<clientpb::RevokeDeviceResponse> RevokeDevice(Session& session,
                                                            const clientpb::RevokeDeviceRequest& request);

// DeskService/ApproveRevocation: a second administrator lets an ERASE take effect. NOT_FOUND when the log has no such
// REVOKE; STATE when it is no ERASE, or this device's own; ROLE.
absl::StatusOr<clientpb::ApproveRevocationResponse> ApproveRevocation(
    Session& session, const clientpb::ApproveRevocationRequest& request);

}  // namespace qf::client
