#include "common/connect/protocol.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/rpc/json.h"
#include "common/rpc/status_codec.h"
#include "google/protobuf/struct.pb.h"

namespace qf::connect {
namespace {

constexpr char kEndFlag = 2;
constexpr size_t kTimeoutDigitsMax = 10;

struct Type {
  Bytes name;
  Kind kind;
};
constexpr Type kTypes[] = {
    {"application/proto", {false, Payload::kProto}},
    {"application/json", {false, Payload::kJson}},
    {"application/connect+proto", {true, Payload::kProto}},
    {"application/connect+json", {true, Payload::kJson}},
};

// By number of google.rpc.Code.
struct Code {
  Bytes name;
  int http;
};
constexpr Code kCodes[] = {
    {"ok", 200},
    {"canceled", 499},
    {"unknown", 500},
    {"invalid_argument", 400},
    {"deadline_exceeded", 504},
    {"not_found", 404},
    {"already_exists", 409},
    {"permission_denied", 403},
    {"resource_exhausted", 429},
    {"failed_precondition", 400},
    {"aborted", 409},
    {"out_of_range", 400},
    {"unimplemented", 501},
    {"internal", 500},
    {"unavailable", 503},
    {"data_loss", 500},
    {"unauthenticated", 401},
};

const Code& Of(absl::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  return kCodes[number < std::size(kCodes) ? number : static_cast<size_t>(absl::StatusCode::kUnknown)];
}

google::protobuf::Value Text(Bytes text) {
  google::protobuf::Value value;
  value.set_string_value(std::string(text));
  return value;
}

google::protobuf::Struct ErrorOf(const absl::Status& status) {
  google::protobuf::Struct error;
  auto& fields = *error.mutable_fields();
  fields["code"] = Text(Of(status.code()).name);
  fields["message"] = Text(status.message());
  auto& details = *fields["details"].mutable_list_value();
  const google::rpc::Status proto = rpc::ToProto(status);
  for (const auto& any : proto.details()) {
    auto& detail = *details.add_values()->mutable_struct_value()->mutable_fields();
    detail["type"] = Text(absl::StripPrefix(any.type_url(), "type.googleapis.com/"));
    // Without padding, as the protocol has it.
    std::string value = absl::Base64Escape(any.value());
    while (absl::EndsWith(value, "=")) value.pop_back();
    detail["value"] = Text(value);
  }
  return error;
}

std::string Enveloped(char flags, Bytes message) {
  std::string out(1, flags);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(message.size() >> shift & 0xff));
  absl::StrAppend(&out, message);
  return out;
}

}  // namespace

std::optional<Kind> KindOf(Bytes content_type) {
  const Bytes name = absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';')));
  for (const Type& type : kTypes) {
    if (absl::EqualsIgnoreCase(name, type.name)) return type.kind;
  }
  return std::nullopt;
}

Bytes ContentTypeOf(Kind kind) {
  const auto* const found = std::find_if(std::begin(kTypes), std::end(kTypes), [kind](const Type& type) {
    return type.kind.streams == kind.streams && type.kind.payload == kind.payload;
  });
  return found->name;
}

int HttpStatusOf(absl::StatusCode code) { return Of(code).http; }

std::string ErrorJson(const absl::Status& status) { return rpc::ToJson(ErrorOf(status)).value_or("{}"); }

std::string Envelope(Bytes message) { return Enveloped(0, message); }

std::string EndOfStream(const absl::Status& status) {
  google::protobuf::Struct end;
  if (!status.ok()) *(*end.mutable_fields())["error"].mutable_struct_value() = ErrorOf(status);
  return Enveloped(kEndFlag, rpc::ToJson(end).value_or("{}"));
}

absl::StatusOr<std::string> OpenEnvelope(Bytes body) {
  if (body.size() < kEnvelopeBytes) return Error(Reason::REASON_FRAME, "a request needs one message");
  if (body[0] != 0) return Error(Reason::REASON_FRAME, "the message is compressed or of an unknown kind");
  uint64_t size_bytes = 0;
  for (size_t i = 1; i < kEnvelopeBytes; ++i) size_bytes = size_bytes << 8 | static_cast<unsigned char>(body[i]);
  if (size_bytes != body.size() - kEnvelopeBytes) {
    return Error(Reason::REASON_FRAME, "the message has another length than its envelope says");
  }
  return std::string(body.substr(kEnvelopeBytes));
}

absl::StatusOr<uint64_t> ReadTimeoutUs(Bytes header) {
  uint64_t ms = 0;
  const bool digits = std::all_of(header.begin(), header.end(), absl::ascii_isdigit);
  if (!digits || header.size() > kTimeoutDigitsMax || !absl::SimpleAtoi(header, &ms)) {
    return Error(Reason::REASON_FRAME, "the timeout is not a number of milliseconds");
  }
  return ms * 1000;
}

}  // namespace qf::connect
