// Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519, type 0x04): a witness says that at some second
// this was the largest tree of this log that it had seen, consistent with every earlier one.
//
// For: witnesses, who sign only after they have checked consistency (verify.h), and readers, who count those
// of the key names and keys that GENESIS or WITNESSES name. Not for: deciding a quorum. Threads: any.
// A line is "— <witness> <base64 of key id ‖ seconds (8 bytes) ‖ signature>"; signed are the bytes of
//   "cosignature/v1\ntime <seconds>\n" and the checkpoint's text without its signatures.
// A witness uses its key for this and nothing else: the name is not signed.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/strings.h"
#include "common/record/signing.h"

namespace qf::log {

// `checkpoint` with one line of `witness` (a key name, note.h) more. `now_s` is its clock in seconds since
// 1970. MALFORMED when the checkpoint or the name cannot be read, TOO_LARGE when there is no room.
absl::StatusOr<std::string> AddCosignature(Bytes checkpoint, Bytes witness, const record::Signer& key, uint64_t now_s);

// Seconds since 1970 at which `witness` cosigned; the latest, if it did so several times. NOT_FOUND when it
// did not, DATA_LOSS(PROOF) when a line that claims to be of its key does not verify. The log's own signature
// is not looked at: ParseCheckpoint does that.
absl::StatusOr<uint64_t> VerifyCosignature(Bytes checkpoint, Bytes witness, const SigningKey& key);

}  // namespace qf::log
