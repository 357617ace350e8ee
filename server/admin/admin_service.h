// AdminService: how the server is, and copies of it. For the operator, on the local socket.
// docs/protocol.md, "Restore"; docs/operations.md, "Backups". Threads: any; copying runs on the worker.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/mutex.h"
#include "common/base/secret.h"
#include "common/base/world.h"
#include "common/rpc/method_table.h"
#include "common/sql/writer.h"
#include "qingfeng/server/v1/admin.pb.h"
#include "server/admin/backup.h"

namespace qf::server {

class AdminService {
 public:
  // All of them outlive the object.
  AdminService(World world, std::string dir, LogBook& book, sql::Database& database, Backup& backup)
      : world_(world), dir_(std::move(dir)), book_(book), database_(database), backup_(backup) {}

  absl::StatusOr<serverpb::GetHealthResponse> GetHealth();
  // One at a time: RESOURCE_EXHAUSTED(BUSY) while another runs. Errors of Backup::Run.
  void MakeBackup(const serverpb::BackupRequest& request, rpc::Reply<serverpb::BackupResponse> reply);
  // Tells how many calls are under way.
  void CountCalls(std::function<size_t()> calls);

  // Adds the methods of the service to `table`; the object outlives it.
  void AddTo(rpc::MethodTable& table);

 private:
  World world_;
  const std::string dir_;
  LogBook& book_;
  sql::Database& database_;
  Backup& backup_;
  Mutex mutex_;
  std::function<size_t()> calls_ ABSL_GUARDED_BY(mutex_);
  bool copying_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace qf::server
