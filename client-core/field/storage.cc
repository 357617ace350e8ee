#include "client-core/field/storage.h"

#include "client-core/store/blob.h"
#include "client-core/store/setting.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr sql::Statement kStoreBytes("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");

}  // namespace

absl::StatusOr<clientpb::GetStorageResponse> GetStorage(Session& session, const clientpb::GetStorageRequest&) {
  clientpb::GetStorageResponse out;
  QF_TRY_ASSIGN(const uint64_t free_bytes, session.world().files.FreeBytes(session.folder()));
  out.set_free_bytes(free_bytes);
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto store_bytes, tx.QueryValue<uint64_t>(kStoreBytes));
    QF_TRY_ASSIGN(const uint64_t file_bytes, FileBytesHere(tx));
    out.set_store_bytes(*store_bytes);
    out.set_file_bytes(file_bytes);
    return absl::OkStatus();
  }));
  return out;
}

absl::StatusOr<clientpb::SetFileSendingResponse> SetFileSending(Session& session,
                                                                const clientpb::SetFileSendingRequest& request) {
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) {
    return request.when_asked() ? PutSetting(tx, Setting::kFilesWhenAsked, "1")
                                : ClearSetting(tx, Setting::kFilesWhenAsked);
  }));
  session.OutboxChanged();
  return clientpb::SetFileSendingResponse();
}

}  // namespace qf::client
