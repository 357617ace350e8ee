// LogService: checkpoints and proofs for whoever compares, and the key of the next term for the administrator who
// signs RESTART. docs/protocol.md, "Log" and "Restore". Threads: any.
#pragma once

#include "common/base/entropy.h"
#include "common/rpc/method_table.h"
#include "common/sql/writer.h"
#include "qingfeng/server/v1/log.pb.h"
#include "server/store/log_book.h"

namespace qf::server {

class LogService {
 public:
  // All of them outlive the object; `writer` is destroyed before it.
  LogService(LogBook& book, sql::GroupWriter& writer, Entropy& entropy)
      : book_(book), writer_(writer), entropy_(entropy) {}

  // UNAVAILABLE(ROLLED_BACK) while the log waits for a RESTART.
  absl::StatusOr<serverpb::GetCheckpointResponse> GetCheckpoint() const;
  // NOT_FOUND for sizes that the log does not have; UNAVAILABLE(ROLLED_BACK).
  absl::StatusOr<serverpb::CheckConsistencyResponse> CheckConsistency(const serverpb::CheckConsistencyRequest& request);
  // Makes the next key if there is none yet, and keeps it durably before it gives its public half.
  void GetNextLogKey(rpc::Reply<serverpb::GetNextLogKeyResponse> reply);

  // Adds the methods of the service to `table`; the object outlives it.
  void AddTo(rpc::MethodTable& table);

 private:
  absl::StatusOr<serverpb::GetNextLogKeyResponse> Describe() const;

  LogBook& book_;
  sql::GroupWriter& writer_;
  Entropy& entropy_;
};

}  // namespace qf::server
