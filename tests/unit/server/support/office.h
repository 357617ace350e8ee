// A real server of a real office, on a simulated disk and in one thread, for tests of the server: it was initialised,
// took the bundle of a ceremony, and is called through its guard and method table as a carrier calls it.
//
//   Office office;
//   Member manager = office.Certify(office.admin, recordpb::ROLE_CASE_MANAGER) …
//   auto answer = office.Push(phone, {record});
//   EXPECT_EQ(answer->acknowledgements(0).fate(), serverpb::FATE_STORED);
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/log/checkpoint.h"
#include "common/record/record.h"
#include "qingfeng/server/v1/blob.pb.h"
#include "qingfeng/server/v1/enrolment.pb.h"
#include "qingfeng/server/v1/log.pb.h"
#include "qingfeng/server/v1/sync.pb.h"
#include "server/server.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/caller.h"
#include "tests/support/manual_world.h"

namespace qf::server {

// Somebody with keys: a device, desk, the root, a stranger.
struct Member {
  record::Signer signer;
  SealingKey sealing;
  Incarnation incarnation;
  std::map<std::string, uint64_t> sequences;  // last one placed, by feed

  const SigningKey& key() const { return signer.public_key(); }
  recordpb::DeviceKeys keys() const;
};

// What a record is beside author, place and sequence.
struct What {
  record::Feed feed = record::Feed::Office();
  recordpb::Kind kind = recordpb::KIND_REPORT;
  recordpb::ClearPart clear;
  std::string body;
  std::vector<record::BlobRef> blobs;
  RecordId reference;
};

// What an Exchange says beside its push.
struct Ask {
  std::map<std::string, uint64_t> cursors;
  std::vector<RecordId> bodies_wanted;
  uint64_t wait_ms = 0;
  std::optional<uint64_t> term;  // default: the server's
  std::string checkpoint;
  uint64_t page_bytes_max = 0;
};

class Office {
 public:
  static constexpr char kDir[] = "srv";

  explicit Office(uint64_t seed = 1);

  // Opens the server on what the disk holds; the one before is closed. Its status, for servers that must not open.
  absl::Status Start();
  // Closes it in an orderly way.
  void Stop() { server_.reset(); }
  // The machine loses its power, and starts again.
  void CutAndStart();

  Server& server() { return *server_; }
  LogBook& book() { return server_->book(); }
  Server::Options options();

  // --- people
  Member NewMember();
  // A certificate by administrator or root, pushed by the administrator; the member's keys are known from then on.
  void Certify(Member& by, const Member& whom, recordpb::Role role, uint64_t from_us = 0, uint64_t to_us = INT64_MAX);
  // A new device with a certificate.
  Member NewDevice(recordpb::Role role);
  // A provisional device: invited and enrolled, not certified.
  Member NewProvisional();
  record::Record Invite(std::string token, recordpb::Role role, uint64_t expires_us, InvitationId* id);
  record::Record Enrol(Member& who, const InvitationId& id, std::string token);
  record::Record Revoke(const Member& whom, recordpb::RevokeMode mode);

  // --- records
  // The next record of `author` in that feed.
  record::Record Make(Member& author, What what);
  record::Record Report(Member& author, std::string body = "sealed");
  static serverpb::Offer OfferOf(const record::Record& record);

  // --- calls
  template <class Response, class Request>
  absl::StatusOr<Response> Call(const Member* caller, const std::string& method, const Request& request) {
    auto outlet = Start(caller, method, request);
    world.loop.Run();
    return ResultOf<Response>(*outlet);
  }
  template <class Request>
  std::shared_ptr<KeepingOutlet> Start(const Member* caller, const std::string& method, const Request& request) {
    auto outlet = std::make_shared<KeepingOutlet>(SIZE_MAX);
    server_->Call(InfoOf(caller, method), request.SerializeAsString(), outlet);
    return outlet;
  }
  rpc::CallInfo InfoOf(const Member* caller, const std::string& method);

  serverpb::ExchangeRequest Hello(const Member& caller, const Ask& ask = {});
  absl::StatusOr<serverpb::ExchangeResponse> Exchange(const Member& caller, const serverpb::ExchangeRequest& request);
  absl::StatusOr<serverpb::ExchangeResponse> Push(const Member& caller, const std::vector<record::Record>& records,
                                                  const Ask& ask = {});
  // Pushes and expects every record to be kept.
  void Store(const Member& caller, const std::vector<record::Record>& records);
  // The fate and reason of one record.
  serverpb::Acknowledgement PushOne(const Member& caller, const record::Record& record);

  // --- proofs, by the verifying reader alone
  // The checkpoint of an answer's proofs, signed by this term's key.
  log::Checkpoint CheckpointOf(const std::string& note);
  // True if the answer proves that `record` stands at the placement that it names.
  bool Proves(const serverpb::ExchangeResponse& answer, const recordpb::Placement& placement,
              const recordpb::Path& path, const record::Record& record);
  // The receipt of a pushed record as the prior of a later offer.
  static serverpb::Prior PriorOf(const serverpb::Acknowledgement& acknowledgement);

  // --- restart
  absl::StatusOr<record::Record> SignRestart(Member& administrator);

  sim::SimDisk& disk() { return *disk_; }
  const OfficeId& id() const { return office_; }
  const record::Record& genesis() const { return genesis_; }

  ManualClock disk_clock;
  SeededEntropy disk_entropy;

 private:
  std::unique_ptr<sim::SimDisk> disk_;

 public:
  ManualWorld world;
  Secret store_key;
  IntakeLimits limits;  // from the next Start on
  Member root;
  Member admin;

 private:
  void Found();

  OfficeId office_;
  record::Record genesis_;
  std::unique_ptr<Server> server_;
};

}  // namespace qf::server
