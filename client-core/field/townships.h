// The office's townships, for whoever fills in a form.
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

absl::StatusOr<clientpb::ListTownshipsResponse> ListTownships(Session& session,
                                                              const clientpb::ListTownshipsRequest& request);

}  // namespace qf::client
