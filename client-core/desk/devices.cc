#include "client-core/desk/devices.h"

#include "client-core/desk/content.h"
#include "client-core/desk/keys.h"
#include "client-core/desk/names.h"
#include "client-core/desk/roster.h"
#include "client-core/office/fingerprint.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Streams run 1, 2, 3 …, so the last sequence of each says how many records there are.
constexpr sql::Statement kRecords("SELECT COALESCE(SUM(sequence), 0) FROM stream_read WHERE author = $1");
constexpr sql::Statement kIncarnations("SELECT COUNT(DISTINCT incarnation) FROM stream_read WHERE author = $1");
constexpr sql::Statement kLastSeen("SELECT clock_at_us FROM desk_author WHERE author = $1");

class Lister {
 public:
  explicit Lister(Session& session) : session_(session), reads_reports_(RequireReader(session).ok()) {}

  absl::StatusOr<clientpb::ListDevicesResponse> List() {
    QF_TRY_ASSIGN(roster_, ReadRoster(session_));
    QF_TRY_ASSIGN(names_, session_.database().Read([](sql::ReadTxn& tx) { return ListNames(tx); }));
    QF_TRY(AddFirstAdministrator());
    std::set<std::string> used;
    for (const StoredEntry& enrol : roster_.enrols) {
      used.insert(enrol.entry.record.header.clear.enrol().invitation_id());
      QF_TRY(AddEnrolled(enrol));
    }
    for (const auto& [id, invite] : roster_.invites) {
      if (used.count(id.str()) == 0) AddInvited(id, invite);
    }
    return std::move(response_);
  }

 private:
  // The one that GENESIS names, without an invitation.
  absl::Status AddFirstAdministrator() {
    for (const auto& device : session_.authority().Devices(
             session_.LogNowUs(), [](record::Role role) { return role == recordpb::ROLE_ADMINISTRATOR; })) {
      if (roster_.certified.count(device.signing_key) > 0) continue;
      auto& info = *response_.add_devices();
      info.set_state(clientpb::DEVICE_STATE_ACTIVE);
      QF_TRY(Describe(device, &info));
    }
    return absl::OkStatus();
  }

  absl::Status AddEnrolled(const StoredEntry& enrol) {
    const record::Header& header = enrol.entry.record.header;
    const auto device = session_.authority().DeviceOf(header.author);
    if (!device.has_value()) return Error(Reason::REASON_INTERNAL, "an enrolment is not in the fold of authority");
    auto& info = *response_.add_devices();
    info.set_invitation_id(header.clear.enrol().invitation_id());
    const Enrolment judged = JudgeEnrolment(session_, roster_, enrol);
    info.set_role(judged.role);
    info.set_state(StateOf(judged, header.author));
    QF_TRY(Describe(*device, &info));
    if (info.has_person()) return absl::OkStatus();
    if (const auto person = InvitedPerson(session_, roster_, enrol); person.has_value())
      *info.mutable_person() = *person;
    return absl::OkStatus();
  }

  clientpb::DeviceState StateOf(const Enrolment& judged, const SigningKey& device) const {
    switch (judged.state) {
      case Enrolment::State::kRevoked:
        return clientpb::DEVICE_STATE_REVOKED;
      case Enrolment::State::kSuspect:
        return clientpb::DEVICE_STATE_SUSPECT;
      case Enrolment::State::kCertified: {
        const auto standing = session_.authority().StandingOf(device, session_.LogNowUs());
        return standing.role != recordpb::ROLE_UNSPECIFIED ? clientpb::DEVICE_STATE_ACTIVE
                                                           : clientpb::DEVICE_STATE_ENDED;
      }
      default:
        return clientpb::DEVICE_STATE_PROVISIONAL;
    }
  }

  // What is the same for every device that has keys.
  absl::Status Describe(const record::CertifiedDevice& device, clientpb::DeviceInfo* info) {
    info->set_device_key(device.signing_key.str());
    info->set_fingerprint(FingerprintOf(session_.office().office, device.signing_key, device.sealing_key));
    if (device.role != recordpb::ROLE_UNSPECIFIED) info->set_role(device.role);
    if (const auto name = names_.find(device.signing_key); name != names_.end())
      *info->mutable_person() = name->second.person;
    info->set_has_keys(record::IsReaderRole(device.role) &&
                       HasAllKeys(session_, roster_, device.signing_key, device.role));
    const auto standing = session_.authority().StandingOf(device.signing_key, session_.LogNowUs());
    if (standing.revoked.has_value()) {
      info->set_revoke_id(standing.revoked->id.str());
      info->set_revoke_mode(standing.revoked->mode);
      info->set_erase_approved(standing.revoked->erases());
    }
    return session_.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
      QF_TRY_ASSIGN(const auto incarnations, tx.QueryValue<uint32_t>(kIncarnations, {device.signing_key}));
      info->set_incarnations(incarnations.value_or(0));
      if (!reads_reports_) return absl::OkStatus();
      QF_TRY_ASSIGN(const auto records, tx.QueryValue<uint64_t>(kRecords, {device.signing_key}));
      info->set_records(records.value_or(0));
      QF_TRY_ASSIGN(const auto last_seen, tx.QueryValue<uint64_t>(kLastSeen, {device.signing_key}));
      info->set_last_seen_us(last_seen.value_or(0));
      return absl::OkStatus();
    });
  }

  void AddInvited(const InvitationId& id, const StoredEntry& invite) {
    auto& info = *response_.add_devices();
    info.set_state(clientpb::DEVICE_STATE_INVITED);
    info.set_invitation_id(id.str());
    info.set_role(invite.entry.record.header.clear.invite().role());
    info.set_expires_us(invite.entry.record.header.clear.invite().expires_us());
    if (const auto secret = OpenInvite(session_, invite); secret.ok()) *info.mutable_person() = secret->person();
  }

  Session& session_;
  const bool reads_reports_;
  Roster roster_;
  std::map<SigningKey, Name> names_;
  clientpb::ListDevicesResponse response_;
};

}  // namespace

absl::StatusOr<clientpb::ListDevicesResponse> ListDevices(Session& session, const clientpb::ListDevicesRequest&) {
  return Lister(session).List();
}

}  // namespace qf::client
