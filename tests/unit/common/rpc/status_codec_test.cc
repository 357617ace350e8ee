#include "common/rpc/status_codec.h"

#include "tests/support/status_matchers.h"

namespace qf::rpc {
namespace {

absl::Status RoundTrip(const absl::Status& status) {
  google::rpc::Status read;
  EXPECT_TRUE(read.ParseFromString(ToProto(status).SerializeAsString()));
  return FromProto(read);
}

ErrorDetail DetailOf(const google::rpc::Status& status) {
  ErrorDetail detail;
  EXPECT_TRUE(status.details_size() == 1 && status.details(0).UnpackTo(&detail));
  return detail;
}

TEST(StatusCodec, OkIsEmpty) {
  EXPECT_EQ(ToProto(absl::OkStatus()).ByteSizeLong(), 0u);
  EXPECT_OK(FromProto(google::rpc::Status()));
}

TEST(StatusCodec, EveryReasonComesBackWithCodeMessageAndWait) {
  const auto* reasons = ::qingfeng::common::v1::Reason_descriptor();
  for (int i = 1; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<Reason>(reasons->value(i)->number());
    const absl::Status sent = Error(reason, "what happened", 1'000 + i);
    const absl::Status got = RoundTrip(sent);
    EXPECT_EQ(got, sent) << NameOf(reason);
    EXPECT_EQ(ReasonOf(got), reason);
    EXPECT_EQ(RetryAfterMs(got), 1'000u + i);
  }
}

TEST(StatusCodec, ALibrarysErrorSaysInternalAndKeepsItsCode) {
  const google::rpc::Status proto = ToProto(absl::NotFoundError("no row"));
  EXPECT_EQ(proto.code(), 5);
  EXPECT_EQ(proto.message(), "no row");
  EXPECT_EQ(DetailOf(proto).reason(), Reason::REASON_INTERNAL);
  // INTERNAL belongs to code 13, so a reader believes the code and keeps no reason.
  EXPECT_EQ(FromProto(proto), absl::NotFoundError("no row"));
}

TEST(StatusCodec, ACodeBeyondTheKnownIsUnknown) {
  google::rpc::Status proto;
  proto.set_message("from the future");
  for (const int code : {17, 99, -1}) {
    proto.set_code(code);
    EXPECT_EQ(FromProto(proto), absl::UnknownError("from the future")) << code;
  }
}

TEST(StatusCodec, AReasonOfAnotherCodeIsNotBelieved) {
  google::rpc::Status proto = ToProto(Error(Reason::REASON_REVOKED, "revoked"));
  proto.set_code(static_cast<int>(absl::StatusCode::kUnavailable));
  const absl::Status got = FromProto(proto);
  EXPECT_EQ(got.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(got), Reason::REASON_UNSPECIFIED);
}

TEST(StatusCodec, AReasonFromANewerServerKeepsCodeAndMessage) {
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(absl::StatusCode::kFailedPrecondition));
  proto.set_message("not in this season");
  ErrorDetail detail;
  detail.set_reason(static_cast<Reason>(30'000));
  proto.add_details()->PackFrom(detail);
  EXPECT_EQ(FromProto(proto), absl::FailedPreconditionError("not in this season"));
}

TEST(StatusCodec, OtherDetailsAreSkippedAndBrokenOnesDoNoHarm) {
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(absl::StatusCode::kResourceExhausted));
  proto.set_message("busy");
  proto.add_details()->set_type_url("type.googleapis.com/google.rpc.RetryInfo");
  auto* broken = proto.add_details();
  broken->set_type_url("type.googleapis.com/qingfeng.common.v1.ErrorDetail");
  broken->set_value("\xff\xff");
  ErrorDetail detail;
  detail.set_reason(Reason::REASON_BUSY);
  proto.add_details()->PackFrom(detail);
  EXPECT_THAT(FromProto(proto), Fails(Reason::REASON_BUSY));
}

}  // namespace
}  // namespace qf::rpc
