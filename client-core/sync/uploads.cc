#include "client-core/sync/uploads.h"

#include <algorithm>

#include "client-core/session/server_methods.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/logging.h"
#include "common/base/try.h"
#include "qingfeng/server/v1/blob.pb.h"

namespace qf::client {
namespace {

constexpr uint64_t kPartUs = 1'000'000;        // a part takes about this long
constexpr size_t kPartBytesMin = 4 * 1024;     // below it, the frame around a part would weigh too much
constexpr size_t kFirstPartBytes = 16 * 1024;  // before the link's speed is known
constexpr size_t kPartsInFlight = 2;
constexpr uint32_t kWrongDigestsMax = 2;  // then the file here is damaged, or the server's word is
constexpr size_t kItemsAtOnce = 64;

absl::Status Impossible() {
  return Error(Reason::REASON_PROTOCOL, "the server has every byte of a file, and says neither right nor wrong");
}

absl::Status WronglyCalledWrong() {
  return Error(Reason::REASON_PROTOCOL, "the server calls a file wrong that is right here");
}

}  // namespace

void Uploads::Start(std::vector<std::pair<RecordId, Digest>> others, absl::AnyInvocable<void(absl::Status)> done) {
  ++generation_;
  done_ = std::move(done);
  jobs_.clear();
  current_.reset();
  first_error_ = absl::OkStatus();
  if (absl::Status status = Fill(std::move(others)); !status.ok()) return Fail(status);
  NextJob();
}

void Uploads::Stop() {
  ++generation_;
  done_ = nullptr;
  jobs_.clear();
  current_.reset();
}

absl::Status Uploads::Fill(std::vector<std::pair<RecordId, Digest>> others) {
  return session_.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto items, ItemsWithFilesLeft(tx, kItemsAtOnce));
    for (const Item& item : items) {
      QF_TRY_ASSIGN(const auto blobs, BlobsOf(tx, item.item));
      for (const StoredBlob& blob : blobs) {
        if (blob.complete || !blob.here) continue;
        Job job;
        job.record = item.record_id;
        job.sha256 = blob.sha256;
        job.owner = item.item;
        job.size_bytes = blob.size_bytes;
        jobs_.push_back(std::move(job));
      }
    }
    for (const auto& [record, sha256] : others) {
      QF_TRY_ASSIGN(const auto blob, FindBlob(tx, sha256));
      if (!blob.has_value() || !blob->here) continue;
      Job job;
      job.record = record;
      job.sha256 = sha256;
      job.size_bytes = blob->size_bytes;
      jobs_.push_back(std::move(job));
    }
    return absl::OkStatus();
  });
}

void Uploads::NextJob() {
  if (jobs_.empty()) {
    current_.reset();
    if (done_) std::exchange(done_, nullptr)(first_error_);
    return;
  }
  current_ = std::make_unique<Job>(std::move(jobs_.front()));
  jobs_.pop_front();
  auto file = session_.world().files.Open(BlobPath(session_.folder(), current_->sha256), OpenMode::kRead);
  if (ReasonOf(file.status()) == Reason::REASON_FILE_MISSING) return GiveUp();
  if (!file.ok()) return PassOver(file.status());
  current_->file = *std::move(file);
  Begin();
}

void Uploads::Begin() {
  current_->asking = true;
  serverpb::BeginRequest request;
  request.set_record_id(current_->record.str());
  request.set_sha256(current_->sha256.str());
  calls_.Call<serverpb::BeginResponse>(server_methods::kBegin, request,
                                       [this, generation = generation_](auto response) {
                                         if (generation != generation_) return;
                                         if (!response.ok()) return OnRefused(response.status());
                                         OnBegin(response->committed_bytes(), response->complete());
                                       });
}

void Uploads::OnBegin(uint64_t committed, bool complete) {
  current_->asking = false;
  if (complete) return Complete();
  if (committed >= current_->size_bytes) return PassOver(Impossible());
  if (committed > 0 && current_->reached == 0) {
    ++counts_.resumed_files;
    counts_.saved_bytes += committed;
  }
  current_->committed = current_->next = committed;
  SendParts();
}

void Uploads::SendParts() {
  while (current_ != nullptr && !current_->asking && current_->in_flight < kPartsInFlight &&
         current_->next < current_->size_bytes) {
    SendPart();
  }
}

void Uploads::SendPart() {
  Job& job = *current_;
  const size_t size_bytes = static_cast<size_t>(std::min<uint64_t>(PartBytes(), job.size_bytes - job.next));
  auto data = job.file->ReadAt(job.next, size_bytes);
  if (!data.ok()) return PassOver(data.status());
  if (data->size() != size_bytes) return GiveUp();
  serverpb::AppendRequest request;
  request.set_record_id(job.record.str());
  request.set_sha256(job.sha256.str());
  request.set_offset(job.next);
  request.set_data(*std::move(data));
  const uint64_t offset = job.next;
  AddToDigest(request.data());
  job.next += size_bytes;
  ++job.in_flight;
  counts_.sent_bytes += size_bytes;
  if (offset < job.reached) counts_.resent_bytes += std::min<uint64_t>(size_bytes, job.reached - offset);
  job.reached = std::max(job.reached, job.next);
  const uint64_t started_us = session_.world().clock.SteadyUs();
  calls_.Call<serverpb::AppendResponse>(
      server_methods::kAppend, request,
      [this, generation = generation_, offset, size_bytes, started_us](auto response) {
        if (generation != generation_) return;
        if (!response.ok()) return OnRefused(response.status());
        OnPart(offset, size_bytes, started_us, response->committed_bytes(), response->complete());
      });
}

