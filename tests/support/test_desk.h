// A device with a real store and session, syncing with a LogBuilder by the client's own code, and a Desk on top.
// Several of them share one world and one log.
//
//   TestDesk admin(world, "admin");            // keys first: the log needs the administrator's
//   LogBuilder log(world.entropy, world.clock, admin.PublicKeys());
//   admin.Open(log);
//   admin.Sync();                               // exchanges until nothing is left, then duties, and again
#pragma once

#include <memory>
#include <string>

#include "client-core/desk/desk.h"
#include "client-core/session/session.h"
#include "client-core/sync/replica.h"
#include "tests/support/log_builder.h"
#include "tests/support/manual_world.h"

namespace qf {

class TestDesk {
 public:
  // A folder of its own under the test's temporary one, gone with the object.
  TestDesk(ManualWorld& world, const std::string& name);
  ~TestDesk();

  recordpb::DeviceKeys PublicKeys() const;
  const SigningKey& key() const { return signer_.public_key(); }
  const record::Signer& signer() const { return signer_; }

  // Makes the store: of the administrator that GENESIS names, or of a device that enrols later.
  void Open(LogBuilder& log);
  void Close();
  // Closes and opens it again, as after a crash.
  void Reopen();
  // Files an ENROL with that invitation.
  void Enrol(const std::string& invitation);
  // Exchanges and lets the desk work until both have nothing to do.
  void Sync();
  // One exchange without the desk's work.
  void ExchangeOnce();
  // What hearing the desks' attests said after the last exchange.
  const absl::Status& heard() const { return heard_; }

  client::Session& session() { return *session_; }
  client::Replica& replica() { return *replica_; }
  client::Desk& desk() { return *desk_; }
  LogTransport& transport() { return *transport_; }
  const std::string& folder() const { return folder_; }

 private:
  void Start();
  void Hear();

  ManualWorld& world_;
  const std::string folder_;
  record::Signer signer_;
  sealing::SealingKeyPair sealing_;
  LogBuilder* log_ = nullptr;
  std::unique_ptr<client::Session> session_;
  std::unique_ptr<client::Replica> replica_;
  std::unique_ptr<rpc::Transport> sync_transport_;
  std::unique_ptr<client::ServerCalls> sync_calls_;
  LogTransport* transport_ = nullptr;  // the desk's
  std::unique_ptr<client::Desk> desk_;
  absl::Status heard_;
};

}  // namespace qf
