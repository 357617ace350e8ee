// ProtoJSON of messages, for whoever calls without Protocol Buffers: the C ABI in its JSON mode, Connect in its
// own, the command line.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace qf::rpc {

// With the field names of the proto, and every field whether it is set or not, so that it is read without a schema.
// INTERNAL(INTERNAL) if it cannot be put so: text in it is no UTF-8.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message);
// The bytes of the message that `json` is; empty text is {}. INVALID_ARGUMENT(FRAME) when it is not of that message.
absl::StatusOr<std::string> FromJson(const std::string& json, const google::protobuf::Message& prototype);

}  // namespace qf::rpc
