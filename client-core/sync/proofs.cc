#include "client-core/sync/proofs.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/verify.h"

namespace qf::client {
namespace {

// A path that does not verify between two checkpoints of one term is a split view, not a broken path.
absl::Status CheckConsistent(const log::Checkpoint& older, const log::Checkpoint& newer,
                             const google::protobuf::RepeatedPtrField<std::string>& consistency) {
  QF_TRY_ASSIGN(const auto path, log::PathFromHashes(consistency));
  if (older.size > newer.size) return Error(Reason::REASON_FORK, "the server shows a shorter log than before");
  if (!log::VerifyConsistency(older.size, older.root, newer.size, newer.root, path).ok()) {
    return Error(Reason::REASON_FORK, "the server's log does not continue the one that it showed before");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AnswerProofs> AnswerProofs::Verify(const Replica& replica, const recordpb::Proofs& proofs,
                                                  const google::protobuf::RepeatedPtrField<std::string>& consistency) {
  AnswerProofs out;
  QF_TRY_ASSIGN(out.checkpoint_, replica.Verified(proofs.checkpoint()));
  out.nodes_ = proofs.nodes();
  if (replica.newest().has_value()) {
    QF_TRY(CheckConsistent(replica.newest()->checkpoint, out.checkpoint_.checkpoint, consistency));
  }
  return out;
}

absl::StatusOr<std::string> AnswerProofs::PathOf(const record::Placement& place, const RecordId& record,
                                                 Bytes signature, const recordpb::Path& path) const {
  QF_TRY_ASSIGN(
      const auto hashes,
      log::PathFromTable(nodes_, absl::MakeConstSpan(path.nodes().data(), static_cast<size_t>(path.nodes_size()))));
  QF_TRY_ASSIGN(const Digest leaf, LeafHashOf(place, record, signature));
  const log::Checkpoint& checkpoint = checkpoint_.checkpoint;
  QF_TRY(log::VerifyInclusion(leaf, place.position, checkpoint.size, hashes, checkpoint.root));
  std::string packed;
  for (const Digest& hash : hashes) absl::StrAppend(&packed, hash.bytes());
  return packed;
}

}  // namespace qf::client
