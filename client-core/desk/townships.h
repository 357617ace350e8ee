// The office's list of townships, which its administrators keep. docs/adr/0015.
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/SetTownships: an OFFICE record that repeats the other constants. ROLE; FORM (office/townships.h).
absl::StatusOr<clientpb::SetTownshipsResponse> SetTownships(Session& session,
                                                            const clientpb::SetTownshipsRequest& request);

}  // namespace qf::client
