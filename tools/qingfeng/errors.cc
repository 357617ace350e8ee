#include "tools/qingfeng/errors.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

struct Row {
  absl::StatusCode code;
  ExitCode exit;
};

// Every google.rpc.Code. Codes that say "try again" are 5, codes that say "you may not" are 4, codes that say
// "what you gave is not usable" are 2.
constexpr Row kByCode[] = {
    {absl::StatusCode::kOk, kExitOk},
    {absl::StatusCode::kCancelled, kExitInterrupted},
    {absl::StatusCode::kUnknown, kExitFailure},
    {absl::StatusCode::kInvalidArgument, kExitUsage},
    {absl::StatusCode::kDeadlineExceeded, kExitUnavailable},
    {absl::StatusCode::kNotFound, kExitNotFound},
    {absl::StatusCode::kAlreadyExists, kExitFailure},
    {absl::StatusCode::kPermissionDenied, kExitRefused},
    {absl::StatusCode::kResourceExhausted, kExitUnavailable},
    {absl::StatusCode::kFailedPrecondition, kExitFailure},
    {absl::StatusCode::kAborted, kExitFailure},
    {absl::StatusCode::kOutOfRange, kExitUsage},
    {absl::StatusCode::kUnimplemented, kExitFailure},
    {absl::StatusCode::kInternal, kExitFailure},
    {absl::StatusCode::kUnavailable, kExitUnavailable},
    {absl::StatusCode::kDataLoss, kExitDataLoss},
    {absl::StatusCode::kUnauthenticated, kExitRefused},
};

// Whether the message was written in the person's language already: by this program, or found in the catalogue.
bool ReadsWell(absl::string_view message) {
  const bool ascii = std::all_of(message.begin(), message.end(), [](char c) { return (c & 0x80) == 0; });
  return CurrentLanguage() == Language::kEnglish || !ascii;
}

std::string RetryText(uint64_t retry_after_ms) {
  if (retry_after_ms == 0) return "";
  return absl::Substitute(Tr("try again in $0 s"), (retry_after_ms + 999) / 1000);
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  if (reason == Reason::REASON_PIN_WRONG || reason == Reason::REASON_PIN_WAIT) return kExitWrongPin;
  const auto* row = std::find_if(std::begin(kByCode), std::end(kByCode),
                                 [&](const Row& candidate) { return candidate.code == status.code(); });
  return row == std::end(kByCode) ? kExitFailure : row->exit;
}

std::vector<ExitMeaning> ExitMeanings() {
  return {{kExitOk, Mark("done")},
          {kExitFailure, Mark("it failed, or is not possible in this state")},
          {kExitUsage, Mark("the command line, or a value in it, is not usable")},
          {kExitNotFound, Mark("there is no such thing")},
          {kExitRefused, Mark("refused: this device or role may not")},
          {kExitUnavailable, Mark("not reachable, busy, or out of space: try again later")},
          {kExitWrongPin, Mark("wrong PIN, or too many wrong ones")},
          {kExitDataLoss, Mark("damage: a store, a proof or the log is not what it must be")},
          {kExitInterrupted, Mark("interrupted")}};
}

absl::Status AtLine(size_t line, const absl::Status& status) {
  return status.ok() ? status : Annotate(status, absl::Substitute(Tr("line $0"), line));
}

std::string ErrorText(const absl::Status& status, const Console& console) {
  const Reason reason = ReasonOf(status);
  const std::string message = Clean(TrText(status.message()));
  const std::string sentence = ReadsWell(message) ? "" : TrReason(reason);
  std::string out = absl::StrCat(console.Red(Tr("error")), ": ", sentence.empty() ? message : sentence);
  if (reason != Reason::REASON_UNSPECIFIED) absl::StrAppend(&out, " (", NameOf(reason), ")");
  if (!sentence.empty()) absl::StrAppend(&out, "\n", Tr("detail"), ": ", message);
  const std::string remedy = TrText(RemedyOf(reason));
  if (!remedy.empty()) absl::StrAppend(&out, "\n", Tr("next"), ": ", remedy);
  const std::string retry = RetryText(RetryAfterMs(status));
  if (!retry.empty()) absl::StrAppend(&out, "\n", retry);
  return out + "\n";
}

std::string ErrorJson(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  google::protobuf::Struct whole;
  auto& error = *(*whole.mutable_fields())["error"].mutable_struct_value()->mutable_fields();
  error["code"].set_string_value(absl::StatusCodeToString(status.code()));
  error["reason"].set_string_value(NameOf(reason));
  error["message"].set_string_value(std::string(status.message()));
  error["remedy"].set_string_value(std::string(RemedyOf(reason)));
  error["retry_after_ms"].set_number_value(static_cast<double>(RetryAfterMs(status)));
  std::string out;
  if (!google::protobuf::util::MessageToJsonString(whole, &out).ok()) return "{}\n";
  return out + "\n";
}

}  // namespace qf::cli
