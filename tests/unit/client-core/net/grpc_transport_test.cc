// The transport over real sockets: to a server of ours, and to things that are none.
#include "client-core/net/grpc_transport.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_office.h"

namespace qf::net {
namespace {

constexpr uint64_t kSecondUs = kMicrosPerSecond;

// Accepts connections on 127.0.0.1, counts them, and then is silent or hangs up.
class DumbServer {
 public:
  enum Manner { kSilent, kHangsUp };
  explicit DumbServer(Manner manner) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    QF_CHECK(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(socket_, 100) == 0);
    QF_CHECK(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, manner] {
      for (int one; (one = accept(socket_, nullptr, nullptr)) >= 0;) {
        ++accepted_;
        if (manner == kHangsUp) close(one);
        if (manner == kSilent) open_.push_back(one);
      }
    });
  }
  ~DumbServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    for (const int one : open_) close(one);
    close(socket_);
  }
  std::string target() const { return absl::StrCat("127.0.0.1:", port_); }
  int accepted() const { return accepted_; }

 private:
  const int socket_;
  uint16_t port_;
  std::atomic<int> accepted_ = 0;
  std::vector<int> open_;
  std::thread thread_;
};

// Established connections to that port of 127.0.0.1, as the kernel counts them. gRPC's sockets are of IPv6.
int ConnectionsTo(const std::string& target) {
  const std::string port = absl::StrFormat("0100007F:%04X", std::stoi(target.substr(target.find(':') + 1)));
  int out = 0;
  for (const char* name : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    std::ifstream table(name);
    std::string number, local, remote, state, rest;
    while (table >> number >> local >> remote >> state && std::getline(table, rest)) {
      if (absl::EndsWith(remote, port) && state == "01") ++out;
    }
  }
  return out;
}

TEST(GrpcTransport, OneConnectionCarriesManyCallsAndCounts) {
  TestOffice office;
  TestCaller caller(office.options());
  EXPECT_EQ(ConnectionsTo(office.target()), 0);  // none before the first call
  for (int i = 0; i < 20; ++i) ASSERT_OK(caller.Call("test.Test/Echo", TextBytes("1234567890")));
  EXPECT_EQ(ConnectionsTo(office.target()), 1);
  EXPECT_THAT(caller.Call("test.Test/Busy", TextBytes("a")), Fails(Reason::REASON_BUSY));
  const auto traffic = caller.transport().traffic();
  EXPECT_EQ(traffic.calls, 21u);
  EXPECT_EQ(traffic.sent_bytes, 20 * 12 + 3u);
  EXPECT_EQ(traffic.received_bytes, 20 * 12u);
}

TEST(GrpcTransport, TwoTransportsHaveTheirOwnConnections) {
  TestOffice office;
  TestCaller one(office.options()), two(office.options());
  ASSERT_OK(one.Call("test.Test/Echo", ""));
  ASSERT_OK(two.Call("test.Test/Echo", ""));
  EXPECT_EQ(ConnectionsTo(office.target()), 2);
}

TEST(GrpcTransport, IdleConnectionsCloseAndComeAgain) {
  TestOffice office;
  auto options = office.options();
  options.idle_us = 400'000;
  TestCaller caller(options);
  auto waiting = caller.Start("test.Test/Wait", "");
  EXPECT_FALSE(Eventually([&] { return office.service().waiting() == 1 && ConnectionsTo(office.target()) == 0; },
                          kSecondUs));  // not while a call is under way
  office.service().Release();
  ASSERT_OK(waiting.result.get());
  const uint64_t from_us = SystemClock().SteadyUs();
  EXPECT_EQ(ConnectionsTo(office.target()), 1);
  ASSERT_TRUE(Eventually([&] { return ConnectionsTo(office.target()) == 0; }));
  EXPECT_GE(SystemClock().SteadyUs() - from_us, 350'000u);
  EXPECT_LT(SystemClock().SteadyUs() - from_us, 3 * kSecondUs);
  ASSERT_OK(caller.Call("test.Test/Echo", ""));
  EXPECT_EQ(ConnectionsTo(office.target()), 1);
}

TEST(GrpcTransport, ACertificateOfAnotherOfficeIsRefused) {
  TestOffice office;
  const TestOffice other;
  TestCaller caller({.target = office.target(), .authorities = {other.authority().certificate_der}});
  EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_CERTIFICATE));
  TestCaller both({.target = office.target(),
                   .authorities = {other.authority().certificate_der, office.authority().certificate_der}});
  EXPECT_OK(both.Call("test.Test/Echo", ""));
}

