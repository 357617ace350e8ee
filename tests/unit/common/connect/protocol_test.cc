#include "common/connect/protocol.h"

#include <gmock/gmock.h>

#include "common/base/error.h"
#include "tests/support/status_matchers.h"

namespace qf::connect {
namespace {

using testing::HasSubstr;

TEST(Protocol, KnowsItsFourContentTypes) {
  for (const char* name : {"application/proto", "application/json", "application/connect+proto",
                           "application/connect+json", "Application/JSON; charset=utf-8"}) {
    EXPECT_TRUE(KindOf(name).has_value()) << name;
  }
  EXPECT_TRUE(KindOf("application/connect+json")->streams);
  EXPECT_FALSE(KindOf("text/plain").has_value());
  EXPECT_FALSE(KindOf("application/x-www-form-urlencoded").has_value());
  EXPECT_FALSE(KindOf("").has_value());
  EXPECT_EQ(ContentTypeOf({true, Payload::kProto}), "application/connect+proto");
}

TEST(Protocol, AnErrorIsItsCodeMessageAndDetail) {
  const std::string json = ErrorJson(Error(Reason::REASON_PIN_WAIT, "too many wrong \"tries\"", 5000));
  EXPECT_THAT(json, HasSubstr("\"message\":\"too many wrong \\\"tries\\\"\""));
  EXPECT_THAT(json, HasSubstr("\"type\":\"qingfeng.common.v1.ErrorDetail\""));
  EXPECT_THAT(ErrorJson(absl::CancelledError("x")), HasSubstr("\"canceled\""));
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kNotFound), 404);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kUnauthenticated), 401);
  EXPECT_EQ(HttpStatusOf(static_cast<absl::StatusCode>(99)), 500);
}

TEST(Protocol, EnvelopesOpenAgain) {
  EXPECT_EQ(Envelope("abc"), std::string("\0\0\0\0\3abc", 8));
  EXPECT_EQ(*OpenEnvelope(Envelope("abc")), "abc");
  EXPECT_EQ(*OpenEnvelope(Envelope("")), "");
  EXPECT_EQ(EndOfStream(absl::OkStatus()), std::string("\2\0\0\0\2{}", 7));
  EXPECT_THAT(EndOfStream(absl::NotFoundError("no")), HasSubstr("{\"error\":{"));
}

TEST(Protocol, EnvelopesThatAreNone) {
  const std::string whole = Envelope("abc");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(OpenEnvelope(whole.substr(0, size)), Fails(Reason::REASON_FRAME)) << size;
  }
  EXPECT_THAT(OpenEnvelope(whole + "x"), Fails(Reason::REASON_FRAME));
  EXPECT_THAT(OpenEnvelope("\1" + whole.substr(1)), Fails(Reason::REASON_FRAME));
  EXPECT_THAT(OpenEnvelope(whole + whole), Fails(Reason::REASON_FRAME));
}

TEST(Protocol, Timeouts) {
  EXPECT_EQ(*ReadTimeoutUs("1500"), 1'500'000u);
  EXPECT_EQ(*ReadTimeoutUs("9999999999"), 9'999'999'999'000u);
  for (const char* text : {"", "-1", "1s", "12345678901", " 5"}) {
    EXPECT_THAT(ReadTimeoutUs(text), Fails(Reason::REASON_FRAME)) << text;
  }
}

}  // namespace
}  // namespace qf::connect
