#include "tests/unit/server/support/office.h"

#include "common/base/sha256.h"
#include "common/log/checkpoint.h"
#include "common/log/leaf.h"
#include "common/log/verify.h"
#include "common/record/ceremony.h"
#include "common/rpc/call_token.h"
#include "server/setup/setup.h"
#include "tests/support/status_matchers.h"

namespace qf::server {

recordpb::DeviceKeys Member::keys() const {
  recordpb::DeviceKeys keys;
  keys.set_signing_key(key().str());
  keys.set_sealing_key(sealing.str());
  return keys;
}

Office::Office(uint64_t seed)
    : disk_entropy(seed),
      disk_(std::make_unique<sim::SimDisk>(seed, disk_clock, disk_entropy)),
      world(*disk_, seed + 1),
      store_key(world.entropy.RandomSecret(32)),
      root(NewMember()),
      admin(NewMember()) {
  Found();
  QF_CHECK(Start().ok());
}

void Office::Found() {
  const auto request = InitServer(*disk_, world.clock, world.entropy, kDir, store_key);
  QF_CHECK(request.ok());
  office_ = record::OfficeIdOf(root.key());
  What what{record::Feed::Broadcast(), recordpb::KIND_GENESIS};
  auto& clear = *what.clear.mutable_genesis();
  clear.set_recovery_key(world.entropy.Random<SealingKey>().str());
  *clear.mutable_administrator() = admin.keys();
  clear.set_log_key(request->log_key());
  clear.set_tls_authority(request->tls_authority());
  genesis_ = Make(root, std::move(what));
  root.incarnation = world.entropy.Random<Incarnation>();  // a new one for each ceremony
  root.sequences.clear();
  serverpb::ServerBundle bundle;
  *bundle.mutable_genesis() = genesis_.ToProto();
  QF_CHECK(InstallOffice(*disk_, world.clock, kDir, store_key, bundle, LogKeyMismatch::kRefuse).ok());
}

Server::Options Office::options() {
  Server::Options options;
  options.dir = kDir;
  options.store_key = store_key.Copy();
  options.writer = Server::Writer::kOnLoop;
  options.cache_bytes = 1 << 20;
  options.anyone_burst = 0;
  options.intake = limits;
  return options;
}

absl::Status Office::Start() {
  server_.reset();
  world.loop.Run();
  QF_TRY_ASSIGN(server_, Server::Open(world.world, options()));
  return absl::OkStatus();
}

void Office::CutAndStart() {
  disk_->Cut();
  server_.reset();
  world.loop.Run();
  disk_->PowerOn();
  QF_CHECK(Start().ok());
}

Member Office::NewMember() {
  return {record::Signer::Generate(world.entropy),
          world.entropy.Random<SealingKey>(),
          world.entropy.Random<Incarnation>(),
          {}};
}

record::Record Office::Make(Member& author, What what) {
  record::Header header;
  header.office = office_;
  header.feed = what.feed;
  header.incarnation = author.incarnation;
  header.sequence = ++author.sequences[what.feed.name()];
  header.kind = what.kind;
  header.item = world.entropy.Random<ItemId>();
  header.reference = what.reference;
  header.blobs = std::move(what.blobs);
  header.clear = std::move(what.clear);
  return record::MakeRecord(std::move(header), std::move(what.body), author.signer);
}

record::Record Office::Report(Member& author, std::string body) {
  return Make(author, {record::Feed::Office(), recordpb::KIND_REPORT, {}, std::move(body)});
}

serverpb::Offer Office::OfferOf(const record::Record& record) {
  serverpb::Offer offer;
  *offer.mutable_record() = record.ToProto();
  return offer;
}

void Office::Certify(Member& by, const Member& whom, recordpb::Role role, uint64_t from_us, uint64_t to_us) {
  What what;
  what.feed = record::IsFieldRole(role) ? record::Feed::Roster() : record::Feed::Broadcast();
  what.kind = recordpb::KIND_CERTIFICATE;
  auto& certificate = *what.clear.mutable_certificate();
  *certificate.mutable_device() = whom.keys();
  certificate.set_role(role);
  certificate.set_from_us(from_us);
  certificate.set_to_us(to_us);
  Store(admin, {Make(by, std::move(what))});
}

Member Office::NewDevice(recordpb::Role role) {
  Member device = NewMember();
  const bool by_root =
      role == recordpb::ROLE_ADMINISTRATOR || role == recordpb::ROLE_CUSTODIAN || role == recordpb::ROLE_SUPERIOR;
  Certify(by_root ? root : admin, device, role);
  return device;
}

record::Record Office::Invite(std::string token, recordpb::Role role, uint64_t expires_us, InvitationId* id) {
  *id = world.entropy.Random<InvitationId>();
  What what{record::Feed::Roster(), recordpb::KIND_INVITE};
  auto& invite = *what.clear.mutable_invite();
  invite.set_invitation_id(id->str());
  invite.set_token_sha256(Sha256(token).str());
  invite.set_role(role);
  invite.set_expires_us(expires_us);
  return Make(admin, std::move(what));
}

record::Record Office::Enrol(Member& who, const InvitationId& id, std::string token) {
  What what{record::Feed::Roster(), recordpb::KIND_ENROL};
  auto& enrol = *what.clear.mutable_enrol();
  *enrol.mutable_device() = who.keys();
  enrol.set_invitation_id(id.str());
  enrol.set_token(std::move(token));
  enrol.set_mac(std::string(32, 'm'));
  return Make(who, std::move(what));
}

Member Office::NewProvisional() {
  Member device = NewMember();
  InvitationId id;
  Store(admin, {Invite("token", recordpb::ROLE_INFORMANT, INT64_MAX, &id)});
  Store(device, {Enrol(device, id, "token")});
  return device;
}

record::Record Office::Revoke(const Member& whom, recordpb::RevokeMode mode) {
  What what{record::Feed::Broadcast(), recordpb::KIND_REVOKE};
  what.clear.mutable_revoke()->set_device(whom.key().str());
  what.clear.mutable_revoke()->set_mode(mode);
  return Make(admin, std::move(what));
}

rpc::CallInfo Office::InfoOf(const Member* caller, const std::string& method) {
  rpc::CallInfo info;
  info.method = method;
  info.peer = "192.0.2.1";
  if (caller != nullptr) {
    info.call_token = rpc::MakeCallToken(caller->signer, office_, method, world.clock.NowUs(), world.entropy);
  }
  return info;
}

serverpb::ExchangeRequest Office::Hello(const Member& caller, const Ask& ask) {
  serverpb::ExchangeRequest request;
  auto& hello = *request.mutable_hello();
  hello.set_protocol_revision(1);
  hello.set_incarnation(caller.incarnation.str());
  hello.set_term(ask.term.value_or(book().View().term));
  hello.set_checkpoint(ask.checkpoint);
  hello.set_wait_ms(ask.wait_ms);
  hello.set_page_bytes_max(ask.page_bytes_max);
  for (const auto& [feed, position] : ask.cursors) {
    auto* cursor = hello.add_cursors();
    cursor->set_feed(feed);
    cursor->set_position(position);
  }
  for (const RecordId& id : ask.bodies_wanted) hello.add_bodies_wanted(id.str());
  return request;
}

absl::StatusOr<serverpb::ExchangeResponse> Office::Exchange(const Member& caller,
                                                            const serverpb::ExchangeRequest& request) {
  return Call<serverpb::ExchangeResponse>(&caller, "qingfeng.server.v1.SyncService/Exchange", request);
}

absl::StatusOr<serverpb::ExchangeResponse> Office::Push(const Member& caller,
                                                        const std::vector<record::Record>& records, const Ask& ask) {
  serverpb::ExchangeRequest request = Hello(caller, ask);
  for (const record::Record& record : records) *request.add_push() = OfferOf(record);
  return Exchange(caller, request);
}

void Office::Store(const Member& caller, const std::vector<record::Record>& records) {
  const auto answer = Push(caller, records);
  ASSERT_OK(answer);
  for (const auto& acknowledgement : answer->acknowledgements()) {
    ASSERT_EQ(acknowledgement.fate(), serverpb::FATE_STORED) << acknowledgement.ShortDebugString();
  }
}

serverpb::Acknowledgement Office::PushOne(const Member& caller, const record::Record& record) {
  const auto answer = Push(caller, {record});
  EXPECT_OK(answer);
  return answer.ok() ? answer->acknowledgements(0) : serverpb::Acknowledgement();
}

log::Checkpoint Office::CheckpointOf(const std::string& note) {
  const auto key = book().LogKeyOf(book().View().term);
  const auto checkpoint = log::ParseCheckpoint(note, office_, *key);
  EXPECT_OK(checkpoint);
  return checkpoint.ok() ? *checkpoint : log::Checkpoint();
}

bool Office::Proves(const serverpb::ExchangeResponse& answer, const recordpb::Placement& placement,
                    const recordpb::Path& path, const record::Record& record) {
  const log::Checkpoint checkpoint = CheckpointOf(answer.proofs().checkpoint());
  const auto leaf = log::LeafFrom(placement, record.id, Sha256(record.signature));
  const auto hashes = log::PathFromTable(answer.proofs().nodes(), path.nodes());
  return leaf.ok() && hashes.ok() &&
         log::VerifyInclusion(log::LeafHash(log::LeafData(*leaf)), placement.position(), checkpoint.size, *hashes,
                              checkpoint.root)
             .ok();
}

serverpb::Prior Office::PriorOf(const serverpb::Acknowledgement& acknowledgement) {
  serverpb::Prior prior;
  *prior.mutable_placement() = acknowledgement.placement();
  *prior.mutable_path() = acknowledgement.path();
  return prior;
}

absl::StatusOr<record::Record> Office::SignRestart(Member& administrator) {
  QF_TRY_ASSIGN(const auto next,
                Call<serverpb::GetNextLogKeyResponse>(&administrator, "qingfeng.server.v1.LogService/GetNextLogKey",
                                                      serverpb::GetNextLogKeyRequest()));
  What what{record::Feed::Broadcast(), recordpb::KIND_RESTART};
  auto& restart = *what.clear.mutable_restart();
  restart.set_continues_term(next.term());
  restart.set_term(record::NextTerm(next.highest_term(), static_cast<uint16_t>(world.entropy.Below(1 << 16))));
  restart.set_kept_size(next.size());
  restart.set_kept_root(next.root());
  restart.set_log_key(next.log_key());
  restart.set_cause("a test");
  *restart.add_chain() = genesis_.ToSignedHeader();
  administrator.incarnation = world.entropy.Random<Incarnation>();
  administrator.sequences.clear();
  return Make(administrator, std::move(what));
}

}  // namespace qf::server
