#include "client-core/desk/revoke.h"

#include "client-core/desk/content.h"
#include "client-core/desk/mirror.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {

absl::StatusOr<clientpb::RevokeDeviceResponse> RevokeDevice(Session& session,
                                                            const clientpb::RevokeDeviceRequest& request) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  QF_TRY_ASSIGN(const SigningKey key, SigningKey::From(request.device_key()));
  const auto device = session.authority().DeviceOf(key);
  if (!device.has_value()) return Error(Reason::REASON_NOT_FOUND, "the log knows no device with that key");
  const auto standing = session.authority().StandingOf(key, session.LogNowUs());
  const bool ended = standing.revoked.has_value() && standing.revoked->mode != recordpb::REVOKE_MODE_LOCK;
  if (key == session.device() || ended) {
    return Error(Reason::REASON_STATE,
                 ended ? "this device was revoked already" : "another administrator revokes this device");
  }
  NewItem item;
  // Phones never learn who else reports: their revocation is for administrators and for themselves, in Welcome.
  item.feed = record::IsDeskRole(device->role) ? record::Feed::Broadcast() : record::Feed::Roster();
  item.kind = recordpb::KIND_REVOKE;
  item.clear.mutable_revoke()->set_device(key.str());
  item.clear.mutable_revoke()->set_mode(
      request.mode() == recordpb::REVOKE_MODE_UNSPECIFIED ? recordpb::REVOKE_MODE_DRAIN : request.mode());
  QF_TRY_ASSIGN(const Item filed, session.File(item));
  clientpb::RevokeDeviceResponse response;
  response.set_item_id(filed.item.str());
  return response;
}

absl::StatusOr<clientpb::ApproveRevocationResponse> ApproveRevocation(
    Session& session, const clientpb::ApproveRevocationRequest& request) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  QF_TRY_ASSIGN(const RecordId id, RecordId::From(request.revoke_id()));
  QF_TRY_ASSIGN(const auto revoke, session.database().Read([&](sql::ReadTxn& tx) { return FindEntry(tx, id); }));
  if (!revoke.has_value() || revoke->entry.record.header.kind != recordpb::KIND_REVOKE ||
      revoke->entry.place.verdict != 0) {
    return Error(Reason::REASON_NOT_FOUND, "the log holds no such revocation");
  }
  const record::Header& header = revoke->entry.record.header;
  if (header.clear.revoke().mode() != recordpb::REVOKE_MODE_ERASE) {
    return Error(Reason::REASON_STATE, "only an erasure needs a second administrator");
  }
  if (header.author == session.device()) {
    return Error(Reason::REASON_STATE, "the second administrator is another person");
  }
  NewItem item;
  item.feed = header.feed;
  item.kind = recordpb::KIND_APPROVE;
  item.reference = id;
  item.item = DutyItemId(session.device(), "approve", id.bytes());
  QF_TRY(FileOnce(session, {item}).status());
  return clientpb::ApproveRevocationResponse();
}

}  // namespace qf::client
