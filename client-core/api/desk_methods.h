// DeskService: every method of client-core/desk under its name.
#pragma once

#include <functional>

#include "client-core/desk/desk.h"
#include "client-core/session/slot.h"
#include "common/rpc/method_table.h"

namespace qf::client {

// The desk of the unlocked session; errors of SessionSlot::Unlocked, STATE where the program has no network. Good until
// the handler returns to the loop.
using DeskFinder = std::function<absl::StatusOr<Desk*>()>;

// Every method answers PERMISSION_DENIED(ROLE) on a device that is no desk.
void AddDeskMethods(rpc::MethodTable& table, SessionSlot& slot, DeskFinder desk);

}  // namespace qf::client
