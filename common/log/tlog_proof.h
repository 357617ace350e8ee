// A receipt as text that a stranger's tool can check (C2SP tlog-proof, v1), in files named *.tlog-proof.
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>            left out when there is none; not authenticated, so a hint and no more
//   index <position>
//   <base64 of a hash>        the audit path, leaf's sibling first; none for a log of one leaf
//
//   <the checkpoint, signatures included>
//
// For: exporting a receipt, and checking one that was exported. Inside Qingfeng receipts travel as messages.
// By convention our `extra` is the leaf data (format.h), so that a tool needs nothing else to compute the
// leaf's hash; whoever relies on what the leaf says computes it anew from header and signature. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/strings.h"
#include "common/log/checkpoint.h"

namespace qf::log {

// A note of 128 KiB, a path of 63 hashes, and extra data as the rest.
constexpr size_t kTlogProofBytes = 256 * 1024;

struct TlogProof {
  uint64_t position = 0;
  std::vector<Digest> path;
  std::string extra;
  std::string checkpoint;  // a note; ParseTlogProof gives it verbatim and not verified
};

std::string FormatTlogProof(const TlogProof& proof);

// INVALID_ARGUMENT(MALFORMED) when `text` breaks the format or its checkpoint is none of ours,
// OUT_OF_RANGE(TOO_LARGE) beyond kTlogProofBytes or the bounds of note.h. Nothing is verified.
absl::StatusOr<TlogProof> ParseTlogProof(Bytes text);

// The checkpoint under which `text` proves that the log of `office` with `log_key` holds `leaf_hash`.
// As ParseTlogProof and ParseCheckpoint, and DATA_LOSS(PROOF) when the path does not lead to its root.
absl::StatusOr<Checkpoint> VerifyTlogProof(Bytes text, const Digest& leaf_hash, const OfficeId& office,
                                           const SigningKey& log_key);

}  // namespace qf::log
