// The calls of a carrier, whatever their method: each is admitted, read, handed to the table, and answered as
// grpc_carrier.h says. A part of grpc_carrier.cc; nobody else includes it.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <cstddef>
#include <cstdint>

#include "common/base/mutex.h"
#include "common/rpc/method_table.h"
#include "server/rpc/grpc_carrier.h"

namespace qf::server {

// Threads: gRPC's, and the one that stops.
class GrpcCalls final : public grpc::CallbackGenericService {
 public:
  // `table` outlives the object.
  GrpcCalls(const rpc::MethodTable& table, GrpcCarrier::Guard guard) : table_(table), guard_(std::move(guard)) {}

  // A call of any name.
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

  // Under way.
  size_t count() const;
  // Lets nobody in any more and waits for those inside; false if some are left after `grace_us`.
  bool Empty(uint64_t grace_us);

 private:
  friend class GrpcCall;
  void Enter();
  void Leave();
  bool stopping() const;

  const rpc::MethodTable& table_;
  const GrpcCarrier::Guard guard_;
  mutable Mutex mutex_;
  CondVar empty_;
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace qf::server
