#include "client-core/api/ceremony_methods.h"

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "client-core/office/ceremony.h"
#include "client-core/office/invitation.h"
#include "client-core/session/office_constants.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {
namespace {

constexpr char kDefaultTimeZone[] = "Asia/Shanghai";

recordpb::DeviceKeys PublicHalves(const DeviceKeys& keys) {
  recordpb::DeviceKeys out;
  out.set_signing_key(keys.signer.public_key().str());
  out.set_sealing_key(keys.sealing.public_key().str());
  return out;
}

absl::Status FileOffice(Session& session, const std::string& time_zone) {
  recordpb::Office office;
  office.set_time_zone(time_zone);
  return FileOfficeConstants(session, std::move(office)).status();
}

// Sealed to the administrator alone: there is no office key yet. A duty of the desk seals it to that key once it comes.
absl::Status FilePerson(Session& session, const std::string& name) {
  if (name.empty()) return absl::OkStatus();
  contentpb::Content content;
  content.mutable_person()->set_device(session.device().str());
  content.mutable_person()->set_name(name);
  NewItem item;
  item.feed = record::Feed::Roster();
  item.kind = recordpb::KIND_PERSON;
  item.content = content.SerializeAsString();
  item.readers = {session.sealing_keys().public_key()};
  return session.File(item).status();
}

// The first things in the store of a first administrator.
absl::Status Fill(Session& session, const record::Record& genesis, const std::string& time_zone,
                  const std::string& name) {
  const std::string signed_header = genesis.ToSignedHeader().SerializeAsString();
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(PutSetting(tx, Setting::kGenesis, signed_header));
    QF_TRY(PutNumber(tx, Setting::kTerm, record::kFirstTerm));
    return PutNumber(tx, Setting::kHighestTerm, record::kFirstTerm);
  }));
  QF_TRY(session.RememberCeremonies());
  QF_TRY(session.BecomeDeskIfCertified().status());
  QF_TRY(FileOffice(session, time_zone));
  return FilePerson(session, name);
}

absl::StatusOr<std::string> TimeZoneOf(const clientpb::CreateOfficeRequest& request) {
  const std::string name = request.time_zone().empty() ? kDefaultTimeZone : request.time_zone();
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone))
    return Error(Reason::REASON_CONFIG, "this machine knows no time zone of that name");
  return name;
}

// The ceremony itself: `store` is what becomes of it here, the result what its owner is given.
absl::StatusOr<clientpb::CreateOfficeResponse> Found(Entropy& entropy, const clientpb::CreateOfficeRequest& request,
                                                     NewStore* store) {
  QF_TRY(CheckAddress(request.address()));
  QF_TRY_ASSIGN(const std::string time_zone, TimeZoneOf(request));
  QF_TRY_ASSIGN(const serverpb::ServerRequest server, ReadServerRequest(request.server_request()));
  QF_TRY_ASSIGN(NewOffice office, FoundOffice(entropy, server, PublicHalves(store->keys)));
  store->pin = request.pin();
  store->office = {office.office, office.root, request.address(), {office.tls_authority}};
  store->fill = [genesis = office.genesis, time_zone, name = request.administrator_name()](Session& session) {
    return Fill(session, genesis, time_zone, name);
  };
  clientpb::CreateOfficeResponse response;
  response.set_server_bundle(office.bundle.SerializeAsString());
  for (const Secret& share : office.recovery_shares) response.add_recovery_shares(std::string(share.bytes()));
  return response;
}

void CreateOffice(SessionSlot& slot, const clientpb::CreateOfficeRequest& request,
                  rpc::Reply<clientpb::CreateOfficeResponse> reply) {
  Entropy& entropy = slot.world().entropy;
  NewStore store{"", {record::Signer::Generate(entropy), sealing::SealingKeyPair::Generate(entropy)}, {}, nullptr};
  auto response = Found(entropy, request, &store);
  if (!response.ok()) return reply.Fail(response.status());
  slot.MakeStore(std::move(store), [&slot, response = *std::move(response), reply = PendingAnswer(std::move(reply))](
                                       absl::StatusOr<std::string> protection) mutable {
    auto answer = reply.Take();
    if (!protection.ok()) return answer.Fail(protection.status());
    *response.mutable_session() = slot.Describe();
    answer.Finish(response);
  });
}

}  // namespace

void AddCeremonyMethods(rpc::MethodTable& table, SessionSlot& slot) {
  AddLoopMethod<clientpb::CreateOfficeRequest, clientpb::CreateOfficeResponse>(
      table, slot, "qingfeng.client.v1.VaultService/CreateOffice",
      [&slot](const clientpb::CreateOfficeRequest& request, rpc::Reply<clientpb::CreateOfficeResponse> reply) {
        CreateOffice(slot, request, std::move(reply));
      });
}

}  // namespace qf::client
