#include "client-core/desk/roster.h"

#include <algorithm>
#include <tuple>

#include "client-core/office/ceremony.h"
#include "client-core/office/invitation.h"
#include "client-core/session/office_constants.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

SigningKey SigningKeyIn(const std::string& bytes) {
  const auto key = SigningKey::From(bytes);
  return key.ok() ? *key : SigningKey();
}

bool Counts(Session& session, const StoredEntry& stored) {
  return session.authority().Counts(stored.entry.record.header, stored.entry.place);
}

// The four kinds in one transaction, so that they are of one moment.
struct Entries {
  std::vector<StoredEntry> invites, enrols, certificates, grants;
};

absl::StatusOr<Entries> ReadEntries(Session& session) {
  return session.database().Read([](sql::ReadTxn& tx) -> absl::StatusOr<Entries> {
    Entries out;
    QF_TRY_ASSIGN(out.invites, EntriesOfKind(tx, recordpb::KIND_INVITE));
    QF_TRY_ASSIGN(out.enrols, EntriesOfKind(tx, recordpb::KIND_ENROL));
    QF_TRY_ASSIGN(out.certificates, EntriesOfKind(tx, recordpb::KIND_CERTIFICATE));
    QF_TRY_ASSIGN(out.grants, EntriesOfKind(tx, recordpb::KIND_GRANT));
    return out;
  });
}

// Whether the holder of the invitation made it. MAC, EXPIRED, or the errors of OpenInvite.
absl::StatusOr<contentpb::InvitationSecret> Check(Session& session, const StoredEntry& invite,
                                                  const StoredEntry& enrol) {
  QF_TRY_ASSIGN(contentpb::InvitationSecret secret, OpenInvite(session, invite));
  if (secret.secret().size() != kInvitationSecretBytes) {
    return Error(Reason::REASON_MALFORMED, "the secret of an invitation has another length");
  }
  const record::Header& header = enrol.entry.record.header;
  if (header.clear.enrol().device().signing_key() != header.author.bytes()) {
    return Error(Reason::REASON_MAC, "the enrolment names another device than its author");
  }
  QF_TRY(CheckEnrol(header.clear.enrol(), Secret(secret.secret())));
  if (enrol.entry.place.clock_at_us > invite.entry.record.header.clear.invite().expires_us()) {
    return Error(Reason::REASON_EXPIRED, "the invitation had expired");
  }
  return secret;
}

