// Unary calls, admission, limits, shutdown and renewal, over real sockets.
#include "server/rpc/grpc_carrier.h"

#include <sys/stat.h>

#include <thread>

#include "common/rpc/call_token.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/support/test_office.h"

namespace qf::server {
namespace {

using testing::HasSubstr;

constexpr uint64_t kSecondUs = kMicrosPerSecond;

TEST(GrpcCarrier, AnswersAUnaryCall) {
  TestOffice office;
  TestCaller caller(office.options());
  ASSERT_OK_AND_ASSIGN(const std::string answer, caller.Call("test.Test/Echo", TextBytes("hello")));
  EXPECT_EQ(TextOf(answer), "hello");
  EXPECT_TRUE(Eventually([&] { return office.carrier().calls() == 0; }));
}

TEST(GrpcCarrier, AnEmptyMessageIsAMessage) {
  TestOffice office;
  TestCaller caller(office.options());
  ASSERT_OK_AND_ASSIGN(const std::string answer, caller.Call("test.Test/Echo", ""));
  EXPECT_EQ(answer, "");
}

TEST(GrpcCarrier, AnErrorArrivesWithReasonTextAndWait) {
  TestOffice office;
  TestCaller caller(office.options());
  const auto result = caller.Call("test.Test/Busy", "");
  EXPECT_THAT(result, Fails(Reason::REASON_BUSY));
  EXPECT_EQ(result.status().message(), "come back later");
  EXPECT_EQ(RetryAfterMs(result.status()), 1'234u);
}

TEST(GrpcCarrier, WhatTheTableRefusesArrives) {
  TestOffice office;
  TestCaller caller(office.options());
  EXPECT_THAT(caller.Call("test.Test/None", ""), Fails(Reason::REASON_METHOD));
  EXPECT_THAT(caller.Call("test.Test/Drop", ""), Fails(Reason::REASON_LOST_ANSWER));
  EXPECT_THAT(caller.Call("test.Test/Echo", "\xff"), Fails(Reason::REASON_FRAME));
  EXPECT_THAT(caller.Call("test.Test/Small", TextBytes(std::string(200, 'x'))), Fails(Reason::REASON_TOO_LARGE));
}

TEST(GrpcCarrier, AFullMessageGoesThroughBothWays) {
  TestOffice office;
  TestCaller caller(office.options());
  // One byte of field, three of length, then the text: exactly the bound.
  const std::string request = TextBytes(std::string(limits::kMessageBytes - 4, 'x'));
  ASSERT_EQ(request.size(), limits::kMessageBytes);
  ASSERT_OK_AND_ASSIGN(const std::string answer, caller.Call("test.Test/Echo", request));
  EXPECT_EQ(answer, request);
}

TEST(GrpcCarrier, TheGuardSeesWhoCallsAndSetsThePrincipal) {
  SeededEntropy entropy(1);
  const auto signer = record::Signer::Generate(entropy);
  const auto office_id = entropy.Random<OfficeId>();
  TestOffice office([&](rpc::CallInfo& info) -> absl::Status {
    QF_TRY_ASSIGN(info.principal, rpc::VerifyCallToken(info.call_token, info.method, office_id, SystemClock().NowUs()));
    return absl::OkStatus();
  });
  TestCaller caller(office.options());
  const std::string token = rpc::MakeCallToken(signer, office_id, "test.Test/Who", SystemClock().NowUs(), entropy);
  ASSERT_OK_AND_ASSIGN(const std::string answer, caller.Call("test.Test/Who", "", kSecondUs * 30, token));
  EXPECT_EQ(TextOf(answer), absl::StrCat("127.0.0.1 ", signer.public_key().hex(), " ", ToHex(token)));

  EXPECT_THAT(caller.Call("test.Test/Echo", "", kSecondUs * 30, token), Fails(Reason::REASON_SIGNATURE));
  EXPECT_THAT(caller.Call("test.Test/Who", ""), Fails(Reason::REASON_FRAME));
  const std::string old =
      rpc::MakeCallToken(signer, office_id, "test.Test/Who", SystemClock().NowUs() - 400 * kSecondUs, entropy);
  EXPECT_THAT(caller.Call("test.Test/Who", "", kSecondUs * 30, old), Fails(Reason::REASON_CLOCK));
}

TEST(GrpcCarrier, TheGuardIsAskedOnlyForMethodsThatExist) {
  std::atomic<int> asked = 0;
  TestOffice office([&](rpc::CallInfo&) -> absl::Status {
    ++asked;
    return Error(Reason::REASON_ROLE, "nobody");
  });
  TestCaller caller(office.options());
  EXPECT_THAT(caller.Call("test.Test/None", ""), Fails(Reason::REASON_METHOD));
  EXPECT_EQ(asked, 0);
  EXPECT_THAT(caller.Call("test.Test/Echo", TextBytes(std::string(1 << 20, 'x'))), Fails(Reason::REASON_ROLE));
  EXPECT_EQ(asked, 1);
}

TEST(GrpcCarrier, AThousandCallsAtOnceOnOneConnection) {
  TestOffice office;
  TestCaller caller(office.options());
  std::vector<TestCaller::Started> calls;
  for (int i = 0; i < 1'000; ++i) calls.push_back(caller.Start("test.Test/Echo", TextBytes(absl::StrCat(i))));
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string answer, calls[i].result.get());
    EXPECT_EQ(TextOf(answer), absl::StrCat(i));
  }
  EXPECT_TRUE(Eventually([&] { return office.carrier().calls() == 0; }));
}

TEST(GrpcCarrier, AConnectionHasSoManyCallsAtOnceAndOthersWait) {
  TestOffice office;
  TestCaller caller(office.options());
  std::vector<TestCaller::Started> calls;
  for (int i = 0; i < 150; ++i) calls.push_back(caller.Start("test.Test/Wait", ""));
  ASSERT_TRUE(Eventually([&] { return office.service().waiting() == 100; }));
  EXPECT_EQ(office.carrier().calls(), 100u);
  size_t answered = 0;
  ASSERT_TRUE(Eventually([&] {
    answered += office.service().waiting();
    office.service().Release();
    return answered >= 150;
  }));
  for (auto& call : calls) EXPECT_OK(call.result.get());
}

TEST(GrpcCarrier, ACallersCancelReachesTheHandler) {
  TestOffice office;
  TestCaller caller(office.options());
  auto call = caller.Start("test.Test/Wait", "");
  ASSERT_TRUE(Eventually([&] { return office.service().waiting() == 1; }));
  EXPECT_EQ(office.service().cancelled(), 0u);
  caller.Cancel(call.id);
  EXPECT_THAT(call.result.get(), Fails(Reason::REASON_CANCELLED));
  EXPECT_TRUE(Eventually([&] { return office.service().woken() == 1; }));
  EXPECT_EQ(office.service().cancelled(), 1u);
  // For gRPC the call is over although its handler has not answered, and an answer harms nobody.
  EXPECT_TRUE(Eventually([&] { return office.carrier().calls() == 0; }));
  office.service().Release();
}

TEST(GrpcCarrier, TheCallersDeadlineEndsTheCall) {
  TestOffice office;
  TestCaller caller(office.options());
  EXPECT_THAT(caller.Call("test.Test/Wait", "", 300'000), Fails(Reason::REASON_DEADLINE));
  EXPECT_TRUE(Eventually([&] { return office.service().cancelled() == 1 && office.carrier().calls() == 0; }));
}

TEST(GrpcCarrier, ShutdownLetsCallsFinishAndTakesNoNewOnes) {
  TestOffice office;
  TestCaller caller(office.options());
  auto running = caller.Start("test.Test/Wait", "");
  ASSERT_TRUE(Eventually([&] { return office.service().waiting() == 1; }));
  std::thread stopping([&] { office.carrier().Shutdown(20 * kSecondUs); });
  // The connection lives while a call does, so a new call hears why it is refused.
  absl::StatusOr<std::string> refused;
  ASSERT_TRUE(Eventually([&] {
    refused = caller.Call("test.Test/Echo", "");
    return !refused.ok();
  }));
  EXPECT_THAT(refused, Fails(Reason::REASON_SHUTDOWN));
  office.service().Release();
  ASSERT_OK_AND_ASSIGN(const std::string answer, running.result.get());
  EXPECT_EQ(TextOf(answer), "released");
  const uint64_t from_us = SystemClock().SteadyUs();
  stopping.join();
  EXPECT_LT(SystemClock().SteadyUs() - from_us, 5 * kSecondUs);
  EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_UNREACHABLE));
}

TEST(GrpcCarrier, ShutdownEndsCallsThatDoNotFinish) {
  TestOffice office;
  TestCaller caller(office.options());
  std::vector<TestCaller::Started> running;
  for (int i = 0; i < 20; ++i) running.push_back(caller.Start("test.Test/Wait", ""));
  ASSERT_TRUE(Eventually([&] { return office.service().waiting() == 20; }));
  const uint64_t from_us = SystemClock().SteadyUs();
  office.carrier().Shutdown(300'000);
  const uint64_t took_us = SystemClock().SteadyUs() - from_us;
  EXPECT_GE(took_us, 300'000u);
  EXPECT_LT(took_us, 5 * kSecondUs);
  for (auto& call : running) EXPECT_THAT(call.result.get(), Fails(Reason::REASON_UNREACHABLE));
  EXPECT_EQ(office.service().woken(), 20u);
  EXPECT_EQ(office.carrier().calls(), 0u);
  office.Stop();
  office.service().Release();  // answers to nobody, after the carrier is gone
}

TEST(GrpcCarrier, ARenewedCertificateCountsForNewConnections) {
  TestOffice office;
  const TestOffice elsewhere;
  TestCaller before(office.options());
  ASSERT_OK(before.Call("test.Test/Echo", ""));

  ASSERT_OK(office.carrier().Renew(elsewhere.NewIdentity()));
  EXPECT_OK(before.Call("test.Test/Echo", ""));  // its connection goes on
  TestCaller old_roots(office.options());
  EXPECT_THAT(old_roots.Call("test.Test/Echo", ""), Fails(Reason::REASON_CERTIFICATE));
  TestCaller new_roots({.target = office.target(), .authorities = {elsewhere.authority().certificate_der}});
  EXPECT_OK(new_roots.Call("test.Test/Echo", ""));

  tls::Identity mixed = elsewhere.NewIdentity();
  mixed.private_key_pem = office.NewIdentity().private_key_pem.Copy();
  EXPECT_THAT(office.carrier().Renew(std::move(mixed)), Fails(Reason::REASON_CERTIFICATE));
  TestCaller still({.target = office.target(), .authorities = {elsewhere.authority().certificate_der}});
  EXPECT_OK(still.Call("test.Test/Echo", ""));
}

TEST(GrpcCarrier, OpenSaysWhatIsWrong) {
  const TestOffice office;
  TestService service;
  const auto open = [&](const std::string& address, tls::Identity identity) {
    return GrpcCarrier::Open(service.table(), nullptr, {.listen = TlsListen{address, std::move(identity)}}).status();
  };
  // A second server on a port in use is a mistake that must show.
  EXPECT_THAT(open(office.target(), office.NewIdentity()), Fails(Reason::REASON_CONFIG));
  EXPECT_THAT(open("no address", office.NewIdentity()), Fails(Reason::REASON_CONFIG));
  tls::Identity mixed = office.NewIdentity();
  mixed.chain_pem = office.NewIdentity().chain_pem;
  EXPECT_THAT(open("127.0.0.1:0", std::move(mixed)), Fails(Reason::REASON_CERTIFICATE));
}

class UnixCarrier : public testing::Test {
 protected:
  UnixCarrier() {
    std::string name = testing::TempDir() + "/qf_XXXXXX";
    QF_CHECK(mkdtemp(&name[0]) != nullptr);
    path_ = name + "/admin";
  }
  absl::StatusOr<std::unique_ptr<GrpcCarrier>> Open(const std::string& path) {
    return GrpcCarrier::Open(service_.table(), nullptr, {.listen = UnixListen{path}});
  }
  TestService service_;
  std::string path_;
};

TEST_F(UnixCarrier, ServesWithoutTlsToItsOwnUser) {
  ASSERT_OK_AND_ASSIGN(auto carrier, Open(path_));
  struct stat about{};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_EQ(carrier->port(), 0);
  TestCaller caller({.target = "unix:" + path_});
  ASSERT_OK_AND_ASSIGN(const std::string answer, caller.Call("test.Test/Who", ""));
  EXPECT_THAT(TextOf(answer), HasSubstr("unix "));
  EXPECT_THAT(carrier->Renew(TestOffice().NewIdentity()), Fails(Reason::REASON_STATE));
}

TEST_F(UnixCarrier, TakesOverTheSocketOfACrash) {
  ASSERT_OK_AND_ASSIGN(auto first, Open(path_));
  ASSERT_EQ(link(path_.c_str(), (path_ + ".kept").c_str()), 0);
  first = nullptr;
  ASSERT_EQ(rename((path_ + ".kept").c_str(), path_.c_str()), 0);  // as if it had not been removed
  ASSERT_OK_AND_ASSIGN(auto second, Open(path_));
  TestCaller caller({.target = "unix:" + path_});
  EXPECT_OK(caller.Call("test.Test/Echo", ""));
}

TEST_F(UnixCarrier, PathsHaveABound) {
  EXPECT_THAT(Open("/tmp/" + std::string(100, 'x')), Fails(Reason::REASON_CONFIG));
  EXPECT_THAT(Open(path_ + "/none/admin"), Fails(Reason::REASON_CONFIG));
}

}  // namespace
}  // namespace qf::server
