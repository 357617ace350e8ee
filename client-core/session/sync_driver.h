// What the handlers of a client ask of sync, so that api/ and sync/ need not know each other: implemented by
// sync/driver.h, made for each unlocked session by the maker that ClientSeams carries. Lives on the loop.
#pragma once

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "common/rpc/method_table.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

class SyncDriver {
 public:
  // Ends what is under way; its answers are given (CANCELLED) before it returns. The session is still there.
  virtual ~SyncDriver() = default;

  // FieldService/Sync: exchanges until nothing is left to do, or as the request says.
  virtual void Sync(const clientpb::SyncRequest& request, rpc::Writer<clientpb::SyncResponse> writer) = 0;
  // FieldService/GetSyncStatus.
  virtual absl::StatusOr<clientpb::GetSyncStatusResponse> Status() = 0;
};

}  // namespace qf::client
