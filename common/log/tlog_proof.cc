#include "common/log/tlog_proof.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/format.h"
#include "common/log/text.h"
#include "common/log/verify.h"

namespace qf::log {
namespace {

constexpr char kFirstLine[] = "c2sp.org/tlog-proof@v1";
constexpr char kExtra[] = "extra ";
constexpr char kIndex[] = "index ";

absl::Status Malformed(absl::string_view why) { return Error(Reason::REASON_MALFORMED, why); }

absl::StatusOr<std::string> ParseExtra(Bytes base64) {
  auto extra = internal::ParseBase64(base64);
  if (!extra.has_value() || extra->empty()) return Malformed("extra data are not base64");
  return *std::move(extra);
}

absl::StatusOr<Digest> ParseHash(Bytes base64) {
  const auto bytes = internal::ParseBase64(base64);
  if (!bytes.has_value() || bytes->size() != Digest::kSize) return Malformed("a line of the path is no hash");
  return Digest::From(*bytes);
}

}  // namespace

std::string FormatTlogProof(const TlogProof& proof) {
  std::string out = absl::StrCat(kFirstLine, "\n");
  if (!proof.extra.empty()) absl::StrAppend(&out, kExtra, absl::Base64Escape(proof.extra), "\n");
  absl::StrAppend(&out, kIndex, proof.position, "\n");
  for (const Digest& hash : proof.path) absl::StrAppend(&out, absl::Base64Escape(hash.bytes()), "\n");
  absl::StrAppend(&out, "\n", proof.checkpoint);
  return out;
}

absl::StatusOr<TlogProof> ParseTlogProof(Bytes text) {
  if (text.size() > kTlogProofBytes) {
    return Error(Reason::REASON_TOO_LARGE, "a tlog-proof is larger than 256 KiB");
  }
  TlogProof proof;
  if (internal::TakeLine(&text) != Bytes(kFirstLine)) return Malformed("this is no tlog-proof of version 1");
  auto line = internal::TakeLine(&text);
  if (line.has_value() && absl::ConsumePrefix(&*line, kExtra)) {
    QF_TRY_ASSIGN(proof.extra, ParseExtra(*line));
    line = internal::TakeLine(&text);
  }
  if (!line.has_value() || !absl::ConsumePrefix(&*line, kIndex)) {
    return Malformed("the line with the index is missing");
  }
  const auto position = internal::ParseDecimal(*line);
  if (!position.has_value()) return Malformed("the index is no number");
  proof.position = *position;
  for (line = internal::TakeLine(&text); line.has_value() && !line->empty(); line = internal::TakeLine(&text)) {
    if (proof.path.size() == kMaxPathHashes) return Malformed("the path is longer than any tree is high");
    QF_TRY_ASSIGN(const Digest hash, ParseHash(*line));
    proof.path.push_back(hash);
  }
  if (!line.has_value()) return Malformed("the checkpoint is missing");
  QF_TRY(ParseUnverified(text).status());
  proof.checkpoint = std::string(text);
  return proof;
}

absl::StatusOr<Checkpoint> VerifyTlogProof(Bytes text, const Digest& leaf_hash, const OfficeId& office,
                                           const SigningKey& log_key) {
  QF_TRY_ASSIGN(const TlogProof proof, ParseTlogProof(text));
  QF_TRY_ASSIGN(const Checkpoint checkpoint, ParseCheckpoint(proof.checkpoint, office, log_key));
  QF_TRY(VerifyInclusion(leaf_hash, proof.position, checkpoint.size, proof.path, checkpoint.root));
  return checkpoint;
}

}  // namespace qf::log
