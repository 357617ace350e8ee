// Authority: who may append what, and what counts. One fold for the server and every reader.
// docs/protocol.md, "Feeds: who may append, who may pull" and "Authority".
//
// A record counts if the log holds, at whatever position, a counting certificate of its author whose role allows that
// kind in that feed with from <= clock_at < to, and no counting REVOKE of the author with an earlier clock_at. So the
// fold is a function of the *set* of entries: the order in which re-offers return does not change it.
//
// For: the server's gate (Judge, MayPull) and the readers' fold (Counts, StandingOf).
// Not for: cryptography (records arrive verified), or case rules (client-core/rules).
// Threads: none of its own; belongs to whoever owns it. Truncated and refilled after a RESTART.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/base/error.h"
#include "common/record/entry.h"
#include "common/record/feed.h"

namespace qf::record {

using recordpb::Audience;
using recordpb::RevokeMode;
using recordpb::Role;

// Informants, supervisors, inspectors, contact leaders.
bool IsFieldRole(Role role);
// Duty officers, investigators, case managers, superior body: devices that read content.
bool IsReaderRole(Role role);
// Every device that mirrors the log: readers, administrators, custodians.
bool IsDeskRole(Role role);
// The audience whose epochs a role is granted; AUDIENCE_UNSPECIFIED for none.
Audience AudienceOf(Role role);

// The REVOKE that counts against a device: a DRAIN or ERASE, or, while there is none, a LOCK that no certificate has
// ended.
struct Revocation {
  RecordId id;
  SigningKey author;
  Placement place;
  RevokeMode mode = recordpb::REVOKE_MODE_UNSPECIFIED;
  std::optional<uint64_t> approved_position;  // of a second administrator's APPROVE
  // What a device does: an ERASE without approval acts as DRAIN.
  bool erases() const { return mode == recordpb::REVOKE_MODE_ERASE && approved_position.has_value(); }
};

// How an author stands at a moment.
struct Standing {
  Role role = recordpb::ROLE_UNSPECIFIED;       // in force
  Role late_role = recordpb::ROLE_UNSPECIFIED;  // of a certificate that has ended
  std::optional<uint64_t> enrolled_at_us;       // clock_at of its first ENROL
  std::optional<Revocation> revoked;
  bool known() const {
    return role != recordpb::ROLE_UNSPECIFIED || late_role != recordpb::ROLE_UNSPECIFIED || enrolled_at_us.has_value();
  }
};

// A published office key.
struct EpochKey {
  Audience audience = recordpb::AUDIENCE_UNSPECIFIED;
  uint64_t number = 0;
  SealingKey public_key;
  uint64_t clock_at_us = 0;
  SigningKey author;
};

struct CertifiedDevice {
  SigningKey signing_key;
  SealingKey sealing_key;
  Role role = recordpb::ROLE_UNSPECIFIED;
};

// What the server's gate says of a record.
struct Verdict {
  enum class Fate { kKeep, kRefuse, kLater };
  Fate fate = Fate::kKeep;
  Reason reason = Reason::REASON_UNSPECIFIED;
};

class Authority {
 public:
  explicit Authority(const OfficeId& office) : office_(office) {}

  // Takes notice of an entry; those without effect on authority are ignored. Any order; the
  // same entry again changes nothing.
  void Add(const Header& header, const RecordId& id, const Placement& place);
  // Forgets entries at positions >= size: after a RESTART, or a transaction that failed.
  void Truncate(uint64_t size);

  // How `author` stands for an entry with clock_at `at_us`.
  Standing StandingOf(const SigningKey& author, uint64_t at_us) const;

  // The server's gate for a record that has no proved prior, at `at_us`.
  // Refusals: FEED (the table does not allow it), ROLE, REVOKED, TOKEN, USED, EXPIRED. Later: INVITE, NOT_CERTIFIED,
  // REVOKED (of a LOCK). RESTARTs are judged by ceremony.h.
  Verdict Judge(const Header& header, uint64_t at_us) const;