TEST(GrpcTransport, ACertificateForAnotherHostIsRefused) {
  TestOffice office;
  for (const std::string host : {"127.0.0.2", "localhost", "::1"}) {
    office.Stop();
    office.Start(office.NewIdentity(host));
    TestCaller caller(office.options());
    EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_CERTIFICATE)) << host;
  }
}

TEST(GrpcTransport, AHostByNameIsCheckedByName) {
  TestOffice office;
  office.Stop();
  office.Start(office.NewIdentity("localhost"));
  auto options = office.options();
  options.target = "localhost:" + options.target.substr(options.target.find(':') + 1);
  TestCaller caller(options);
  EXPECT_OK(caller.Call("test.Test/Echo", ""));
}

TEST(GrpcTransport, ACertificateOutOfDateIsRefused) {
  TestOffice office;
  const uint64_t now_us = SystemClock().NowUs();
  office.Stop();
  // Issued 50 days ago for 10 days, by an authority of that time.
  const tls::Authority authority = *tls::MakeAuthority(now_us - 50 * kMicrosPerDay, 365);
  office.Start(*tls::IssueIdentity(authority, "127.0.0.1", now_us - 50 * kMicrosPerDay, 10));
  TestCaller caller({.target = office.target(), .authorities = {authority.certificate_der}});
  EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_CERTIFICATE));
}

TEST(GrpcTransport, WithoutAServerItIsUnreachableAndTheNextTryFindsIt) {
  TestOffice office;
  TestCaller caller(office.options());
  ASSERT_OK(caller.Call("test.Test/Echo", ""));
  for (int i = 0; i < 3; ++i) {
    office.Stop();
    EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_UNREACHABLE));
    EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_UNREACHABLE));
    office.Start(office.NewIdentity());
    EXPECT_OK(caller.Call("test.Test/Echo", ""));  // at once: backoff is the caller's, not gRPC's
  }
}

TEST(GrpcTransport, AFailedConnectionIsNotTriedBehindTheCallersBack) {
  TestOffice office;
  DumbServer server(DumbServer::kHangsUp);
  auto options = office.options();
  options.target = server.target();
  TestCaller caller(options);
  EXPECT_THAT(caller.Call("test.Test/Echo", ""), Fails(Reason::REASON_UNREACHABLE));
  const int tried = server.accepted();
  EXPECT_GE(tried, 1);
  EXPECT_FALSE(Eventually([&] { return server.accepted() > tried; }, 4 * kSecondUs));
}

