#include "common/sealing/thread_code.h"

#include "common/base/error.h"
#include "common/base/try.h"
#include "common/sealing/format.h"
#include "common/sealing/paper_text.h"

namespace qf::sealing {
namespace {

constexpr unsigned char kUnusedBits = 0x0f;
static_assert(PaperBytes(1) == kThreadCodeBytes);

absl::Status Check(Bytes code_bytes) {
  if (code_bytes.size() == kThreadCodeBytes && (code_bytes.back() & kUnusedBits) == 0) {
    return absl::OkStatus();
  }
  return Error(Reason::REASON_LENGTH, "a thread's code must have 100 bits");
}

}  // namespace

Secret GenerateCode(Entropy& entropy) {
  Secret code = entropy.RandomSecret(kThreadCodeBytes);
  code.mutable_data()[kThreadCodeBytes - 1] &= static_cast<unsigned char>(~kUnusedBits);
  return code;
}

absl::StatusOr<Secret> FormatCode(Bytes code_bytes) {
  QF_TRY(Check(code_bytes));
  return FormatPaperText(code_bytes, 1);
}

absl::StatusOr<Secret> ParseCode(absl::string_view text) { return ParsePaperText(text, 1); }

absl::StatusOr<SigningSeedAndPair> DeriveThreadKeys(const OfficeId& office, Bytes code_bytes) {
  QF_TRY(Check(code_bytes));
  return DeriveSeedAndPair(code_bytes, office.bytes(), kThreadKeysLabel);
}

}  // namespace qf::sealing
