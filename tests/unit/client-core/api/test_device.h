// A client on a simulated disk, with an office that exists only as the records that its devices would have pulled.
#pragma once

#include <memory>
#include <string>

#include "client-core/api/core.h"
#include "client-core/api/methods.h"
#include "client-core/office/invitation.h"
#include "client-core/store/entry.h"
#include "common/record/ceremony.h"
#include "common/tls/certificate.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/caller.h"
#include "tests/support/manual_world.h"
#include "tests/support/status_matchers.h"

namespace qf::client {

inline constexpr char kPin[] = "271828";
inline constexpr char kFolder[] = "device";

// The keys of an office, and the records that make them count.
class TestOffice {
 public:
  explicit TestOffice(uint64_t seed = 99) : entropy_(seed) {}

  const SigningKey& root() const { return root_.public_key(); }
  OfficeId id() const { return record::OfficeIdOf(root()); }
  const sealing::SealingKeyPair& epoch() const { return epoch_; }
  const record::Signer& desk() const { return desk_; }
  const record::Signer& log_key() const { return log_key_; }

  Invitation NewInvitation() {
    Invitation out;
    out.address = "office.example:8443";
    out.tls_authorities = {"authority"};
    out.root = root();
    out.log_key = log_key_.public_key();
    out.log_term = 1;
    out.id = entropy_.Random<InvitationId>();
    out.secret = NewInvitationSecret(entropy_);
    return out;
  }

  // GENESIS, the certificate of a case manager, and a first EPOCH of hers, at positions 0 to 2.
  std::vector<record::Entry> Beginning() {
    recordpb::ClearPart genesis, certificate, epoch;
    genesis.mutable_genesis()->set_recovery_key(sealing::SealingKeyPair::Generate(entropy_).public_key().str());
    genesis.mutable_genesis()->mutable_administrator()->set_signing_key(administrator_.public_key().str());
    genesis.mutable_genesis()->mutable_administrator()->set_sealing_key(entropy_.Random<SealingKey>().str());
    genesis.mutable_genesis()->set_log_key(log_key_.public_key().str());
    genesis.mutable_genesis()->set_tls_authority("authority");
    auto& device = *certificate.mutable_certificate();
    device.mutable_device()->set_signing_key(desk_.public_key().str());
    device.mutable_device()->set_sealing_key(entropy_.Random<SealingKey>().str());
    device.set_role(recordpb::ROLE_CASE_MANAGER);
    device.set_from_us(1);
    device.set_to_us(UINT64_MAX / 2);
    epoch.mutable_epoch()->set_audience(recordpb::AUDIENCE_OFFICE);
    epoch.mutable_epoch()->set_number(1);
    epoch.mutable_epoch()->set_public_key(epoch_.public_key().str());
    return {Placed(root_, recordpb::KIND_GENESIS, record::Feed::Broadcast(), genesis),
            Placed(administrator_, recordpb::KIND_CERTIFICATE, record::Feed::Broadcast(), certificate),
            Placed(desk_, recordpb::KIND_EPOCH, record::Feed::Broadcast(), epoch)};
  }

  // An entry at the next position, by the only record of a stream of its own.
  record::Entry Placed(const record::Signer& author, recordpb::Kind kind, const record::Feed& feed,
                       const recordpb::ClearPart& clear, const ItemId& item = {}, const std::string& body = "") {
    record::Header header;
    header.office = id();
    header.feed = feed;
    header.author = author.public_key();
    header.incarnation = entropy_.Random<Incarnation>();
    header.sequence = 1;
    header.kind = kind;
    header.item = item.empty() ? entropy_.Random<ItemId>() : item;
    header.clear = clear;
    const uint64_t at_us = 1'600'000'000 * kMicrosPerSecond + position_;
    return {{position_++, at_us, at_us, 0}, record::MakeRecord(std::move(header), body, author)};
  }

  SeededEntropy& entropy() { return entropy_; }

 private:
  SeededEntropy entropy_;
  record::Signer root_ = record::Signer::Generate(entropy_);
  record::Signer administrator_ = record::Signer::Generate(entropy_);
  record::Signer log_key_ = record::Signer::Generate(entropy_);
  record::Signer desk_ = record::Signer::Generate(entropy_);
  sealing::SealingKeyPair epoch_ = sealing::SealingKeyPair::Generate(entropy_);
  uint64_t position_ = 0;
};

// A device: its disk and world stay while programs start and end on them.
class TestDevice {
 public:
  explicit TestDevice(uint64_t seed = 1)
      : surroundings_(seed), disk(seed, surroundings_.clock, surroundings_.entropy), world(disk, seed) {
    Start();
  }
  ~TestDevice() { End(); }

  // The program begins, and ends.
  void Start() {
    table = std::make_unique<rpc::MethodTable>();
    core = std::make_unique<Core>(ClientSeams{.world = &world.world, .vault_cost = kTestCost});
    AddVaultMethods(*table, *core);
    AddEventMethods(*table, *core);
    AddFieldMethods(*table, *core);
  }
  void End() {
    core = nullptr;
    world.loop.Run();
    table = nullptr;
  }
  // The power goes and comes back.
  void PowerCycle() {
    if (!disk.stopped()) disk.Cut();
    End();
    disk.PowerOn();
    Start();
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) {
    auto call = StartCall(*table, "qingfeng.client.v1." + method, request);
    world.loop.Run();
    return ResultOf<Response>(*call);
  }
  absl::StatusOr<clientpb::OpenResponse> Open() {
    clientpb::OpenRequest request;
    request.set_folder(kFolder);
    return Call<clientpb::OpenResponse>("VaultService/Open", request);
  }
  absl::StatusOr<clientpb::EnrolResponse> Enrol(const Invitation& invitation) {
    clientpb::EnrolRequest request;
    request.set_invitation(FormatInvitation(invitation));
    request.set_pin(kPin);
    return Call<clientpb::EnrolResponse>("VaultService/Enrol", request);
  }
  absl::StatusOr<clientpb::UnlockResponse> Unlock(const std::string& pin = kPin) {
    clientpb::UnlockRequest request;
    request.set_pin(pin);
    return Call<clientpb::UnlockResponse>("VaultService/Unlock", request);
  }
  Session& session() { return **core->Unlocked(); }

  // As if sync had pulled these.
  absl::Status Read(const std::vector<record::Entry>& entries) {
    QF_TRY(session().database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      for (const record::Entry& entry : entries) QF_TRY(InsertEntry(tx, entry, {}));
      return absl::OkStatus();
    }));
    for (const record::Entry& entry : entries) {
      session().authority().Add(entry.record.header, entry.record.id, entry.place);
      session().SawLogTime(entry.place.clock_at_us);
    }
    return absl::OkStatus();
  }
  // Opened, enrolled, and able to file.
  absl::Status Settle(TestOffice& office) {
    QF_TRY(Open().status());
    QF_TRY(Enrol(office.NewInvitation()).status());
    return Read(office.Beginning());
  }

 private:
  // What SQLite asks of the disk for, apart from the device's own world.
  struct Surroundings {
    explicit Surroundings(uint64_t seed) : entropy(seed + 1000) {}
    ManualClock clock;
    SeededEntropy entropy;
  } surroundings_;

 public:
  sim::SimDisk disk;
  ManualWorld world;
  std::unique_ptr<rpc::MethodTable> table;
  std::unique_ptr<Core> core;
};

}  // namespace qf::client
