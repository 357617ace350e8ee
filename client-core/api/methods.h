// The methods of client/v1 that this folder answers, put into a table. The table is served after they all are in it;
// the slot outlives it.
#pragma once

#include "client-core/api/core.h"
#include "client-core/session/slot.h"
#include "common/rpc/method_table.h"

namespace qf::client {

// VaultService, but for CreateOffice.
void AddVaultMethods(rpc::MethodTable& table, Core& core);
// EventService.
void AddEventMethods(rpc::MethodTable& table, Core& core);
// FieldService.
void AddFieldMethods(rpc::MethodTable& table, SessionSlot& slot);

}  // namespace qf::client
