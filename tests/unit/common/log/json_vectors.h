// Reads a file of tests/vectors: bytes are hexadecimal there, integers decimal text.
#pragma once

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/base/files.h"
#include "common/base/ids.h"

namespace qf {

// A JSON object of a vector file. What a test asks for must be there: a missing field fails the test, loudly.
class JsonObject {
 public:
  static JsonObject Load(const std::string& file_name) {
    JsonObject out;
    const auto text = ReadFile(SystemFiles(), std::string("tests/vectors/") + file_name, 8 << 20);
    EXPECT_TRUE(text.ok() && google::protobuf::util::JsonStringToMessage(*text, &out.fields_).ok()) << file_name;
    return out;
  }

  JsonObject object(const std::string& name) const { return JsonObject(field(name).struct_value()); }
  std::vector<JsonObject> objects(const std::string& name) const {
    std::vector<JsonObject> out;
    for (const auto& value : field(name).list_value().values()) {
      out.push_back(JsonObject(value.struct_value()));
    }
    EXPECT_FALSE(out.empty()) << "nothing under " << name;
    return out;
  }
  std::vector<std::string> texts(const std::string& name) const {
    std::vector<std::string> out;
    for (const auto& value : field(name).list_value().values()) out.push_back(value.string_value());
    return out;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, value] : fields_.fields()) out.push_back(name);
    return out;
  }
  const std::string& text(const std::string& name) const { return field(name).string_value(); }
  std::string bytes(const std::string& name) const { return Unhex(text(name)); }
  uint64_t u64(const std::string& name) const { return ToU64(text(name)); }
  template <class Id>
  Id id(const std::string& name) const {
    const auto id = Id::From(bytes(name));
    EXPECT_TRUE(id.ok()) << name;
    return id.value_or(Id());
  }
  std::vector<Digest> digests(const std::string& name) const {
    std::vector<Digest> out;
    for (const std::string& hex : texts(name)) out.push_back(Digest::From(Unhex(hex)).value_or(Digest()));
    return out;
  }

  static std::string Unhex(const std::string& hex) {
    std::string out;
    EXPECT_TRUE(FromHex(hex, &out)) << hex;
    return out;
  }
  static uint64_t ToU64(const std::string& text) {
    uint64_t out = 0;
    EXPECT_TRUE(absl::SimpleAtoi(text, &out)) << text;
    return out;
  }

 private:
  JsonObject() = default;
  explicit JsonObject(const google::protobuf::Struct& fields) : fields_(fields) {}
  const google::protobuf::Value& field(const std::string& name) const {
    static const google::protobuf::Value kNone;
    const auto found = fields_.fields().find(name);
    EXPECT_TRUE(found != fields_.fields().end()) << "no field " << name;
    return found == fields_.fields().end() ? kNone : found->second;
  }

  google::protobuf::Struct fields_;
};

}  // namespace qf
