#include "server/admin/admin_service.h"

#include "common/base/try.h"
#include "server/store/blobs.h"

#ifndef QF_VERSION
#define QF_VERSION "0"
#endif

namespace qf::server {
namespace {

constexpr size_t kAskBytes = 8 * 1024;  // a path

}  // namespace

absl::StatusOr<serverpb::GetHealthResponse> AdminService::GetHealth() {
  const LogView view = book_.View();
  serverpb::GetHealthResponse response;
  response.set_log_size(view.size);
  response.set_term(view.term);
  response.set_rolled_back(view.rolled_back);
  response.set_refilling(view.refilling);
  QF_TRY_ASSIGN(const uint64_t free_bytes, world_.files.FreeBytes(dir_));
  response.set_free_bytes(free_bytes);
  QF_TRY_ASSIGN(const uint64_t blob_bytes, database_.Read(CompleteBytes));
  response.set_blob_bytes(blob_bytes);
  response.set_version(QF_VERSION);
  MutexLock lock(mutex_);
  if (calls_) response.set_calls(static_cast<uint32_t>(calls_()));
  return response;
}

void AdminService::CountCalls(std::function<size_t()> calls) {
  MutexLock lock(mutex_);
  calls_ = std::move(calls);
}

void AdminService::MakeBackup(const serverpb::BackupRequest& request, rpc::Reply<serverpb::BackupResponse> reply) {
  {
    MutexLock lock(mutex_);
    if (copying_) return reply.Fail(Error(Reason::REASON_BUSY, "a copy is being made already", 60'000));
    copying_ = true;
  }
  world_.worker.Run(
      [this, to = request.to(), reply = std::move(reply)]() mutable {
        auto response = backup_.Run(to);
        {
          MutexLock lock(mutex_);
          copying_ = false;
        }
        reply.Finish(std::move(response));
      },
      [] {});
}

void AdminService::AddTo(rpc::MethodTable& table) {
  table.Unary<serverpb::GetHealthRequest, serverpb::GetHealthResponse>(
      "qingfeng.server.v1.AdminService/GetHealth",
      [this](const rpc::CallInfo&, const serverpb::GetHealthRequest&, rpc::Reply<serverpb::GetHealthResponse> reply) {
        reply.Finish(GetHealth());
      },
      kAskBytes);
  table.Unary<serverpb::BackupRequest, serverpb::BackupResponse>(
      "qingfeng.server.v1.AdminService/Backup",
      [this](const rpc::CallInfo&, const serverpb::BackupRequest& request, rpc::Reply<serverpb::BackupResponse> reply) {
        MakeBackup(request, std::move(reply));
      },
      kAskBytes);
}

}  // namespace qf::server