  // The readers' fold: does this entry have effect?
  bool Counts(const Header& header, const Placement& place) const;

  // May `device` pull `feed` now?
  bool MayPull(const SigningKey& device, const Feed& feed, uint64_t now_us) const;

  // Published keys of an audience that count, oldest first; the last is the one to seal to.
  std::vector<EpochKey> Epochs(Audience audience) const;
  std::optional<EpochKey> NewestEpoch(Audience audience) const;

  // Devices with a role in force at `at_us` for which `wanted` is true, by key.
  std::vector<CertifiedDevice> Devices(uint64_t at_us, bool (*wanted)(Role)) const;
  // Keys of a device, from its certificate or its ENROL; nullopt if the log knows neither.
  std::optional<CertifiedDevice> DeviceOf(const SigningKey& device) const;

  // Key that signs checkpoints of `term`; nullopt if the log does not hold its RESTART.
  std::optional<SigningKey> LogKeyOf(uint64_t term) const;

 private:
  struct Fact {
    RecordId id;
    SigningKey author;
    Placement place;
    Feed feed;
  };
  struct CertificateFact {
    Fact fact;
    recordpb::Certificate certificate;
  };
  struct RevokeFact {
    Fact fact;
    RevokeMode mode;
  };
  struct EnrolFact {
    Fact fact;
    recordpb::Enrol enrol;
  };
  struct InviteFact {
    Fact fact;
    recordpb::Invite invite;
  };
  struct EpochFact {
    Fact fact;
    recordpb::Epoch epoch;
  };
  struct GenesisFact {
    Fact fact;
    recordpb::Genesis genesis;
    SigningKey administrator;
  };

  // GENESIS names it; without GENESIS nobody is.
  bool IsRoot(const SigningKey& key) const;
  bool CertificateCounts(const CertificateFact& fact) const;
  // GENESIS or the root says so of that moment. Nothing that an administrator certifies changes it: only the root and a
  // REVOKE do.
  bool MadeAdministrator(const SigningKey& device, uint64_t at_us) const;
  // The same, and it is not revoked.
  bool IsAdministrator(const SigningKey& device, uint64_t at_us) const;
  const std::set<RecordId>& CountingRevokes() const;
  // The earliest end that counts; while there is none, the earliest pause that has not ended; nullptr if there is none.
  const RevokeFact* RevokeOf(const SigningKey& device, uint64_t at_us) const;
  // The same, with its approval.
  std::optional<Revocation> RevocationOf(const SigningKey& device, uint64_t at_us) const;
  bool CertifiedBetween(const SigningKey& device, uint64_t from_us, uint64_t to_us) const;
  std::optional<uint64_t> ApprovalOf(const RevokeFact& revoke) const;
  // May somebody who stands so append that?
  bool Allowed(const Standing& standing, const Header& header) const;
  bool MayDrain(const Header& header) const;
  bool UsedByAnother(Bytes invitation, const SigningKey& device) const;
  Verdict JudgeEnrol(const Header& header, uint64_t at_us) const;

  OfficeId office_;
  std::optional<GenesisFact> genesis_;
  std::map<SigningKey, std::vector<CertificateFact>> certificates_;  // by device, in (clock_at, id) order
  std::map<SigningKey, std::vector<RevokeFact>> revokes_;            // by device, in (clock_at, id) order
  std::map<SigningKey, std::vector<EnrolFact>> enrols_;              // by device, in (clock_at, id) order
  std::map<InvitationId, InviteFact> invites_;
  std::map<RecordId, std::vector<Fact>> approvals_;  // by what they approve
  std::vector<EpochFact> epochs_;
  std::map<uint64_t, std::pair<Fact, SigningKey>> log_keys_;  // by term, from RESTARTs
  // Made when somebody asks, and anew after a change.
  mutable std::optional<std::set<RecordId>> counting_revokes_;
};

}  // namespace qf::record
