#include "common/record/append_table.h"

#include <cstdint>

#include "common/record/authority.h"

namespace qf::record {
namespace {

using recordpb::Kind;

constexpr uint32_t Bit(Appender who) { return 1u << static_cast<int>(who); }
constexpr uint32_t kRoot = Bit(Appender::kRoot);
constexpr uint32_t kServer = Bit(Appender::kServer);
constexpr uint32_t kAnyKey = Bit(Appender::kAnyKey);
constexpr uint32_t kThreadKey = Bit(Appender::kThread);
constexpr uint32_t kProvisional = Bit(Appender::kProvisional);
constexpr uint32_t kAdministrator = Bit(Appender::kAdministrator);
constexpr uint32_t kCustodian = Bit(Appender::kCustodian);
constexpr uint32_t kCaseManager = Bit(Appender::kCaseManager);
constexpr uint32_t kSuperior = Bit(Appender::kSuperior);
constexpr uint32_t kSupervisor = Bit(Appender::kSupervisor);
constexpr uint32_t kField =
    Bit(Appender::kInformant) | kSupervisor | Bit(Appender::kInspector) | Bit(Appender::kContactLeader);
constexpr uint32_t kOfficeDesk = Bit(Appender::kDutyOfficer) | Bit(Appender::kInvestigator) | kCaseManager;
constexpr uint32_t kReaders = kOfficeDesk | kSuperior;
constexpr uint32_t kDesk = kReaders | kAdministrator | kCustodian;

struct Row {
  Kind kind;
  FeedKind feed;
  uint32_t who;
};

// VOID stands apart: anyone who may append at all voids a sequence of an own stream, in any feed.
constexpr Row kTable[] = {
    {recordpb::KIND_GENESIS, FeedKind::kBroadcast, kRoot},
    {recordpb::KIND_CERTIFICATE, FeedKind::kBroadcast, kRoot | kAdministrator},
    {recordpb::KIND_CERTIFICATE, FeedKind::kRoster, kAdministrator},
    {recordpb::KIND_CERTIFICATE, FeedKind::kInbox, kAdministrator},
    {recordpb::KIND_REVOKE, FeedKind::kBroadcast, kRoot | kAdministrator},
    {recordpb::KIND_REVOKE, FeedKind::kRoster, kAdministrator},
    {recordpb::KIND_SERVER_KEYS, FeedKind::kBroadcast, kRoot},
    {recordpb::KIND_OFFICE, FeedKind::kBroadcast, kAdministrator},
    {recordpb::KIND_INVITE, FeedKind::kRoster, kAdministrator},
    {recordpb::KIND_PERSON, FeedKind::kRoster, kAdministrator},
    {recordpb::KIND_ENROL, FeedKind::kRoster, kAnyKey},
    {recordpb::KIND_EPOCH, FeedKind::kBroadcast, kCaseManager | kSuperior},
    {recordpb::KIND_GRANT, FeedKind::kInbox, kCaseManager | kSuperior},
    {recordpb::KIND_RESTART, FeedKind::kBroadcast, kAdministrator},
    {recordpb::KIND_REFILLED, FeedKind::kBroadcast, kAdministrator},
    {recordpb::KIND_LETTER, FeedKind::kLetters, kAnyKey},
    {recordpb::KIND_REPLY, FeedKind::kReplies, kReaders},
    {recordpb::KIND_CLOCK, FeedKind::kOffice, kReaders},
    {recordpb::KIND_ATTEST, FeedKind::kBroadcast, kDesk},
    {recordpb::KIND_ATTEST, FeedKind::kOffice, kSupervisor},
    {recordpb::KIND_EXPUNGE, FeedKind::kOffice, kDesk},
    {recordpb::KIND_APPROVE, FeedKind::kOffice, kDesk},
    {recordpb::KIND_APPROVE, FeedKind::kBroadcast, kAdministrator},
    {recordpb::KIND_APPROVE, FeedKind::kRoster, kAdministrator},
    {recordpb::KIND_WITNESSES, FeedKind::kBroadcast, kRoot},
    {recordpb::KIND_ALARM, FeedKind::kOffice, kServer},
    {recordpb::KIND_NOTICE, FeedKind::kInbox, kServer},
    {recordpb::KIND_REPORT, FeedKind::kOffice, kField | kOfficeDesk | kProvisional},
    {recordpb::KIND_REPORT, FeedKind::kThread, kThreadKey},
    {recordpb::KIND_MESSAGE, FeedKind::kOffice, kField | kProvisional},
    {recordpb::KIND_MESSAGE, FeedKind::kInbox, kReaders},
    {recordpb::KIND_MESSAGE, FeedKind::kThread, kThreadKey | kReaders},
    {recordpb::KIND_CASE_ACTION, FeedKind::kOffice, kReaders},
};

bool IsKnown(Kind kind) {
  for (const Row& row : kTable) {
    if (row.kind == kind) return true;
  }
  return false;
}

// Certificates: the root makes administrators, custodians and the superior body; administrators everyone else.
// Field devices are named in the roster and their own inbox only, so that phones never learn who else reports.
bool CertificateFits(Appender who, const Header& header) {
  const auto& certificate = header.clear.certificate();
  const Role role = certificate.role();
  const bool by_root =
      role == recordpb::ROLE_ADMINISTRATOR || role == recordpb::ROLE_CUSTODIAN || role == recordpb::ROLE_SUPERIOR;
  if (!by_root && !IsFieldRole(role) && !IsDeskRole(role)) return false;
  if ((who == Appender::kRoot) != by_root) return false;
  switch (header.feed.kind) {
    case FeedKind::kBroadcast:
      return !IsFieldRole(role);
    case FeedKind::kRoster:
      return IsFieldRole(role);
    case FeedKind::kInbox:
      return IsFieldRole(role) && certificate.device().signing_key() == header.feed.key.bytes();
    default:
      return false;
  }
}

}  // namespace

Appender AppenderOf(recordpb::Role role) {
  switch (role) {
    case recordpb::ROLE_INFORMANT:
      return Appender::kInformant;
    case recordpb::ROLE_SUPERVISOR:
      return Appender::kSupervisor;
    case recordpb::ROLE_INSPECTOR:
      return Appender::kInspector;
    case recordpb::ROLE_CONTACT_LEADER:
      return Appender::kContactLeader;
    case recordpb::ROLE_DUTY_OFFICER:
      return Appender::kDutyOfficer;
    case recordpb::ROLE_INVESTIGATOR:
      return Appender::kInvestigator;
    case recordpb::ROLE_CASE_MANAGER:
      return Appender::kCaseManager;
    case recordpb::ROLE_SUPERIOR:
      return Appender::kSuperior;
    case recordpb::ROLE_ADMINISTRATOR:
      return Appender::kAdministrator;
    case recordpb::ROLE_CUSTODIAN:
      return Appender::kCustodian;
    default:
      return Appender::kNone;
  }
}

bool MayAppend(Appender who, const Header& header) {
  if (header.kind == recordpb::KIND_VOID) return who != Appender::kNone && who != Appender::kAnyKey;
  // Content of a newer program: kept and forwarded, as a report would be.
  if (!IsKnown(header.kind)) {
    return header.kind >= 100 && header.feed.kind == FeedKind::kOffice &&
           (Bit(who) & (kField | kReaders | kProvisional)) != 0;
  }
  for (const Row& row : kTable) {
    if (row.kind != header.kind || row.feed != header.feed.kind) continue;
    if ((row.who & kAnyKey) != 0) return true;
    if ((row.who & Bit(who)) == 0) return false;
    return header.kind != recordpb::KIND_CERTIFICATE || CertificateFits(who, header);
  }
  return false;
}

}  // namespace qf::record
