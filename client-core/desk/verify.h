// Checking a whole log from its first leaf, with nothing but the office's id: what `qingfeng verify-log` and a stranger
// do. docs/protocol.md, "Log" and "Restore".
//
// The reader that checks shares no code with what makes logs (common/log/tree.h, the server): it uses the records'
// parser, the leaves' bytes, RFC 9162's root of leaves that pass by, and checkpoints. What it checks:
//   - every record's signature; the digest of every body that is here
//   - positions 0, 1, 2 …; received_at strictly increasing; clock_at never later
//   - every stream 1, 2, 3 … without gap
//   - GENESIS is by the office's root; every RESTART is proven by its own chain, and those that lead to this term stand
//     where they say and keep what they say
//   - the checkpoint is signed by the log key of its term, and says this size and root
// Not: whether a record counts (record::Authority), or what is sealed.
//
//   LogChecker checker(office);
//   for (entry : entries) checker.Add(entry);
//   LogFindings findings = checker.Finish(checkpoint);
//
// Threads: one at a time. Memory: one number a stream.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/base/ids.h"
#include "common/log/verify.h"
#include "common/record/ceremony.h"
#include "common/record/record.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/record/v1/log.pb.h"

namespace qf::client {

struct LogFindings {
  uint64_t size = 0;
  uint64_t term = 0;  // that the checkpoint says
  Digest root;
  uint64_t signatures = 0;  // that verified
  uint64_t streams = 0;
  uint64_t bodies = 0;         // whose digest is right
  uint64_t bodies_absent = 0;  // of entries that were kept
  bool checkpoint_verified = false;
  std::string problem;  // the first thing that did not hold, with its position; empty if everything did
  bool verified() const { return problem.empty(); }
  clientpb::VerifyLogResponse ToProto() const;
};

class LogChecker {
 public:
  explicit LogChecker(const OfficeId& office) : office_(office) {}

  // The next entry, from position 0 on. False once something did not hold: what comes after is not looked at.
  bool Add(const recordpb::Entry& entry);
  // The end; `checkpoint` is a signed note.
  LogFindings Finish(Bytes checkpoint);

 private:
  struct RestartSeen {
    recordpb::Restart clear;
    bool stands_where_it_says = false;  // is leaf `kept_size`, over leaves of `kept_root`
  };

  absl::Status Check(const recordpb::Entry& entry);
  absl::Status CheckBody(const record::Header& header, Bytes body, bool refused);
  absl::Status CheckCeremony(const record::Record& record);
  absl::Status CheckCheckpoint(Bytes note);
  absl::Status CheckLineage(uint64_t term) const;
  std::optional<SigningKey> LogKeyOf(uint64_t term) const;
  void Note(const absl::Status& status, bool at_end);

  const OfficeId office_;
  log::Accumulator leaves_;
  uint64_t last_received_us_ = 0;
  std::map<record::StreamId, uint64_t> streams_;
  std::optional<recordpb::Genesis> genesis_;
  std::map<uint64_t, RestartSeen> restarts_;  // by term
  LogFindings findings_;
};

}  // namespace qf::client
