#include "tests/simulation/bounds.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "qingfeng/server/v1/blob.pb.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::sim {
namespace {

namespace serverpb = ::qingfeng::server::v1;

constexpr char kExchange[] = "qingfeng.server.v1.SyncService/Exchange";

TEST(Bounds, WhatIsAllowedIsWithin) {
  serverpb::ExchangeRequest request;
  for (size_t i = 0; i < limits::kPushRecords; ++i) request.add_push()->mutable_record()->set_body("sealed");
  EXPECT_EQ(RequestBeyondBounds(kExchange, request.SerializeAsString()), "");
  serverpb::ExchangeResponse response;
  response.add_pages()->add_entries()->mutable_record()->set_body("sealed");
  EXPECT_EQ(AnswerBeyondBounds(kExchange, response.SerializeAsString()), "");
}

TEST(Bounds, WhatIsBeyondIsSaid) {
  serverpb::ExchangeRequest many;
  for (size_t i = 0; i <= limits::kPushRecords; ++i) many.add_push();
  EXPECT_EQ(RequestBeyondBounds(kExchange, many.SerializeAsString()), "the records of a push");

  serverpb::ExchangeRequest heavy;
  for (size_t i = 0; i < 5; ++i) heavy.add_push()->mutable_record()->set_body(std::string(limits::kBodyBytes, 'b'));
  EXPECT_EQ(RequestBeyondBounds(kExchange, heavy.SerializeAsString()), "the bytes of a push");

  serverpb::AppendRequest part;
  part.set_data(std::string(limits::kAppendBytes + 1, 'p'));
  EXPECT_EQ(RequestBeyondBounds("qingfeng.server.v1.BlobService/Append", part.SerializeAsString()), "a part of a file");

  serverpb::ExchangeResponse page;
  for (size_t i = 0; i <= limits::kPageEntries; ++i) {
    if (i == 0) page.add_pages();
    page.mutable_pages(0)->add_entries();
  }
  EXPECT_EQ(AnswerBeyondBounds(kExchange, page.SerializeAsString()), "the entries of a page");
  EXPECT_EQ(AnswerBeyondBounds(kExchange, std::string(limits::kMessageBytes + 1, 'x')), "an answer");
  EXPECT_EQ(AnswerBeyondBounds(kExchange, "\xff"), "bytes that are no message");
}

}  // namespace
}  // namespace qf::sim
