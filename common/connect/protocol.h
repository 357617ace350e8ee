// The Connect protocol as bytes: what a call, its status and a stream look like over HTTP. Unary and server-streaming
// calls, Protocol Buffers or JSON, nothing compressed. No sockets here: http_front.h has them.
//
//   POST /package.Service/Method, Content-Type application/proto or application/json: the body is the request, the
//     answer's body the response, or with another HTTP status than 200 the JSON of an error.
//   The same with application/connect+proto or application/connect+json: the body is one envelope, the answer's body
//     envelopes, of which the last says how it ended.
// Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/strings.h"

namespace qf::connect {

enum class Payload { kProto, kJson };

// What a Content-Type asks for.
struct Kind {
  bool streams = false;
  Payload payload = Payload::kProto;
};

// nullopt if it is none of the four. Parameters after ';' mean nothing.
std::optional<Kind> KindOf(Bytes content_type);
Bytes ContentTypeOf(Kind kind);

// The HTTP status of a unary answer that ended so.
int HttpStatusOf(absl::StatusCode code);

// {"code":"not_found","message":"…","details":[…]}, with the ErrorDetail in `details` as its bytes.
std::string ErrorJson(const absl::Status& status);

// What an envelope adds to its message.
constexpr size_t kEnvelopeBytes = 5;

// A message of a stream: flags (0), length in 4 bytes big-endian, bytes.
std::string Envelope(Bytes message);
// The last of a stream: {} or {"error":…}.
std::string EndOfStream(const absl::Status& status);
// The message of a streaming request. INVALID_ARGUMENT(FRAME) unless `body` is one whole envelope that is not
// compressed.
absl::StatusOr<std::string> OpenEnvelope(Bytes body);

// What Connect-Timeout-Ms says, 1 to 10 digits. INVALID_ARGUMENT(FRAME).
absl::StatusOr<uint64_t> ReadTimeoutUs(Bytes header);

}  // namespace qf::connect
