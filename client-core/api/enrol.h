// Enrolling without a network: all that a device needs before its first contact. docs/protocol.md, "Enrolment".
#pragma once

#include "client-core/office/invitation.h"
#include "client-core/session/slot.h"

namespace qf::client {

// The store of a device with fresh keys, whose first item is its ENROL for `invitation`. Sync hands that in at first
// contact; until the office has certified it, the device is provisional. The invitation itself is not kept: it is a
// secret, and the ENROL says all that the office asks for.
NewStore StoreForInvitation(Entropy& entropy, const Invitation& invitation, const std::string& pin);

}  // namespace qf::client
