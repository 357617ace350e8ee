// The lane of files: sends sealed files from where the server has them, in parts that fit the link. docs/protocol.md,
// "Blobs".
//
// A part is as large as the link carries in about a second: a longer one loses more when the link breaks, a shorter one
// weighs less than the call around it (docs/performance.md). Two are in flight, so that the link is never idle for a
// round trip. What the server has committed is asked at the start of each file and after each break, never guessed.
//
// No file holds another back. One that is missing or damaged here is marked as gone (store/blob.h), and its item says
// so. One that cannot be read now, or that the server will not have or says something impossible of, is passed over:
// the next Start tries it again. A server that calls a file wrong may lie, or have a bad disk: the file is damaged here
// only if what was read of it for sending has another digest.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "client-core/session/server_calls.h"
#include "client-core/store/blob.h"
#include "client-core/store/item.h"
#include "common/base/files.h"
#include "common/base/sha256.h"

namespace qf::client {

// Counted over the life of one Uploads.
struct UploadCounts {
  uint64_t sent_bytes = 0;     // given to the transport, the first time and again
  uint64_t resent_bytes = 0;   // of these, again: the server did not have them although they had been sent before
  uint64_t saved_bytes = 0;    // were at the server when an upload went on
  uint32_t resumed_files = 0;  // uploads that went on from a point beyond 0
};

class Uploads {
 public:
  Uploads(Session& session, ServerCalls& calls) : session_(session), calls_(calls) {}

  // Sends every file that the server lacks of acknowledged items, one after the other, and those of `others`
  // (records of somebody else whose sealed file lies here). `done` comes once: OK when nothing is left to do, else the
  // first error, which is PROTOCOL of what no server says of a file; what was sent stays sent.
  void Start(std::vector<std::pair<RecordId, Digest>> others, absl::AnyInvocable<void(absl::Status)> done);
  // `done` will not be called. Answers that are still under way are ignored.
  void Stop();
  bool running() const { return current_ != nullptr || done_ != nullptr; }

  // Called after each part.
  void OnProgress(absl::AnyInvocable<void()> listener) { progress_ = std::move(listener); }
  const UploadCounts& counts() const { return counts_; }

 private:
  struct Job {
    RecordId record;
    Digest sha256;
    ItemId owner;  // empty of somebody else's
    uint64_t size_bytes = 0;
    std::unique_ptr<File> file;
    uint64_t committed = 0;  // the server has it
    uint64_t next = 0;       // the next part begins here
    uint64_t reached = 0;    // the farthest that was ever sent in this job
    size_t in_flight = 0;
    uint32_t wrong_digests = 0;
    Sha256Stream digest;  // of the first bytes, as they went out
    uint64_t digested_bytes = 0;
    bool asking = true;  // Begin is under way
  };

  absl::Status Fill(std::vector<std::pair<RecordId, Digest>> others);
  void NextJob();
  void Begin();
  void OnBegin(uint64_t committed, bool complete);
  void SendParts();
  void SendPart();
  void AddToDigest(Bytes part);
  bool SentWrong();
  void OnPart(uint64_t offset, size_t size_bytes, uint64_t started_us, uint64_t committed, bool complete);
  void Complete();
  void GiveUp();
  void PassOver(absl::Status status);
  void OnRefused(absl::Status status);
  void Fail(absl::Status status);
  size_t PartBytes() const;

  Session& session_;
  ServerCalls& calls_;
  std::deque<Job> jobs_;
  std::unique_ptr<Job> current_;
  absl::Status first_error_;  // of those that were passed over
  absl::AnyInvocable<void(absl::Status)> done_;
  absl::AnyInvocable<void()> progress_;
  UploadCounts counts_;
  uint64_t generation_ = 0;  // of the answers that still count
  double bytes_per_us_ = 0;  // of the link, as seen; 0 = not yet
};

}  // namespace qf::client
