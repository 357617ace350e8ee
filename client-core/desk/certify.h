// What an administrator's desk does with enrolments: checks their MAC, certifies, says whose device it is.
// docs/protocol.md, "Enrolment" and "Keys" (Certificate).
//
// A duty is done after every batch of entries and at unlock, and does nothing the second time. An enrolment that its
// invitation does not vouch for is never certified by itself: it alarms, and a person may certify it by hand.
#pragma once

#include "client-core/desk/roster.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// How long a certificate is good for. Beyond it a device's reports still count, marked as late.
constexpr uint64_t kCertificateUs = 2 * 365 * kMicrosPerDay;

// Certifies every good enrolment, for field devices in the roster with a copy to their inbox, for desks in broadcast;
// files a PERSON for each certified device once there is an office key to seal it to; alarms for suspect ones.
absl::Status TendEnrolments(Session& session, const Roster& roster);

// DeskService/CertifyDevice: an administrator vouches by hand, from now on. NOT_FOUND without an ENROL and an INVITE of
// it; ROLE for roles that only the root certifies.
absl::StatusOr<clientpb::CertifyDeviceResponse> CertifyDevice(Session& session,
                                                              const clientpb::CertifyDeviceRequest& request);

// DeskService/CertifyAdministrator: the root certifies; this administrator's desk carries the record. NOT_FOUND, MAC
// and the like when the enrolment is not good; errors of CertifyByRoot (office/ceremony.h).
absl::StatusOr<clientpb::CertifyAdministratorResponse> CertifyAdministrator(
    Session& session, const clientpb::CertifyAdministratorRequest& request);

}  // namespace qf::client