TEST(GrpcTransport, ASilentConnectionEndsAtTheDeadlineAndIsNotUsedAgain) {
  TestOffice office;
  DumbServer server(DumbServer::kSilent);
  auto options = office.options();
  options.target = server.target();
  TestCaller caller(options);
  EXPECT_THAT(caller.Call("test.Test/Echo", "", 300'000), Fails(Reason::REASON_DEADLINE));
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_THAT(caller.Call("test.Test/Echo", "", 300'000), Fails(Reason::REASON_DEADLINE));
  EXPECT_EQ(server.accepted(), 2);
}

TEST(GrpcTransport, AConnectionThatBreaksInACallIsUnreachable) {
  TestOffice office;
  TestCaller caller(office.options());
  auto call = caller.Start("test.Test/Wait", "");
  ASSERT_TRUE(Eventually([&] { return office.service().waiting() == 1; }));
  office.Stop();
  EXPECT_THAT(call.result.get(), Fails(Reason::REASON_UNREACHABLE));
}

TEST(GrpcTransport, DoneIsNeverCalledFromInsideStartOrCancel) {
  TestOffice office;
  TestCaller caller(office.options());
  std::atomic<int> done = 0;
  caller.OnLoop([&] {
    const auto count = [&](absl::StatusOr<std::string>) { ++done; };
    auto& transport = caller.transport();
    transport.Start("test.Test/Echo", "", std::string(limits::kMessageBytes + 1, 'x'), kSecondUs, count);
    const rpc::CallId second = transport.Start("test.Test/Echo", "", "", kSecondUs, count);
    transport.Cancel(second);
    transport.Cancel(second);
    transport.Cancel(second + 1);  // no such call: nothing happens
    transport.Start("test.Test/Echo", "", "", 0, count);
    EXPECT_EQ(done, 0);
  });
  EXPECT_TRUE(Eventually([&] { return done == 3; }));
}

TEST(GrpcTransport, MessagesAboveTheBound) {
  TestOffice office;
  TestCaller caller(office.options());
  EXPECT_THAT(caller.Call("test.Test/Echo", std::string(limits::kMessageBytes + 1, 'x')),
              Fails(Reason::REASON_TOO_LARGE));
  EXPECT_EQ(caller.transport().traffic().sent_bytes, 0u);
  EXPECT_THAT(caller.Call("test.Test/Large", TextBytes("3000000")), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_OK(caller.Call("test.Test/Large", TextBytes("2000000")));
}

TEST(GrpcTransport, ACancelAfterTheEndDoesNothing) {
  TestOffice office;
  TestCaller caller(office.options());
  auto call = caller.Start("test.Test/Echo", "");
  EXPECT_OK(call.result.get());
  caller.Cancel(call.id);
  EXPECT_OK(caller.Call("test.Test/Echo", ""));
}

TEST(GrpcTransport, DestroyedWithCallsUnderWay) {
  TestOffice office;
  TestCaller caller(office.options());
  std::vector<TestCaller::Started> calls;
  for (int i = 0; i < 50; ++i) calls.push_back(caller.Start("test.Test/Wait", ""));
  ASSERT_TRUE(Eventually([&] { return office.service().waiting() == 50; }));
  const uint64_t from_us = SystemClock().SteadyUs();
  caller.Hangup();
  EXPECT_LT(SystemClock().SteadyUs() - from_us, kSecondUs / 2);
  for (auto& call : calls) EXPECT_THROW((void)call.result.get(), std::future_error);  // dropped, not called
  EXPECT_TRUE(Eventually([&] { return office.service().cancelled() == 50; }));
  AwaitTransportsClosed();
  EXPECT_TRUE(Eventually([&] { return ConnectionsTo(office.target()) == 0; }));
}

TEST(GrpcTransport, DoneMayDestroyTheTransport) {
  TestOffice office;
  for (int i = 0; i < 20; ++i) {
    std::unique_ptr<Loop> loop = NewThreadLoop();
    std::unique_ptr<GrpcTransport> transport;
    std::promise<bool> gone;
    loop->Post([&] {
      transport = *GrpcTransport::Open(office.options(), *loop, SystemClock());
      transport->Start("test.Test/Wait", "", "", 10 * kSecondUs, [](absl::StatusOr<std::string>) { FAIL(); });
      transport->Start("test.Test/Echo", "", "", 10 * kSecondUs, [&](absl::StatusOr<std::string> result) {
        transport = nullptr;
        gone.set_value(result.ok());
      });
    });
    EXPECT_TRUE(gone.get_future().get());
    loop = nullptr;  // answers that still come have no loop to go to
  }
  AwaitTransportsClosed();
}

TEST(GrpcTransport, TransportsThatComeAndGoLeaveNothing) {
  TestOffice office;
  for (int i = 0; i < 50; ++i) {
    TestCaller caller(office.options());
    auto dropped = caller.Start("test.Test/Echo", TextBytes("x"));
    if (i % 2 == 0) {
      EXPECT_OK(dropped.result.get());
    }
  }
  // Not hurried: gRPC would forget a connection whose channel ends just before it is ready.
  EXPECT_TRUE(Eventually([&] { return office.carrier().calls() == 0 && ConnectionsTo(office.target()) == 0; }));
  AwaitTransportsClosed();
}

TEST(GrpcTransport, TheEndOfAProgramDoesNotWaitForAConnectionThatIsBeingMade) {
  TestOffice office;
  DumbServer server(DumbServer::kSilent);
  auto options = office.options();
  options.target = server.target();
  TestCaller caller(options);
  auto call = caller.Start("test.Test/Echo", "");
  ASSERT_TRUE(Eventually([&] { return server.accepted() == 1; }));
  caller.Hangup();
  const uint64_t from_us = SystemClock().SteadyUs();
  AwaitTransportsClosed();
  EXPECT_LT(SystemClock().SteadyUs() - from_us, 5 * kSecondUs);
}

TEST(GrpcTransport, OpenSaysWhatIsWrong) {
  const std::unique_ptr<Loop> loop = NewThreadLoop();
  const auto open = [&](GrpcTransportOptions options) {
    return GrpcTransport::Open(std::move(options), *loop, SystemClock()).status();
  };
  EXPECT_THAT(open({.target = "127.0.0.1:1"}), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(open({.target = "127.0.0.1:1", .authorities = {"junk"}}), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(open({.target = ""}), Fails(Reason::REASON_CONFIG));
}

// A server that is openssl's: its certificate is good, its TLS too old or its protocol not ours.
struct Stranger {
  const char* options;
  bool tls_succeeds;
};
class OpenSslServer : public testing::TestWithParam<Stranger> {
 protected:
  OpenSslServer() {
    folder_ = testing::TempDir() + "/qf_XXXXXX";
    QF_CHECK(mkdtemp(&folder_[0]) != nullptr);
    const tls::Identity identity = office_.NewIdentity();
    std::ofstream(folder_ + "/chain.pem") << identity.chain_pem;
    std::ofstream(folder_ + "/key.pem") << std::string(identity.private_key_pem.bytes());
    // One connection; the pipe is there because the program ends when its input does.
    QF_CHECK(
        std::system(absl::StrCat("cd ", folder_, " && mkfifo input && exec timeout 20 openssl s_server -naccept 1 ",
                                 "-accept 127.0.0.1:0 -cert chain.pem -key key.pem ", GetParam().options,
                                 " <>input >out 2>&1 &")
                        .c_str()) == 0);
  }
  ~OpenSslServer() override {
    EXPECT_TRUE(Eventually([&] { return absl::StrContains(Output(), "server accepts that finished"); }));
    EXPECT_EQ(std::system(absl::StrCat("rm -r ", folder_).c_str()), 0);
  }
  std::string Output() const {
    std::ifstream in(folder_ + "/out");
    return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }
  // What follows `label` in the output, to the end of the line; waits for it.
  std::string LineAfter(const std::string& label) const {
    if (!Eventually([&] { return absl::StrContains(Output(), label); })) return "";
    const std::string from = Output().substr(Output().find(label) + label.size());
    return from.substr(0, from.find('\n'));
  }
  TestOffice office_;
  std::string folder_;
};

TEST_P(OpenSslServer, IsUnreachable) {
  auto options = office_.options();
  options.target = "127.0.0.1:" + LineAfter("ACCEPT 127.0.0.1:");
  TestCaller caller(options);
  EXPECT_THAT(caller.Call("test.Test/Echo", "", 5 * kSecondUs), Fails(Reason::REASON_UNREACHABLE));
  if (GetParam().tls_succeeds) {
    EXPECT_THAT(LineAfter("CIPHER is "), testing::StartsWith("TLS_"));
  } else {
    EXPECT_THAT(LineAfter("SSL routines:"), testing::HasSubstr("no shared cipher"));
    EXPECT_THAT(Output(), testing::Not(testing::HasSubstr("CIPHER is")));
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, OpenSslServer,
                         testing::Values(Stranger{"-tls1_2 -alpn h2 -cipher ALL:@SECLEVEL=0", false},
                                         Stranger{"-tls1_3", true}));

}  // namespace
}  // namespace qf::net
