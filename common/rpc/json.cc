#include "common/rpc/json.h"

#include <memory>

#include "common/base/error.h"
#include "google/protobuf/util/json_util.h"

namespace qf::rpc {

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    return Error(Reason::REASON_INTERNAL, "a message cannot be put as JSON");
  }
  return json;
}

absl::StatusOr<std::string> FromJson(const std::string& json, const google::protobuf::Message& prototype) {
  const std::unique_ptr<google::protobuf::Message> message(prototype.New());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json.empty() ? "{}" : json, message.get());
  if (!parsed.ok()) return Error(Reason::REASON_FRAME, "the request is not the JSON of this method");
  return message->SerializeAsString();
}

}  // namespace qf::rpc
