#include "client-core/desk/certify.h"

#include <algorithm>

#include "client-core/desk/names.h"
#include "client-core/office/ceremony.h"
#include "client-core/session/evidence.h"
#include "client-core/store/offer.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

recordpb::Certificate CertificateOf(const StoredEntry& enrol, record::Role role, uint64_t from_us) {
  recordpb::Certificate certificate;
  *certificate.mutable_device() = enrol.entry.record.header.clear.enrol().device();
  certificate.set_role(role);
  certificate.set_from_us(from_us);
  certificate.set_to_us(from_us + kCertificateUs);
  return certificate;
}

NewItem CertificateItem(record::Feed feed, const recordpb::Certificate& certificate, const ItemId& item) {
  NewItem out;
  out.feed = feed;
  out.kind = recordpb::KIND_CERTIFICATE;
  *out.clear.mutable_certificate() = certificate;
  out.item = item;
  return out;
}

// The records that certify: phones never learn who else reports, so theirs are not in broadcast.
std::vector<NewItem> CertificateItems(const SigningKey& device, const recordpb::Certificate& certificate,
                                      const ItemId& first, const ItemId& copy) {
  if (!record::IsFieldRole(certificate.role())) return {CertificateItem(record::Feed::Broadcast(), certificate, first)};
  return {CertificateItem(record::Feed::Roster(), certificate, first),
          CertificateItem(record::Feed::Inbox(device), certificate, copy)};
}

absl::Status Certify(Session& session, const StoredEntry& enrol, record::Role role) {
  const record::Header& header = enrol.entry.record.header;
  const Bytes about = enrol.entry.record.id.bytes();
  // `from` is the moment of ENROL, so that the certificate covers what the device filed as a provisional one.
  return FileOnce(session, CertificateItems(header.author, CertificateOf(enrol, role, enrol.entry.place.clock_at_us),
                                            DutyItemId(session.device(), "certificate", about),
                                            DutyItemId(session.device(), "certificate-copy", about)))
      .status();
}

absl::Status AlarmSuspect(Session& session, const StoredEntry& enrol, Reason reason) {
  return KeepEvidenceOnce(session,
                          {reason, "a device enrolled in a way that its invitation does not vouch for",
                           enrol.entry.record.ToSignedHeader().SerializeAsString(), session.world().clock.NowUs()});
}

// Names are sealed to the office's key, so the duty waits until there is one.
absl::Status FilePerson(Session& session, const SigningKey& device, contentpb::Person person) {
  if (person.name().empty() && person.unit().empty() && person.township().empty()) return absl::OkStatus();
  person.set_device(device.str());
  contentpb::Content content;
  *content.mutable_person() = std::move(person);
  NewItem item;
  item.feed = record::Feed::Roster();
  item.kind = recordpb::KIND_PERSON;
  item.content = content.SerializeAsString();
  item.audience = recordpb::AUDIENCE_OFFICE;
  item.readers = AdministratorKeys(session, limits::kRecipients - 1);
  item.item = DutyItemId(session.device(), "person", device.bytes());
  return FileOnce(session, {item}).status();
}

// Devices that are certified and whose name the office's desks cannot read yet.
absl::Status TendPersons(Session& session, const Roster& roster) {
  if (!session.authority().NewestEpoch(recordpb::AUDIENCE_OFFICE).has_value()) return absl::OkStatus();
  QF_TRY_ASSIGN(const auto known, session.database().Read([](sql::ReadTxn& tx) { return ListNames(tx); }));
  for (const auto& [device, name] : known) {
    if (!name.for_office) QF_TRY(FilePerson(session, device, name.person));
  }
  for (const StoredEntry& enrol : roster.enrols) {
    const SigningKey& device = enrol.entry.record.header.author;
    if (known.count(device) > 0 || roster.certified.count(device) == 0) continue;
    const auto person = InvitedPerson(session, roster, enrol);
    if (person.has_value()) QF_TRY(FilePerson(session, device, *person));
  }
  return absl::OkStatus();
}

