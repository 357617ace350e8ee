// BlobService: files of records, resumed at the byte where they stopped. docs/protocol.md, "Blobs".
//
// Only for kept records, by their author or a desk; read by whoever may pull the record. An Append is acknowledged
// when its bytes are synced and the row that counts them is committed. The digest runs along while parts come in
// order; after a restart of the process it is made from the file at the end.
//
// What has come of a file makes room again once it has rested for limits::kBlobPartRestUs: its author begins anew. That
// is looked for when parts come, so only where room is used up.
//
// Threads: the methods on any; files are written on the worker, one Append at a time.
#pragma once

#include <atomic>
#include <map>
#include <memory>

#include "common/base/mutex.h"
#include "common/base/sha256.h"
#include "common/base/world.h"
#include "common/rpc/method_table.h"
#include "common/sql/writer.h"
#include "qingfeng/server/v1/blob.pb.h"
#include "server/store/blob_files.h"
#include "server/store/log_book.h"

namespace qf::server {

class BlobService {
 public:
  // What Begins and Appends that wait for the worker may weigh together; beyond it RESOURCE_EXHAUSTED(BUSY). Each
  // weighs its data and kCallBytes: an empty one takes a turn at the disk too.
  static constexpr size_t kWaitingBytesMax = 64 << 20;
  static constexpr size_t kCallBytes = 16 << 10;
  // Uploads whose digest is kept running.
  static constexpr size_t kUploads = 256;
  static constexpr uint64_t kSweepUs = kMicrosPerHour;

  // All of them outlive the object, but `writer` is destroyed first.
  BlobService(World world, LogBook& book, sql::Database& database, sql::GroupWriter& writer, BlobFiles& files,
              uint64_t bytes_per_day)
      : world_(world),
        book_(book),
        database_(database),
        writer_(writer),
        files_(files),
        bytes_per_day_(bytes_per_day) {}

  // All three: NOT_FOUND if no kept record with that id names that blob; PERMISSION_DENIED(ROLE) if the caller may
  // not; UNAVAILABLE(ROLLED_BACK); INVALID_ARGUMENT(FRAME) beyond the bounds.
  // Begin looks whether the file is there already, whoever brought it (a restored server takes back every copy).
  void Begin(const rpc::CallInfo& info, const serverpb::BeginRequest& request,
             rpc::Reply<serverpb::BeginResponse> reply);
  void Append(const rpc::CallInfo& info, const serverpb::AppendRequest& request,
              rpc::Reply<serverpb::AppendResponse> reply);
  absl::StatusOr<serverpb::ReadResponse> Read(const rpc::CallInfo& info, const serverpb::ReadRequest& request);

  // Adds the methods of the service to `table`; the object outlives it.
  void AddTo(rpc::MethodTable& table);

 private:
  // How far an upload is, ahead of its row while that is being committed. Only the worker changes one.
  struct Upload {
    uint64_t written_bytes = 0;
    bool complete = false;  // kept until its row says so, so that nobody writes into it again
    Sha256Stream digest;
    bool digest_runs = false;  // covers all of written_bytes
    uint64_t used = 0;
  };
  // What the row of a blob is to say.
  struct Progress {
    uint64_t committed_bytes = 0;
    uint64_t new_bytes = 0;  // that count against the caller's day
    bool complete = false;
  };
  enum class Wish { kWrite, kRead };

  absl::StatusOr<BlobRow> Allowed(const SigningKey& caller, Bytes record_id, Bytes sha256, Wish wish);
  // On the worker, with `reply`, unless too much waits for it.
  template <class Response>
  void Queue(size_t data_bytes, rpc::Reply<Response> reply, absl::AnyInvocable<void(rpc::Reply<Response>)> work);
  absl::StatusOr<Progress> Write(const BlobRow& blob, uint64_t offset, Bytes data);
  absl::StatusOr<Progress> Take(const BlobRow& blob, Upload& upload, Bytes fresh);
  absl::StatusOr<Progress> Finish(const BlobRow& blob, Upload& upload, uint64_t new_bytes);
  absl::StatusOr<std::shared_ptr<Upload>> UploadOf(const BlobRow& blob);
  void MakeRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(uint64_t blob);
  // On the worker: lets go of what has rested too long, at most once in kSweepUs.
  void SweepIfDue();
  void LetGo(const BlobRow& blob);
  // Of Usage (server/store/quotas.h).
  uint64_t Today() const;
  absl::Status OverQuota(const SigningKey& caller);
  template <class Response>
  void Save(const SigningKey& caller, const BlobRow& blob, Progress progress, rpc::Reply<Response> reply);

  World world_;
  LogBook& book_;
  sql::Database& database_;
  sql::GroupWriter& writer_;
  BlobFiles& files_;
  const uint64_t bytes_per_day_;
  std::atomic<size_t> waiting_bytes_{0};
  uint64_t next_sweep_us_ = 0;  // the worker's
  Mutex mutex_;
  std::map<uint64_t, std::shared_ptr<Upload>> uploads_ ABSL_GUARDED_BY(mutex_);
  uint64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace qf::server
