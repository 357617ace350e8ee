#include "tests/bench/client/wire_office.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "client-core/net/grpc_transport.h"
#include "server/setup/setup.h"
#include "server/store/settings.h"

namespace qf::bench {
namespace {

constexpr char kPin[] = "harbour-lantern-27";

std::string NewFolder() {
  const char* base = getenv("TEST_TMPDIR");
  const std::string folder = absl::StrCat(base == nullptr ? "/tmp" : base, "/bench-wire-", getpid());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

tls::Identity IdentityOf(sql::Database& database) {
  const auto authority = database.Read([](sql::ReadTxn& tx) -> absl::StatusOr<tls::Authority> {
    QF_TRY_ASSIGN(const auto certificate, server::FindSetting(tx, server::Setting::kTlsAuthority));
    QF_TRY_ASSIGN(const auto key, server::FindSetting(tx, server::Setting::kTlsAuthorityKey));
    return tls::Authority{*certificate, Secret(Bytes(*key))};
  });
  QF_CHECK(authority.ok());
  return *tls::IssueIdentity(*authority, "127.0.0.1", SystemClock().NowUs(), 30);
}

}  // namespace

WireOffice::WireOffice(uint64_t seed) : folder_(NewFolder()), proxy_(seed) {
  const Secret key(std::string(32, 'k'));
  const auto request = server::InitServer(SystemFiles(), SystemClock(), SystemEntropy(), folder_ + "/server", key);
  QF_CHECK(request.ok());
  admin_ = std::make_unique<WireDevice>(folder_ + "/admin");
  clientpb::CreateOfficeRequest create;
  create.set_pin(kPin);
  create.set_server_request(request->SerializeAsString());
  create.set_address(absl::StrCat("127.0.0.1:", proxy_.port()));
  const auto office = admin_->Must<clientpb::CreateOfficeResponse>("VaultService/CreateOffice", create);
  serverpb::ServerBundle bundle;
  QF_CHECK(bundle.ParseFromString(office.server_bundle()));
  QF_CHECK(server::InstallOffice(SystemFiles(), SystemClock(), folder_ + "/server", key, bundle,
                                 server::LogKeyMismatch::kRefuse)
               .ok());
  StartServer(key);
  QF_CHECK(admin_->Sync().ok());
  manager_ = Enrol("manager", recordpb::ROLE_CASE_MANAGER);
  phone_ = Enrol("phone", recordpb::ROLE_INFORMANT);
  for (WireDevice* device : {manager_.get(), admin_.get(), manager_.get(), phone_.get()}) {
    QF_CHECK(device->Sync().ok());
  }
  manager_ = nullptr;  // their connections end
  admin_ = nullptr;
}

WireOffice::~WireOffice() {
  EndPhone();
  carrier_->Shutdown(0);
  server_->Stop();
  worker_ = nullptr;
  loop_ = nullptr;
  server_ = nullptr;
  std::filesystem::remove_all(folder_);
}

void WireOffice::EndPhone() {
  phone_ = nullptr;
  net::AwaitTransportsClosed();
}

void WireOffice::OpenPhone() { phone_ = std::make_unique<WireDevice>(folder_ + "/phone"); }

void WireOffice::UnlockPhone() {
  clientpb::UnlockRequest unlock;
  unlock.set_pin(kPin);
  phone_->Must<clientpb::UnlockResponse>("VaultService/Unlock", unlock);
}

void WireOffice::StartServer(const Secret& key) {
  loop_ = NewThreadLoop();
  worker_ = NewThreadWorker(*loop_);
  world_ = std::make_unique<World>(World{SystemClock(), *loop_, *worker_, SystemEntropy(), SystemFiles()});
  server::Server::Options options;
  options.dir = folder_ + "/server";
  options.store_key = key.Copy();
  options.anyone_burst = 0;
  auto opened = server::Server::Open(*world_, std::move(options));
  QF_CHECK(opened.ok());
  server_ = *std::move(opened);
  auto carrier =
      server::GrpcCarrier::Open(server_->methods(), [this](rpc::CallInfo& info) { return server_->Admit(info); },
                                {.listen = server::TlsListen{"127.0.0.1:0", IdentityOf(server_->database())}});
  QF_CHECK(carrier.ok());
  carrier_ = *std::move(carrier);
  proxy_.SetTarget(carrier_->port());
}

std::unique_ptr<WireDevice> WireOffice::Enrol(const std::string& name, recordpb::Role role) {
  clientpb::CreateInvitationRequest invite;
  invite.set_role(role);
  invite.mutable_person()->set_name(name);
  const auto invitation = admin_->Must<clientpb::CreateInvitationResponse>("DeskService/CreateInvitation", invite);
  QF_CHECK(admin_->Sync().ok());
  auto device = std::make_unique<WireDevice>(folder_ + "/" + name);
  clientpb::EnrolRequest enrol;
  enrol.set_invitation(invitation.invitation());
  enrol.set_pin(kPin);
  device->Must<clientpb::EnrolResponse>("VaultService/Enrol", enrol);
  for (WireDevice* each : {device.get(), admin_.get(), device.get()}) QF_CHECK(each->Sync().ok());
  return device;
}

}  // namespace qf::bench