// True if another device came before with the same invitation, rightly.
bool UsedBefore(Session& session, const Roster& roster, const StoredEntry& invite, const StoredEntry& enrol) {
  bool before = true;
  for (const StoredEntry& other : roster.enrols) {
    if (other.entry.record.id == enrol.entry.record.id) before = false;
    const record::Header& header = other.entry.record.header;
    if (header.author == enrol.entry.record.header.author) continue;
    if (header.clear.enrol().invitation_id() != enrol.entry.record.header.clear.enrol().invitation_id()) continue;
    if (roster.certified.count(header.author) > 0) return true;
    if (before && Check(session, invite, other).ok()) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<Roster> ReadRoster(Session& session) {
  QF_TRY_ASSIGN(Entries entries, ReadEntries(session));
  Roster roster;
  for (StoredEntry& invite : entries.invites) {
    const auto id = InvitationId::From(invite.entry.record.header.clear.invite().invitation_id());
    if (id.ok() && Counts(session, invite)) roster.invites.emplace(*id, std::move(invite));
  }
  for (const StoredEntry& stored : entries.certificates) {
    if (!Counts(session, stored)) continue;
    const auto& certificate = stored.entry.record.header.clear.certificate();
    const SigningKey device = SigningKeyIn(certificate.device().signing_key());
    roster.certified.insert(device);
    if (record::IsDeskRole(certificate.role())) roster.desks[device] = certificate.role();
  }
  for (const StoredEntry& stored : entries.grants) {
    const record::Header& header = stored.entry.record.header;
    const auto key = SealingKey::From(header.clear.epoch().public_key());
    if (!key.ok() || header.feed.kind != record::FeedKind::kInbox) continue;
    roster.holders[*key].insert(header.feed.key);
    if (Counts(session, stored)) roster.granted[header.feed.key].insert(*key);
  }
  roster.enrols = std::move(entries.enrols);
  const auto order = [](const StoredEntry& e) { return std::tuple(e.entry.place.clock_at_us, e.entry.place.position); };
  std::sort(roster.enrols.begin(), roster.enrols.end(),
            [&](const StoredEntry& a, const StoredEntry& b) { return order(a) < order(b); });
  return roster;
}

absl::StatusOr<contentpb::InvitationSecret> OpenInvite(Session& session, const StoredEntry& invite) {
  QF_TRY_ASSIGN(contentpb::Content content, OpenContent(session, invite.entry.record));
  return content.invitation();
}

namespace {

const StoredEntry* InviteOf(const Roster& roster, const StoredEntry& enrol) {
  const auto id = InvitationId::From(enrol.entry.record.header.clear.enrol().invitation_id());
  const auto found = id.ok() ? roster.invites.find(*id) : roster.invites.end();
  return found == roster.invites.end() ? nullptr : &found->second;
}

// Of a device that has no certificate yet, by its invitation.
Enrolment JudgeByInvite(Session& session, const Roster& roster, const StoredEntry& invite, const StoredEntry& enrol) {
  using State = Enrolment::State;
  const record::Role role = invite.entry.record.header.clear.invite().role();
  const auto secret = Check(session, invite, enrol);
  if (secret.ok() && UsedBefore(session, roster, invite, enrol)) return {State::kSuspect, Reason::REASON_USED, role};
  if (secret.ok()) return {IsRootRole(role) ? State::kRootOnly : State::kGood, Reason::REASON_UNSPECIFIED, role};
  switch (const Reason reason = ReasonOf(secret.status())) {
    case Reason::REASON_MAC:
    case Reason::REASON_EXPIRED:
    case Reason::REASON_LENGTH:
      return {State::kSuspect, reason, role};
    default:
      return {State::kWaiting, reason, role};  // sealed to administrators of its time, of whom this is none
  }
}

}  // namespace

Enrolment JudgeEnrolment(Session& session, const Roster& roster, const StoredEntry& enrol) {
  using State = Enrolment::State;
  const SigningKey& device = enrol.entry.record.header.author;
  const StoredEntry* const invite = InviteOf(roster, enrol);
  const record::Role role =
      invite == nullptr ? recordpb::ROLE_UNSPECIFIED : invite->entry.record.header.clear.invite().role();
  if (session.authority().StandingOf(device, session.LogNowUs()).revoked.has_value()) {
    return {State::kRevoked, Reason::REASON_UNSPECIFIED, role};
  }
  if (roster.certified.count(device) > 0) return {State::kCertified, Reason::REASON_UNSPECIFIED, role};
  if (invite == nullptr) return {State::kWaiting, Reason::REASON_INVITE, role};
  return JudgeByInvite(session, roster, *invite, enrol);
}

std::optional<contentpb::Person> InvitedPerson(Session& session, const Roster& roster, const StoredEntry& enrol) {
  const StoredEntry* const invite = InviteOf(roster, enrol);
  if (invite == nullptr) return std::nullopt;
  const auto secret = OpenInvite(session, *invite);
  if (!secret.ok()) return std::nullopt;
  return secret->person();
}

absl::StatusOr<uint64_t> OfficeDayUs(Session& session) {
  QF_TRY_ASSIGN(const recordpb::Office office, OfficeConstants(session));
  return office.day_us() == 0 ? kMicrosPerDay : std::max(office.day_us(), kMicrosPerSecond);
}

}  // namespace qf::client
