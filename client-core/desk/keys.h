// The office's keys at its desks: making them, granting them, taking them. docs/protocol.md, "Keys" (Epoch).
//
// A case manager's desk (of the superior body for the audience oversight) makes a key: it sends the secret to itself
// and to every desk of the audience that a person once confirmed, and publishes the key in EPOCH only when the log
// holds the GRANT to itself. So a key that phones seal to is never in one store alone, and never sent to a desk that
// nobody has compared fingerprints with.
//
// Duties: done after every batch of entries and at unlock; what the log and the own items say decides, so a crash or
// a second case manager does no harm.
#pragma once

#include "client-core/desk/roster.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// The audience for which a desk of that role makes keys: office for case managers, oversight for the superior body,
// none for others.
record::Audience MakesKeysOf(record::Role role);

// Takes what GRANTs in this desk's inbox hold. True if a key was new: what could not be opened may be tried again.
absl::StatusOr<bool> TakeGrants(Session& session);

// Of a maker of keys: publishes the key whose GRANT to itself is acknowledged; begins a new one when there is none,
// when a desk that holds the newest was revoked, or when the newest is about a week old; gives every confirmed desk
// what it lacks.
absl::Status TendKeys(Session& session, const Roster& roster);

// Of a desk that was granted keys before: alarms for a published one that it was not granted within an hour; takes that
// back when the grant has come after all.
absl::Status AlarmMissingGrants(Session& session);

// DeskService/GrantKeys: a case manager has compared the fingerprint of a new desk. FINGERPRINT when it is another;
// NOT_FOUND, ROLE when the device is no desk of the audience in force; NOT_GRANTED while this desk has no key itself.
absl::StatusOr<clientpb::GrantKeysResponse> GrantKeys(Session& session, const clientpb::GrantKeysRequest& request);

// DeskService/PublishEpoch: a new key now. If one is under way already, that one. ROLE.
absl::StatusOr<clientpb::PublishEpochResponse> PublishEpoch(Session& session,
                                                            const clientpb::PublishEpochRequest& request);

// True if `device` was sent every published key of its audience.
bool HasAllKeys(Session& session, const Roster& roster, const SigningKey& device, record::Role role);

}  // namespace qf::client
