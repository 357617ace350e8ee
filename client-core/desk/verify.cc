#include "client-core/desk/verify.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/log/checkpoint.h"
#include "common/log/leaf.h"

namespace qf::client {
namespace {

absl::Status Wrong(absl::string_view what) { return Error(Reason::REASON_PROOF, what); }

}  // namespace

clientpb::VerifyLogResponse LogFindings::ToProto() const {
  clientpb::VerifyLogResponse out;
  out.set_size(size);
  out.set_term(term);
  out.set_root(root.str());
  out.set_signatures(signatures);
  out.set_streams(streams);
  out.set_bodies(bodies);
  out.set_bodies_absent(bodies_absent);
  out.set_verified(verified());
  out.set_problem(problem);
  out.set_checkpoint_verified(checkpoint_verified);
  return out;
}

bool LogChecker::Add(const recordpb::Entry& entry) {
  if (!findings_.verified()) return false;
  Note(Check(entry), false);
  return findings_.verified();
}

LogFindings LogChecker::Finish(Bytes checkpoint) {
  findings_.size = leaves_.size();
  findings_.root = leaves_.Root();
  findings_.streams = streams_.size();
  if (findings_.verified()) Note(CheckCheckpoint(checkpoint), true);
  return findings_;
}

void LogChecker::Note(const absl::Status& status, bool at_end) {
  if (status.ok()) return;
  findings_.problem =
      at_end ? std::string(status.message()) : absl::StrCat("position ", leaves_.size(), ": ", status.message());
}

absl::Status LogChecker::Check(const recordpb::Entry& entry) {
  const auto& place = entry.placement();
  recordpb::Record bare;
  bare.set_header(entry.record().header());
  bare.set_signature(entry.record().signature());
  QF_TRY_ASSIGN(const record::Record record, record::ParseRecord(bare));
  ++findings_.signatures;
  const record::Header& header = record.header;
  if (header.office != office_) return Wrong("a record of another office");
  if (place.position() != leaves_.size()) return Wrong("positions do not run 0, 1, 2 …");
  if (place.received_at_us() <= last_received_us_ && leaves_.size() > 0) return Wrong("received_at does not increase");
  if (place.clock_at_us() > place.received_at_us()) return Wrong("clock_at is later than received_at");
  uint64_t& sequence = streams_[header.stream()];
  if (header.sequence != sequence + 1) return Wrong("a stream has a gap");
  QF_TRY(CheckBody(header, entry.record().body(), place.verdict() != 0));
  if (place.verdict() == 0) QF_TRY(CheckCeremony(record));
  QF_TRY_ASSIGN(const log::Leaf leaf, log::LeafFrom(place, record.id, Sha256(record.signature)));
  leaves_.Append(log::LeafHash(log::LeafData(leaf)));
  last_received_us_ = place.received_at_us();
  ++sequence;
  return absl::OkStatus();
}

absl::Status LogChecker::CheckBody(const record::Header& header, Bytes body, bool refused) {
  if (body.empty()) {
    if (header.body_size_bytes > 0 && !refused) ++findings_.bodies_absent;
    return absl::OkStatus();
  }
  if (body.size() != header.body_size_bytes || Sha256(body) != header.body_sha256) {
    return Wrong("a body is not the one that its header names");
  }
  ++findings_.bodies;
  return absl::OkStatus();
}

absl::Status LogChecker::CheckCeremony(const record::Record& record) {
  if (record.header.kind == recordpb::KIND_GENESIS && !genesis_.has_value()) {
    QF_TRY_ASSIGN(genesis_, record::VerifyGenesis(record.ToSignedHeader(), office_));
  }
  if (record.header.kind == recordpb::KIND_RESTART) {
    QF_TRY_ASSIGN(record::Restart restart, record::VerifyRestart(record, office_));
    const bool stands =
        restart.clear.kept_size() == leaves_.size() && restart.clear.kept_root() == leaves_.Root().bytes();
    const uint64_t term = restart.clear.term();
    restarts_.emplace(term, RestartSeen{std::move(restart.clear), stands});
  }
  return absl::OkStatus();
}

std::optional<SigningKey> LogChecker::LogKeyOf(uint64_t term) const {
  const auto restart = restarts_.find(term);
  const std::string bytes = restart != restarts_.end()                           ? restart->second.clear.log_key()
                            : term == record::kFirstTerm && genesis_.has_value() ? genesis_->log_key()
                                                                                 : std::string();
  const auto key = SigningKey::From(bytes);
  return key.ok() ? std::optional<SigningKey>(*key) : std::nullopt;
}

// Every RESTART that leads to `term` and that no later one has cut off stands where it says. One that was cut off was
// offered again, if at all, and stands anywhere.
absl::Status LogChecker::CheckLineage(uint64_t term) const {
  uint64_t cut = std::numeric_limits<uint64_t>::max();
  while (term != record::kFirstTerm) {
    const auto found = restarts_.find(term);
    if (found == restarts_.end()) break;
    const RestartSeen& restart = found->second;
    if (restart.clear.kept_size() < cut && !restart.stands_where_it_says) {
      return Wrong("a RESTART does not stand where it says, over the leaves that it keeps");
    }
    cut = std::min(cut, restart.clear.kept_size());
    term = restart.clear.continues_term();
  }
  return absl::OkStatus();
}

absl::Status LogChecker::CheckCheckpoint(Bytes note) {
  QF_TRY_ASSIGN(const log::Checkpoint claimed, log::ParseUnverified(note));
  findings_.term = claimed.term;
  const auto key = LogKeyOf(claimed.term);
  if (!key.has_value()) return Wrong("no record of this log names the key of its checkpoint's term");
  QF_TRY_ASSIGN(const log::Checkpoint checkpoint, log::ParseCheckpoint(note, office_, *key));
  findings_.checkpoint_verified = true;
  if (checkpoint.size != leaves_.size()) return Wrong("the checkpoint is of another size");
  if (checkpoint.root != leaves_.Root()) return Wrong("the leaves do not lead to the checkpoint's root");
  return CheckLineage(checkpoint.term);
}

}  // namespace qf::client