// The enrolment of a device and what it is worth; NOT_FOUND without one.
struct Found {
  StoredEntry enrol;
  Enrolment judged;
};
absl::StatusOr<Found> FindEnrolment(Session& session, Bytes device_key) {
  QF_TRY_ASSIGN(const SigningKey device, SigningKey::From(device_key));
  QF_TRY_ASSIGN(const Roster roster, ReadRoster(session));
  for (const StoredEntry& enrol : roster.enrols) {
    if (enrol.entry.record.header.author != device) continue;
    return Found{enrol, JudgeEnrolment(session, roster, enrol)};
  }
  return Error(Reason::REASON_NOT_FOUND, "no device with that key has enrolled");
}

}  // namespace

absl::Status TendEnrolments(Session& session, const Roster& roster) {
  for (const StoredEntry& enrol : roster.enrols) {
    const Enrolment judged = JudgeEnrolment(session, roster, enrol);
    if (judged.state == Enrolment::State::kGood) QF_TRY(Certify(session, enrol, judged.role));
    if (judged.state == Enrolment::State::kSuspect) QF_TRY(AlarmSuspect(session, enrol, judged.reason));
  }
  return TendPersons(session, roster);
}

absl::StatusOr<clientpb::CertifyDeviceResponse> CertifyDevice(Session& session,
                                                              const clientpb::CertifyDeviceRequest& request) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  QF_TRY_ASSIGN(const Found found, FindEnrolment(session, request.device_key()));
  if (found.judged.role == recordpb::ROLE_UNSPECIFIED) {
    return Error(Reason::REASON_NOT_FOUND, "the invitation of this device is not in the log, so its role is not known");
  }
  if (IsRootRole(found.judged.role)) {
    return Error(Reason::REASON_ROLE, "only the office's root certifies this role: bring two shares together");
  }
  if (found.judged.state == Enrolment::State::kRevoked &&
      session.authority().StandingOf(found.enrol.entry.record.header.author, session.LogNowUs()).revoked->mode !=
          recordpb::REVOKE_MODE_LOCK) {
    return Error(Reason::REASON_REVOKED, "this device was revoked for good; invite it anew");
  }
  Entropy& entropy = session.world().entropy;
  // The first one covers what the device filed since it enrolled; a later one is for what comes.
  const bool later =
      found.judged.state == Enrolment::State::kCertified || found.judged.state == Enrolment::State::kRevoked;
  const uint64_t from_us = later ? session.LogNowUs() : found.enrol.entry.place.clock_at_us;
  QF_TRY(FileOnce(session, CertificateItems(found.enrol.entry.record.header.author,
                                            CertificateOf(found.enrol, found.judged.role, from_us),
                                            entropy.Random<ItemId>(), entropy.Random<ItemId>()))
             .status());
  return clientpb::CertifyDeviceResponse();
}

absl::StatusOr<clientpb::CertifyAdministratorResponse> CertifyAdministrator(
    Session& session, const clientpb::CertifyAdministratorRequest& request) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  QF_TRY_ASSIGN(const Found found, FindEnrolment(session, request.device_key()));
  if (found.judged.state == Enrolment::State::kCertified) {
    return Error(Reason::REASON_STATE, "this device has its certificate already");
  }
  if (found.judged.state == Enrolment::State::kSuspect) {
    return Error(found.judged.reason, "the invitation does not vouch for this device; invite it anew");
  }
  if (found.judged.state != Enrolment::State::kRootOnly && found.judged.state != Enrolment::State::kGood) {
    return Error(Reason::REASON_STATE, "this device cannot be certified as it stands");
  }
  const std::vector<std::string> shares(request.recovery_shares().begin(), request.recovery_shares().end());
  QF_TRY_ASSIGN(const record::Record certificate,
                CertifyByRoot(session.world().entropy, session.office().office, shares,
                              CertificateOf(found.enrol, found.judged.role, found.enrol.entry.place.clock_at_us)));
  // Not this device's record: it is carried as one that the log lacks.
  QF_TRY(
      session.database().Write([&](sql::WriteTxn& tx) { return PutOffer(tx, certificate, "", session.LogNowUs()); }));
  session.OutboxChanged();
  clientpb::CertifyAdministratorResponse response;
  response.set_certificate_id(certificate.id.str());
  return response;
}

}  // namespace qf::client
