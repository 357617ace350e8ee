// What a person decides by its cost: the room that a store takes, and whether files go out by themselves.
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

// Sizes as the store counts them; what its journal takes for a while is not among them. DISK_ERROR.
absl::StatusOr<clientpb::GetStorageResponse> GetStorage(Session& session, const clientpb::GetStorageRequest& request);

// Durable when it returns. Files that waited go with the next exchange, which a watching Sync makes at once.
absl::StatusOr<clientpb::SetFileSendingResponse> SetFileSending(Session& session,
                                                                const clientpb::SetFileSendingRequest& request);

}  // namespace qf::client
