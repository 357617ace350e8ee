#include "server/log/log_service.h"

#include "common/base/try.h"
#include "server/store/settings.h"
#include "server/store/trouble.h"

namespace qf::server {
namespace {

constexpr size_t kRequestBytes = 1024;  // room for fields of newer clients

}  // namespace

absl::StatusOr<serverpb::GetCheckpointResponse> LogService::GetCheckpoint() const {
  const LogView view = book_.View();
  serverpb::GetCheckpointResponse response;
  QF_TRY_ASSIGN(*response.mutable_checkpoint(), book_.Checkpoint(view, view.size));
  return response;
}

absl::StatusOr<serverpb::CheckConsistencyResponse> LogService::CheckConsistency(
    const serverpb::CheckConsistencyRequest& request) {
  const LogView view = book_.View();
  const uint64_t new_size = request.new_size() == 0 ? view.size : request.new_size();
  if (new_size > view.size) return Error(Reason::REASON_NOT_FOUND, "the log has fewer entries");
  serverpb::CheckConsistencyResponse response;
  QF_TRY_ASSIGN(*response.mutable_checkpoint(), book_.Checkpoint(view, new_size));
  QF_TRY_ASSIGN(const auto path,
                book_.WithTree([&](log::Tree& tree) { return tree.ConsistencyPath(request.old_size(), new_size); }));
  for (const Digest& hash : path) response.add_path(hash.bytes().data(), Digest::kSize);
  return response;
}

absl::StatusOr<serverpb::GetNextLogKeyResponse> LogService::Describe() const {
  const LogView view = book_.View();
  serverpb::GetNextLogKeyResponse response;
  response.set_log_key(book_.next_log_key().value_or(SigningKey()).str());
  response.set_term(view.term);
  response.set_size(view.size);
  QF_TRY_ASSIGN(const Digest root, book_.RootAt(view.size));
  response.set_root(root.str());
  response.set_highest_term(view.highest_term);
  response.set_rolled_back(view.rolled_back);
  return response;
}

void LogService::GetNextLogKey(rpc::Reply<serverpb::GetNextLogKeyResponse> reply) {
  if (book_.next_log_key()) return reply.Finish(Told(Describe()));
  auto key = std::make_shared<record::Signer>(record::Signer::Generate(entropy_));
  writer_.Submit(
      1,
      [key](sql::WriteTxn& tx) -> absl::Status {
        // Whoever came first made the key that both will be given.
        QF_TRY_ASSIGN(const auto made, FindSetting(tx, Setting::kNextLogKey));
        if (!made) return SaveSetting(tx, Setting::kNextLogKey, key->seed());
        QF_TRY_ASSIGN(*key, record::Signer::FromSeed(*made));
        return absl::OkStatus();
      },
      [this, key, reply = std::move(reply)](absl::Status status) mutable {
        if (!status.ok()) return reply.Fail(Told(std::move(status)));
        book_.SetNextLogKey(key->Copy());
        reply.Finish(Told(Describe()));
      });
}

void LogService::AddTo(rpc::MethodTable& table) {
  table.Unary<serverpb::GetCheckpointRequest, serverpb::GetCheckpointResponse>(
      "qingfeng.server.v1.LogService/GetCheckpoint",
      [this](const rpc::CallInfo&, const serverpb::GetCheckpointRequest&,
             rpc::Reply<serverpb::GetCheckpointResponse> reply) { reply.Finish(Told(GetCheckpoint())); },
      kRequestBytes);
  table.Unary<serverpb::CheckConsistencyRequest, serverpb::CheckConsistencyResponse>(
      "qingfeng.server.v1.LogService/CheckConsistency",
      [this](const rpc::CallInfo&, const serverpb::CheckConsistencyRequest& request,
             rpc::Reply<serverpb::CheckConsistencyResponse> reply) { reply.Finish(Told(CheckConsistency(request))); },
      kRequestBytes);
  table.Unary<serverpb::GetNextLogKeyRequest, serverpb::GetNextLogKeyResponse>(
      "qingfeng.server.v1.LogService/GetNextLogKey",
      [this](const rpc::CallInfo&, const serverpb::GetNextLogKeyRequest&,
             rpc::Reply<serverpb::GetNextLogKeyResponse> reply) { GetNextLogKey(std::move(reply)); },
      kRequestBytes);
}

}  // namespace qf::server
