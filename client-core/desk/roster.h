// Who is in the office, as a desk's copy of the log says it: invitations, enrolments, certificates, grants.
// docs/protocol.md, "Keys" and "Enrolment".
//
// Read anew whenever it is needed: a few hundred entries. For: duties, ListDevices, and what a person does by hand.
// Not for: whether a record counts, which is record::Authority's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "client-core/desk/content.h"
#include "client-core/desk/mirror.h"

namespace qf::client {

struct Roster {
  std::map<InvitationId, StoredEntry> invites;  // that count
  std::vector<StoredEntry> enrols;              // unrefused, by clock_at
  std::set<SigningKey> certified;               // with a certificate that counts, ended or not
  std::map<SigningKey, record::Role> desks;     // that have or had a desk's role, GENESIS's administrator left out
  std::map<SigningKey, std::set<SealingKey>> granted;  // office keys that counting GRANTs gave to each desk
  std::map<SealingKey, std::set<SigningKey>> holders;  // of each office key, whoever was sent it, counting or not
};

absl::StatusOr<Roster> ReadRoster(Session& session);

// What an enrolment is worth.
struct Enrolment {
  enum class State {
    kCertified,  // has a certificate
    kRevoked,    // an administrator has ended it
    kWaiting,    // its invitation is not here, or this desk may not read it
    kSuspect,    // not made by the holder of its invitation, or not by the first: `reason` says why
    kRootOnly,   // good, and for a role that only the root certifies
    kGood,       // good, and to be certified
  };
  State state = State::kWaiting;
  Reason reason = Reason::REASON_UNSPECIFIED;      // why it waits or is suspect
  record::Role role = recordpb::ROLE_UNSPECIFIED;  // that its invitation says
};

Enrolment JudgeEnrolment(Session& session, const Roster& roster, const StoredEntry& enrol);

// For whom the invitation of an enrolment was made, where this desk may read it.
std::optional<contentpb::Person> InvitedPerson(Session& session, const Roster& roster, const StoredEntry& enrol);

// What an invitation holds; NOT_GRANTED and other errors of OpenContent.
absl::StatusOr<contentpb::InvitationSecret> OpenInvite(Session& session, const StoredEntry& invite);

// Length of the office's day: 24 hours, or what its OFFICE record says. At least a second.
absl::StatusOr<uint64_t> OfficeDayUs(Session& session);

}  // namespace qf::client
