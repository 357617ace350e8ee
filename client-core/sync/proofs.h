// What one answer of the server proves: its checkpoint, and paths in its table of hashes. docs/protocol.md,
// "Receipt". Everything here is verified before anything of the answer enters the store.
#pragma once

#include <string>

#include "client-core/store/checkpoint.h"
#include "client-core/sync/replica.h"
#include "common/record/entry.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::client {

class AnswerProofs {
 public:
  // Verifies the checkpoint's signature, and that it is consistent with the newest that this device knows.
  // PROOF when a signature or path fails, FORK when two checkpoints of one term disagree.
  static absl::StatusOr<AnswerProofs> Verify(const Replica& replica, const recordpb::Proofs& proofs,
                                             const google::protobuf::RepeatedPtrField<std::string>& consistency);

  const SignedCheckpoint& checkpoint() const { return checkpoint_; }

  // Verifies that the record stands at `place`; gives its path, hashes of 32 bytes. PROOF otherwise.
  absl::StatusOr<std::string> PathOf(const record::Placement& place, const RecordId& record, Bytes signature,
                                     const recordpb::Path& path) const;

 private:
  SignedCheckpoint checkpoint_;
  std::string nodes_;
};

}  // namespace qf::client
