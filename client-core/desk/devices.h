// Every device and invitation, and how each stands. docs/protocol.md, "Enrolment".
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/ListDevices, at any desk. Names are given where this desk may read them.
absl::StatusOr<clientpb::ListDevicesResponse> ListDevices(Session& session,
                                                          const clientpb::ListDevicesRequest& request);

}  // namespace qf::client
