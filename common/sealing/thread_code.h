// The code of a private thread: 100 random bits that are all a reporter needs to come back, on any device or
// only on paper, and the keys that they give. Source: docs/protocol.md, "Keys". Whoever has the code has the
// thread. Code bytes are 13, the low four bits of the last one zero. Threads: any.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/secret.h"
#include "common/sealing/keys.h"

namespace qf::sealing {

// Code bytes of a new thread. Draws 13 bytes.
Secret GenerateCode(Entropy& entropy);

// The code as a person writes it down: 20 symbols and a check symbol (paper_text.h), 27 characters. LENGTH
// unless `code_bytes` are such bytes.
absl::StatusOr<Secret> FormatCode(Bytes code_bytes);

// The code bytes of what a person typed. LENGTH or TYPO.
absl::StatusOr<Secret> ParseCode(absl::string_view text);

// The thread's two keys: DeriveSeedAndPair of the 13 bytes, salt = office id, label kThreadKeysLabel; so one
// code gives unrelated threads in two offices. LENGTH as above.
absl::StatusOr<SigningSeedAndPair> DeriveThreadKeys(const OfficeId& office, Bytes code_bytes);

}  // namespace qf::sealing
