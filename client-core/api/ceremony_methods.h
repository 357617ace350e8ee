// VaultService/CreateOffice: the root ceremony at the machine of the first administrator, and what it leaves in that
// store. client-core/office/ceremony.h makes the office; here it becomes a store that is unlocked.
#pragma once

#include "client-core/session/slot.h"
#include "common/rpc/method_table.h"

namespace qf::client {

void AddCeremonyMethods(rpc::MethodTable& table, SessionSlot& slot);

}  // namespace qf::client
