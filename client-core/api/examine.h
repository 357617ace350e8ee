// VaultService/Examine: everything that can go wrong with a store, looked at, with what to do about it.
// Looks only at this device: it makes no call, and changes nothing.
#pragma once

#include "client-core/api/core.h"
#include "qingfeng/client/v1/vault.pb.h"

namespace qf::client {

// What was found, what is wrong first. Reads every page of an unlocked store, on the loop: seconds on a large one, in
// which nothing else happens, for a person who asked. A locked store is looked at as far as that goes. STATE before
// Open.
absl::StatusOr<clientpb::ExamineResponse> Examine(Core& core);

}  // namespace qf::client
