// What the office says of itself to all its devices: its OFFICE record. docs/protocol.md, "Feeds: who may append, who
// may pull".
#pragma once

#include "client-core/session/session.h"

namespace qf::client {

// The newest that counts, by clock_at; all defaults while there is none. What a new term has cut off stays known until
// a newer one is read: the log may get it back only when its refill has come that far.
absl::StatusOr<recordpb::Office> OfficeConstants(Session& session);

// The same, or what an administrator has filed on this device since: what a change begins from, and is shown as.
absl::StatusOr<recordpb::Office> OfficeConstantsAsFiled(Session& session);

// Files them as the newest: an administrator's. Errors of Session::File.
absl::StatusOr<Item> FileOfficeConstants(Session& session, recordpb::Office office);

// Before a new term cuts what this store has read.
absl::Status RememberOfficeConstants(Session& session, sql::WriteTxn& tx);

}  // namespace qf::client
