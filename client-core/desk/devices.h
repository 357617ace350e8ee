// Every device and invitation, and how each stands. docs/protocol.md, "Enrolment".
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/ListDevices, at any desk. Names are given where this desk may read them.
//
// `records` and `last_seen_us` are 0 at a desk that reads no reports (content.h, RequireReader). What a phone has sent
// is its reports, so beside its person's name they would tell an administrator who reports, how much and when. They
// would find no lost phone either: one that is silent has nothing to report. What certifying and revoking need stays:
// state, role, person, fingerprint, and incarnations, of which no report makes a further one.
absl::StatusOr<clientpb::ListDevicesResponse> ListDevices(Session& session,
                                                          const clientpb::ListDevicesRequest& request);

}  // namespace qf::client
