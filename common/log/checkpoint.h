// A checkpoint: what the log says its size and root are, signed with the log key of one term
// (docs/protocol.md, Log; C2SP tlog-checkpoint). As text, four lines and the signatures:
//
//   qingfeng/00112233445566778899aabbccddeeff/1          origin: office id, term; also the log key's name
//   20852163                                             size
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=         root
//                                                        (extension lines: none, refused)
//   — qingfeng/00112233445566778899aabbccddeeff/1 Az3grl…
//
// One checkpoint of one size and root has one signed text. Lines of witnesses (cosignature.h) may follow;
// they are kept by whoever keeps the text, and mean nothing here.
// For: server, phones, desks, witnesses. Threads: any. Vectors: tests/vectors/checkpoint.json.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/strings.h"
#include "common/record/signing.h"

namespace qf::log {

struct Checkpoint {
  OfficeId office;
  uint64_t term = 0;  // ≥ 1
  uint64_t size = 0;  // ≤ kMaxSize
  Digest root;

  friend bool operator==(const Checkpoint& a, const Checkpoint& b) {
    return a.office == b.office && a.term == b.term && a.size == b.size && a.root == b.root;
  }
};

// "qingfeng/<office id in hex>/<term>".
std::string Origin(const OfficeId& office, uint64_t term);

// The text, signed with the log key of that term. The caller has made the leaves durable and signs none that
// is inconsistent with an earlier one.
std::string FormatCheckpoint(const Checkpoint& checkpoint, const record::Signer& log_key);

// What `text` says, once it is that office's and the log key signed it. INVALID_ARGUMENT(MALFORMED) or
// OUT_OF_RANGE(TOO_LARGE) when it is no checkpoint (note.h gives the bounds), INVALID_ARGUMENT(OFFICE) of
// another office, DATA_LOSS(PROOF) when the signature is missing or wrong. The term is not judged: the caller
// knows which term that log key is of.
absl::StatusOr<Checkpoint> ParseCheckpoint(Bytes text, const OfficeId& office, const SigningKey& log_key);

// What `text` claims, nothing verified: to find out whose log key is needed.
absl::StatusOr<Checkpoint> ParseUnverified(Bytes text);

}  // namespace qf::log
