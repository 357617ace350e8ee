#include "client-core/desk/content.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// What the content of a kind has to be; OF_KIND_NOT_SET for kinds that this program does not read.
contentpb::Content::OfKindCase ExpectedCase(recordpb::Kind kind) {
  switch (kind) {
    case recordpb::KIND_REPORT:
      return contentpb::Content::kReport;
    case recordpb::KIND_MESSAGE:
      return contentpb::Content::kMessage;
    case recordpb::KIND_CASE_ACTION:
      return contentpb::Content::kCaseAction;
    case recordpb::KIND_PERSON:
      return contentpb::Content::kPerson;
    case recordpb::KIND_INVITE:
      return contentpb::Content::kInvitation;
    case recordpb::KIND_GRANT:
      return contentpb::Content::kGrant;
    case recordpb::KIND_ATTEST:
      return contentpb::Content::kAttest;
    default:
      return contentpb::Content::OF_KIND_NOT_SET;
  }
}

}  // namespace

absl::StatusOr<contentpb::Content> OpenContent(const Session& session, const record::Record& record) {
  if (record.body_missing()) return Error(Reason::REASON_NOT_FOUND, "the content of this record has not arrived yet");
  if (record.body.empty()) return Error(Reason::REASON_MALFORMED, "a record without content has to have some");
  QF_TRY_ASSIGN(const std::string bytes, session.OpenBody(record.header, record.body));
  contentpb::Content content;
  if (!content.ParseFromString(bytes) || content.of_kind_case() != ExpectedCase(record.header.kind)) {
    return Error(Reason::REASON_MALFORMED, "the content of a record is not of its kind");
  }
  return content;
}

std::vector<SealingKey> AdministratorKeys(Session& session, size_t limit) {
  const auto administrators = session.authority().Devices(
      session.LogNowUs(), [](recordpb::Role role) { return role == recordpb::ROLE_ADMINISTRATOR; });
  std::vector<SealingKey> keys;
  for (const auto& device : administrators) keys.push_back(device.sealing_key);
  const auto own = std::find(keys.begin(), keys.end(), session.sealing_keys().public_key());
  if (own != keys.end()) std::rotate(keys.begin(), own, own + 1);
  if (keys.size() > limit) keys.resize(limit);
  return keys;
}

absl::Status RequireRole(const Session& session, recordpb::Role role) {
  const record::Standing standing = session.Standing();
  if (standing.revoked.has_value()) return Error(Reason::REASON_REVOKED, "this device was revoked");
  if (standing.role != role) return Error(Reason::REASON_ROLE, "the role of this device does not allow it");
  return absl::OkStatus();
}

absl::Status RequireReader(const Session& session) {
  const record::Standing standing = session.Standing();
  if (standing.revoked.has_value()) return Error(Reason::REASON_REVOKED, "this device was revoked");
  if (!record::IsReaderRole(standing.role) && !record::IsReaderRole(standing.late_role)) {
    return Error(Reason::REASON_ROLE, "the role of this desk reads no reports");
  }
  return absl::OkStatus();
}

}  // namespace qf::client
