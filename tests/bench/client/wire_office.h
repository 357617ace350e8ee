// An office with everything real: a server on TLS and clients as a host has them, on this machine's disk, with a link
// between that counts. For what crosses the wire.
#pragma once

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client-core/api/client.h"
#include "common/base/check.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "server/rpc/grpc_carrier.h"
#include "server/server.h"
#include "tests/bench/client/proxy.h"
#include "tests/support/caller.h"

namespace qf::bench {

// A device: a client on threads of its own.
class WireDevice {
 public:
  explicit WireDevice(std::string folder) : folder_(std::move(folder)), client_(client::Client::Create()) {
    clientpb::OpenRequest open;
    open.set_folder(folder_);
    Must<clientpb::OpenResponse>("VaultService/Open", open);
  }
  const std::string& folder() const { return folder_; }

  template <class Response, class Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) {
    auto call = StartCall(client_->methods(), "qingfeng.client.v1." + method, request);
    QF_TRY(call->Await());
    Response response;
    QF_CHECK(!call->messages().empty() && response.ParseFromString(call->messages().back()));
    return response;
  }
  template <class Response, class Request>
  Response Must(const std::string& method, const Request& request) {
    auto response = Call<Response>(method, request);
    if (!response.ok()) fprintf(stderr, "%s: %s\n", method.c_str(), response.status().ToString().c_str());
    QF_CHECK(response.ok());
    return *std::move(response);
  }
  // Files a report without a file.
  void File(const contentpb::Report& report) {
    clientpb::CreateDraftRequest create;
    *create.mutable_report() = report;
    clientpb::FileReportRequest file;
    file.set_draft_id(Must<clientpb::CreateDraftResponse>("FieldService/CreateDraft", create).draft().draft_id());
    Must<clientpb::FileReportResponse>("FieldService/FileReport", file);
  }
  absl::Status Sync() { return Call<clientpb::SyncResponse>("FieldService/Sync", clientpb::SyncRequest()).status(); }

 private:
  const std::string folder_;
  std::unique_ptr<client::Client> client_;
};

class WireOffice {
 public:
  // In a folder of its own, gone with the object.
  explicit WireOffice(uint64_t seed = 1);
  ~WireOffice();

  Proxy& proxy() { return proxy_; }
  WireDevice& phone() { return *phone_; }
  // The phone's program ends; starts again, locked; takes its PIN.
  void EndPhone();
  void OpenPhone();
  void UnlockPhone();

 private:
  std::unique_ptr<WireDevice> Enrol(const std::string& name, recordpb::Role role);
  void StartServer(const Secret& key);

  std::string folder_;
  Proxy proxy_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<World> world_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<server::GrpcCarrier> carrier_;
  std::unique_ptr<WireDevice> admin_;
  std::unique_ptr<WireDevice> manager_;
  std::unique_ptr<WireDevice> phone_;
};

}  // namespace qf::bench