// What goes out once more was taken in the first time.
void Uploads::AddToDigest(Bytes part) {
  Job& job = *current_;
  if (job.next > job.digested_bytes || job.next + part.size() <= job.digested_bytes) return;
  job.digest.Update(part.substr(static_cast<size_t>(job.digested_bytes - job.next)));
  job.digested_bytes = job.next + part.size();
}

// True if every byte went out from here, and they were not the file's. Begins the digest anew.
bool Uploads::SentWrong() {
  Job& job = *current_;
  const bool wrong = job.digest.Finish() != job.sha256;
  return std::exchange(job.digested_bytes, 0) == job.size_bytes && wrong;
}

void Uploads::OnPart(uint64_t offset, size_t size_bytes, uint64_t started_us, uint64_t committed, bool complete) {
  Job& job = *current_;
  --job.in_flight;
  const uint64_t took_us = std::max<uint64_t>(session_.world().clock.SteadyUs() - started_us, 1);
  const double seen =
      static_cast<double>(size_bytes) * static_cast<double>(job.in_flight + 1) / static_cast<double>(took_us);
  bytes_per_us_ = bytes_per_us_ == 0 ? seen : 0.7 * bytes_per_us_ + 0.3 * seen;
  if (complete) return Complete();
  if (committed >= job.size_bytes) return PassOver(Impossible());

  const uint64_t end = offset + size_bytes;
  if (committed >= end) {
    job.committed = std::max(job.committed, committed);
  } else if (end == job.size_bytes && committed == 0) {
    // All of it arrived and its digest is wrong: the server has thrown it away.
    const bool damaged = SentWrong();
    if (++job.wrong_digests == kWrongDigestsMax) return damaged ? GiveUp() : PassOver(WronglyCalledWrong());
    job.committed = job.next = 0;
  } else if (job.in_flight == 0) {
    // A part came before the one that it follows, or was lost: go on from what is there.
    job.committed = job.next = committed;
  }
  const absl::Status noted = session_.database().Write(
      [&](sql::WriteTxn& tx) { return SetBlobProgress(tx, job.sha256, job.committed, false); });
  if (!noted.ok()) return Fail(noted);
  if (progress_) progress_();
  if (job.in_flight == 0 && job.next >= job.size_bytes) return Begin();  // everything was sent: what is there?
  SendParts();
}

void Uploads::Complete() {
  const Job& job = *current_;
  ++generation_;  // answers of parts that were under way twice do not matter any more
  const absl::Status noted = session_.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(SetBlobProgress(tx, job.sha256, job.size_bytes, true));
    if (job.owner.empty()) return absl::OkStatus();
    QF_TRY_ASSIGN(Item item, GetItem(tx, job.owner));
    if (item.files_left > 0) --item.files_left;
    return UpdateItem(tx, item);
  });
  if (!noted.ok()) return Fail(noted);
  if (progress_) progress_();
  NextJob();
}

// The sealed bytes here are not those that were filed, and nobody would take them. What is left of them stays.
void Uploads::GiveUp() {
  ++generation_;
  Log(Level::kWarning, "file_damaged", {});
  const absl::Status noted =
      session_.database().Write([&](sql::WriteTxn& tx) { return MarkBlobGone(tx, current_->sha256); });
  if (!noted.ok()) return Fail(noted);
  NextJob();
}

void Uploads::PassOver(absl::Status status) {
  ++generation_;
  Log(Level::kWarning, "file_passed_over", {{"reason", ReasonOf(status)}});
  first_error_.Update(status);
  NextJob();
}

// An answer about this one file, or about all of them.
void Uploads::OnRefused(absl::Status status) {
  const Reason reason = ReasonOf(status);
  const bool of_this_file = reason == Reason::REASON_NOT_FOUND || reason == Reason::REASON_ROLE;
  return of_this_file ? PassOver(std::move(status)) : Fail(std::move(status));
}

void Uploads::Fail(absl::Status status) {
  ++generation_;
  current_.reset();
  jobs_.clear();
  if (done_) std::exchange(done_, nullptr)(std::move(status));
}

size_t Uploads::PartBytes() const {
  if (bytes_per_us_ == 0) return kFirstPartBytes;
  const double fits = bytes_per_us_ * static_cast<double>(kPartUs);
  return static_cast<size_t>(
      std::clamp(fits, static_cast<double>(kPartBytesMin), static_cast<double>(limits::kAppendBytes)));
}

}  // namespace qf::client
