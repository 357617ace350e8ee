#include "server/sync/blob_service.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/base/logging.h"
#include "common/base/try.h"
#include "server/guard/guard.h"
#include "server/store/entries.h"
#include "server/store/quotas.h"
#include "server/store/trouble.h"

namespace qf::server {
namespace {

constexpr size_t kAskBytes = 1024;
constexpr uint64_t kBusyRetryMs = 500;

absl::Status BadFrame(absl::string_view what) { return Error(Reason::REASON_FRAME, what); }

template <class Response>
Response ResponseOf(uint64_t committed_bytes, bool complete) {
  Response response;
  response.set_committed_bytes(committed_bytes);
  response.set_complete(complete);
  return response;
}

}  // namespace

absl::StatusOr<BlobRow> BlobService::Allowed(const SigningKey& caller, Bytes record_id, Bytes sha256, Wish wish) {
  const auto record = RecordId::From(record_id);
  const auto digest = Digest::From(sha256);
  if (!record.ok() || !digest.ok()) return BadFrame("a record id or digest has a wrong length");
  if (book_.View().rolled_back) return Error(Reason::REASON_ROLLED_BACK, "the log waits for a RESTART", 60'000);
  record::Header header;
  QF_TRY_ASSIGN(const auto found, database_.Read([&](sql::ReadTxn& tx) -> absl::StatusOr<std::optional<NamedBlob>> {
    QF_TRY_ASSIGN(auto named, FindBlob(tx, *record, *digest));
    if (!named) return named;
    QF_TRY_ASSIGN(const StoredEntry entry, EntryAt(tx, named->position));
    QF_TRY_ASSIGN(header, record::ParseHeader(entry.header));
    return named;
  }));
  if (!found) return Error(Reason::REASON_NOT_FOUND, "no record here names such a file");
  const uint64_t now_us = book_.NowUs();
  const record::Standing standing = book_.StandingOf(caller, now_us);
  const bool desk = record::IsDeskRole(standing.role) && !standing.revoked.has_value();
  const bool may =
      wish == Wish::kWrite ? desk || header.author == caller : desk || book_.MayPull(caller, header.feed, now_us);
  if (!may) return Error(Reason::REASON_ROLE, "this file is not for this device");
  return found->row;
}

uint64_t BlobService::Today() const { return book_.NowUs() / kMicrosPerDay; }

absl::Status BlobService::OverQuota(const SigningKey& caller) {
  QF_TRY_ASSIGN(const Usage usage, database_.Read([&](sql::ReadTxn& tx) { return UsageOf(tx, caller, Today()); }));
  if (usage.size_bytes < bytes_per_day_) return absl::OkStatus();
  return Error(Reason::REASON_QUOTA, "the day's quota of this device is used up", 60 * 60'000);
}

void BlobService::Begin(const rpc::CallInfo& info, const serverpb::BeginRequest& request,
                        rpc::Reply<serverpb::BeginResponse> reply) {
  auto blob = Allowed(info.principal, request.record_id(), request.sha256(), Wish::kWrite);
  if (!blob.ok()) return reply.Fail(Told(std::move(blob).status()));
  if (blob->complete || blob->committed_bytes > 0) {
    return reply.Finish(ResponseOf<serverpb::BeginResponse>(blob->committed_bytes, blob->complete));
  }
  // Nothing is counted, but the whole file may lie there: from a copy, or since before a restore.
  Queue<serverpb::BeginResponse>(
      0, std::move(reply),
      [this, caller = info.principal, row = *std::move(blob)](rpc::Reply<serverpb::BeginResponse> reply) {
        const auto whole = files_.Verify(row);
        if (!whole.ok()) return reply.Fail(Told(whole.status()));
        if (!*whole) return reply.Finish(ResponseOf<serverpb::BeginResponse>(0, false));
        Save(caller, row, {row.size_bytes, 0, true}, std::move(reply));
      });
}

void BlobService::Append(const rpc::CallInfo& info, const serverpb::AppendRequest& request,
                         rpc::Reply<serverpb::AppendResponse> reply) {
  if (request.data().size() > limits::kAppendBytes) return reply.Fail(BadFrame("a part is larger than 256 KiB"));
  auto blob = Allowed(info.principal, request.record_id(), request.sha256(), Wish::kWrite);
  if (!blob.ok()) return reply.Fail(Told(std::move(blob).status()));
  if (blob->complete) return reply.Finish(ResponseOf<serverpb::AppendResponse>(blob->size_bytes, true));
  if (absl::Status over = OverQuota(info.principal); !over.ok()) return reply.Fail(Told(std::move(over)));
  const size_t size_bytes = request.data().size();
  Queue<serverpb::AppendResponse>(size_bytes, std::move(reply),
                                  [this, caller = info.principal, row = *std::move(blob), offset = request.offset(),
                                   data = request.data()](rpc::Reply<serverpb::AppendResponse> reply) {
                                    SweepIfDue();
                                    const auto progress = Write(row, offset, data);
                                    if (!progress.ok()) return reply.Fail(Told(progress.status()));
                                    Save(caller, row, *progress, std::move(reply));
                                  });
}

template <class Response>
void BlobService::Queue(size_t data_bytes, rpc::Reply<Response> reply,
                        absl::AnyInvocable<void(rpc::Reply<Response>)> work) {
  if (waiting_bytes_.load() > kWaitingBytesMax) {
    return reply.Fail(Error(Reason::REASON_BUSY, "too much waits for the disk", kBusyRetryMs));
  }
  const size_t weight = data_bytes + kCallBytes;
  waiting_bytes_ += weight;
  world_.worker.Run(
      [this, weight, reply = std::move(reply), work = std::move(work)]() mutable {
        work(std::move(reply));
        waiting_bytes_ -= weight;
      },
      [] {});
}

void BlobService::MakeRoom() {
  if (uploads_.size() < kUploads) return;
  auto oldest = uploads_.end();
  for (auto at = uploads_.begin(); at != uploads_.end(); ++at) {
    if (at->second->complete) continue;
    if (oldest == uploads_.end() || at->second->used < oldest->second->used) oldest = at;
  }
  if (oldest != uploads_.end()) uploads_.erase(oldest);
}

absl::StatusOr<std::shared_ptr<BlobService::Upload>> BlobService::UploadOf(const BlobRow& blob) {
  {
    MutexLock lock(mutex_);
    if (const auto found = uploads_.find(blob.blob); found != uploads_.end()) {
      found->second->used = ++uses_;
      return found->second;
    }
  }
  // What the caller's thread has read may be old by now.
  QF_TRY_ASSIGN(const BlobRow row, database_.Read([&](sql::ReadTxn& tx) { return BlobAt(tx, blob.blob); }));
  auto upload = std::make_shared<Upload>();
  upload->written_bytes = row.committed_bytes;
  upload->complete = row.complete;
  upload->digest_runs = row.committed_bytes == 0;
  if (row.complete) return upload;
  MutexLock lock(mutex_);
  MakeRoom();
  upload->used = ++uses_;
  uploads_[blob.blob] = upload;
  return upload;
}

void BlobService::Forget(uint64_t blob) {
  MutexLock lock(mutex_);
  uploads_.erase(blob);
}

void BlobService::SweepIfDue() {
  const uint64_t now_us = world_.clock.NowUs();
  if (now_us < std::max(next_sweep_us_, limits::kBlobPartRestUs)) return;
  next_sweep_us_ = now_us + kSweepUs;
  const auto resting =
      database_.Read([&](sql::ReadTxn& tx) { return RestingBlobs(tx, now_us - limits::kBlobPartRestUs); });
  if (!resting.ok()) return Log(Level::kWarning, "sweep_failed", {{"reason", ReasonOf(resting.status())}});
  for (const BlobRow& blob : *resting) LetGo(blob);
}

// First the row says that nothing is there, so that a crash in between leaves a file that is longer than its row.
void BlobService::LetGo(const BlobRow& blob) {
  Forget(blob.blob);
  writer_.Submit(
      1,
      [blob = blob.blob, now_us = world_.clock.NowUs()](sql::WriteTxn& tx) {
        return SaveProgress(tx, blob, 0, now_us);
      },
      [this, blob](const absl::Status& status) {
        if (!status.ok()) return;
        world_.worker.Run(
            [this, blob] {
              MutexLock lock(mutex_);
              if (uploads_.count(blob.blob) > 0) return;  // its author has begun anew in between
              files_.Remove(blob).IgnoreError();          // it is overwritten when its author comes
            },
            [] {});
      });
}

absl::StatusOr<BlobService::Progress> BlobService::Write(const BlobRow& blob, uint64_t offset, Bytes data) {
  if (offset > blob.size_bytes || data.size() > blob.size_bytes - offset) {
    return BadFrame("a part reaches beyond its file");
  }
  QF_TRY_ASSIGN(const auto upload, UploadOf(blob));
  // A gap, or nothing new: how far it is says both.
  if (upload->complete || offset > upload->written_bytes || offset + data.size() <= upload->written_bytes) {
    return Progress{upload->written_bytes, 0, upload->complete};
  }
  auto progress = Take(blob, *upload, data.substr(upload->written_bytes - offset));
  if (!progress.ok()) Forget(blob.blob);  // it may be ahead of what is there: from its row on, all is sent again
  return progress;
}

absl::StatusOr<BlobService::Progress> BlobService::Take(const BlobRow& blob, Upload& upload, Bytes fresh) {
  QF_TRY(files_.Write(blob, upload.written_bytes, fresh));
  if (upload.digest_runs) upload.digest.Update(fresh);
  upload.written_bytes += fresh.size();
  if (upload.written_bytes == blob.size_bytes) return Finish(blob, upload, fresh.size());
  return Progress{upload.written_bytes, fresh.size(), false};
}

// All bytes are there: are they the right ones? If not, all of them come again.
absl::StatusOr<BlobService::Progress> BlobService::Finish(const BlobRow& blob, Upload& upload, uint64_t new_bytes) {
  bool whole = false;
  if (upload.digest_runs) {
    whole = upload.digest.Finish() == blob.sha256;
  } else {
    QF_TRY_ASSIGN(whole, files_.Verify(blob));
  }
  upload.complete = whole;
  upload.digest_runs = true;
  upload.digest = Sha256Stream();
  if (!whole) upload.written_bytes = 0;
  return Progress{upload.written_bytes, new_bytes, whole};
}

template <class Response>
void BlobService::Save(const SigningKey& caller, const BlobRow& blob, Progress progress, rpc::Reply<Response> reply) {
  const uint64_t now_us = world_.clock.NowUs();
  writer_.Submit(
      1,
      [caller, blob = blob.blob, progress, now_us, day = Today()](sql::WriteTxn& tx) -> absl::Status {
        QF_TRY_ASSIGN(Usage usage, UsageOf(tx, caller, day));
        usage.size_bytes += progress.new_bytes;
        if (progress.new_bytes > 0) QF_TRY(SaveUsage(tx, caller, usage));
        if (progress.complete) return SetComplete(tx, blob, now_us);
        return SaveProgress(tx, blob, progress.committed_bytes, now_us);
      },
      [this, blob = blob.blob, progress, reply = std::move(reply)](absl::Status status) mutable {
        if (progress.complete || !status.ok()) Forget(blob);
        if (!status.ok()) return reply.Fail(Told(std::move(status)));
        reply.Finish(ResponseOf<Response>(progress.committed_bytes, progress.complete));
      });
}

absl::StatusOr<serverpb::ReadResponse> BlobService::Read(const rpc::CallInfo& info,
                                                         const serverpb::ReadRequest& request) {
  QF_TRY_ASSIGN(const BlobRow blob, Allowed(info.principal, request.record_id(), request.sha256(), Wish::kRead));
  auto response = ResponseOf<serverpb::ReadResponse>(blob.committed_bytes, blob.complete);
  if (request.offset() >= blob.committed_bytes) return response;
  uint64_t size_bytes = std::min<uint64_t>(blob.committed_bytes - request.offset(), limits::kAppendBytes);
  if (request.size_bytes_max() > 0) size_bytes = std::min<uint64_t>(size_bytes, request.size_bytes_max());
  QF_TRY_ASSIGN(*response.mutable_data(), files_.Read(blob, request.offset(), size_bytes));
  if (response.data().size() == size_bytes) return response;
  // The row says more than the file has: a copy was put back without it. From now on the record lacks it again.
  writer_.Submit(1, [blob = blob.blob](sql::WriteTxn& tx) { return SetIncomplete(tx, blob); }, [](absl::Status) {});
  return ResponseOf<serverpb::ReadResponse>(0, false);
}

void BlobService::AddTo(rpc::MethodTable& table) {
  table.Unary<serverpb::BeginRequest, serverpb::BeginResponse>(
      "qingfeng.server.v1.BlobService/Begin",
      [this](const rpc::CallInfo& info, const serverpb::BeginRequest& request,
             rpc::Reply<serverpb::BeginResponse> reply) { Begin(info, request, std::move(reply)); },
      kAskBytes);
  table.Unary<serverpb::AppendRequest, serverpb::AppendResponse>(
      "qingfeng.server.v1.BlobService/Append",
      [this](const rpc::CallInfo& info, const serverpb::AppendRequest& request,
             rpc::Reply<serverpb::AppendResponse> reply) { Append(info, request, std::move(reply)); },
      limits::kAppendBytes + kAskBytes);
  table.Unary<serverpb::ReadRequest, serverpb::ReadResponse>(
      "qingfeng.server.v1.BlobService/Read",
      [this](const rpc::CallInfo& info, const serverpb::ReadRequest& request,
             rpc::Reply<serverpb::ReadResponse> reply) { reply.Finish(Told(Read(info, request))); },
      kAskBytes);
}

}  // namespace qf::server
