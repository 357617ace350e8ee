// The host whole, over real sockets, with a method table of its own.
#include "mobile-bindings/loopback/loopback.h"

#include <gmock/gmock.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/base/proto_names.h"
#include "common/connect/http_front.h"
#include "qingfeng/client/v1/event.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tests/support/socket.h"
#include "tests/support/status_matchers.h"

namespace qf::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Asset kAssets[] = {{"index.html", "<app>"}};
constexpr uint64_t kIdleUs = 300'000;
constexpr Bytes kEchoBody = "{\"text\": \"hello\"}";

class LoopbackTest : public testing::Test {
 protected:
  void SetUp() override {
    methods_.Unary<clientpb::EchoRequest, clientpb::EchoResponse>(
        "qingfeng.client.v1.EventService/Echo",
        [](const rpc::CallInfo&, const clientpb::EchoRequest& request, rpc::Reply<clientpb::EchoResponse> reply) {
          clientpb::EchoResponse response;
          response.set_text(request.text());
          reply.Finish(response);
        });
    methods_.Unary<clientpb::LockRequest, clientpb::LockResponse>(
        "qingfeng.client.v1.VaultService/Lock",
        [this](const rpc::CallInfo&, const clientpb::LockRequest&, rpc::Reply<clientpb::LockResponse> reply) {
          MutexLock lock(mutex_);
          ++locked_;
          changed_.NotifyAll();
          reply.Finish(clientpb::LockResponse());
        });
    ASSERT_OK_AND_ASSIGN(
        host_,
        Loopback::Open(methods_, {.assets = kAssets, .idle_us = kIdleUs, .on_address = [this](const std::string& url) {
                                    MutexLock lock(mutex_);
                                    urls_.push_back(url);
                                    changed_.NotifyAll();
                                  }}));
    const std::string url = Url(0);
    name_ = url.substr(7, url.find('/', 7) - 7);
    uint32_t port = 0;
    ASSERT_TRUE(absl::SimpleAtoi(name_.substr(name_.find(':') + 1), &port));
    port_ = static_cast<uint16_t>(port);
  }

  // Those after the first are told by another thread.
  std::string Url(size_t i) {
    MutexLock lock(mutex_);
    for (int tries = 0; tries < 100 && urls_.size() <= i; ++tries) changed_.WaitFor(mutex_, 100'000);
    return i < urls_.size() ? urls_[i] : "";
  }
  std::string Send(const std::string& head, const std::string& body = "") {
    Socket socket(port_);
    socket.Write(absl::StrCat(head, "Connection: close\r\n\r\n", body));
    return socket.Read();
  }
  std::string Get(const std::string& target, const std::string& more = "") {
    return Send(absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: ", name_, "\r\n", more));
  }
  std::string EchoHead(const std::string& cookie) {
    return absl::StrCat("POST /qingfeng.client.v1.EventService/Echo HTTP/1.1\r\nHost: ", name_, "\r\nOrigin: http://",
                        name_, "\r\nConnect-Protocol-Version: 1\r\nCookie: ", cookie,
                        "\r\nContent-Type: application/json\r\nContent-Length: ", kEchoBody.size(), "\r\n");
  }
  std::string Echo(const std::string& cookie, const std::string& more = "") {
    return Send(absl::StrCat(EchoHead(cookie), more), std::string(kEchoBody));
  }
  // As many connections as there may be, of somebody who has no cookie: half of them have said something.
  std::vector<std::unique_ptr<Socket>> Crowd() {
    std::vector<std::unique_ptr<Socket>> crowd;
    for (size_t i = 0; i < connect::HttpFront::kConnectionsMax; ++i) {
      crowd.push_back(std::make_unique<Socket>(port_));
      if (i % 2 == 0) continue;
      crowd.back()->Write(absl::StrCat("GET /launch/0123 HTTP/1.1\r\nHost: ", name_, "\r\n\r\n"));
      EXPECT_THAT(crowd.back()->Read("\r\n\r\n"), StartsWith("HTTP/1.1 403 "));
    }
    return crowd;
  }
  std::string Launch(const std::string& url) {
    const std::string answer = Get(url.substr(url.find("/launch/")));
    const size_t begin = answer.find("Set-Cookie: ");
    if (begin == std::string::npos) return "";
    return answer.substr(begin + 12, answer.find(';', begin) - begin - 12);
  }

  rpc::MethodTable methods_;
  Mutex mutex_;
  CondVar changed_;
  int locked_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> urls_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Loopback> host_;
  std::string name_;
  uint16_t port_ = 0;
};

TEST_F(LoopbackTest, ABrowserThatWasLetInGetsTheAppAndCallsTheCore) {
  const std::string cookie = Launch(Url(0));
  ASSERT_FALSE(cookie.empty());
  EXPECT_THAT(Get("/", absl::StrCat("Cookie: ", cookie, "\r\n")),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("<app>")));
  EXPECT_THAT(Echo(cookie), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\"text\":\"hello\"")));
}

TEST_F(LoopbackTest, AnotherBrowserNeedsAnotherAddress) {
  EXPECT_FALSE(Launch(Url(0)).empty());
  EXPECT_TRUE(Launch(Url(0)).empty());
  EXPECT_FALSE(Launch(Url(1)).empty());
}

TEST_F(LoopbackTest, AnotherUserOfThisMachineGetsNothing) {
  EXPECT_THAT(Get("/"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Get("/launch/0123"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Echo("qf=0"), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("permission_denied")));
}

TEST_F(LoopbackTest, AnotherUserWhoHoldsEveryConnectionKeepsNobodyOut) {
  const auto crowd = Crowd();
  const std::string cookie = Launch(Url(0));
  ASSERT_FALSE(cookie.empty());
  EXPECT_THAT(Echo(cookie), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("hello")));
}

TEST_F(LoopbackTest, AConnectionThatACallWasLetInOnGivesWayToNobody) {
  Socket own(port_);
  const std::string call = absl::StrCat(EchoHead(Launch(Url(0))), "\r\n", kEchoBody);
  for (int turn = 0; turn < 2; ++turn) {
    own.Write(call);
    EXPECT_THAT(own.Read("\"hello\""), StartsWith("HTTP/1.1 200 "));
    Crowd();
  }
}

TEST_F(LoopbackTest, LocksWhenNobodyUsesIt) {
  EXPECT_THAT(Echo(Launch(Url(0))), StartsWith("HTTP/1.1 200 "));
  MutexLock lock(mutex_);
  for (int i = 0; i < 100 && locked_ == 0; ++i) changed_.WaitFor(mutex_, 100'000);
  EXPECT_EQ(locked_, 1);
}

TEST_F(LoopbackTest, LocksAlthoughAPageGoesOnCallingByItself) {
  const std::string cookie = Launch(Url(0));
  const auto locked = [this] {
    MutexLock lock(mutex_);
    return locked_ > 0;
  };
  const uint64_t deadline_us = SystemClock().SteadyUs() + 30 * kIdleUs;
  while (!locked() && SystemClock().SteadyUs() < deadline_us) {
    ASSERT_THAT(Echo(cookie, "Qingfeng-Unattended: 1\r\n"), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_TRUE(locked());
}

TEST_F(LoopbackTest, APortThatIsTakenIsSaid) {
  EXPECT_THAT(Loopback::Open(methods_, {.port = port_, .on_address = [](const std::string&) {}}).status(),
              Fails(Reason::REASON_CONFIG));
}

}  // namespace
}  // namespace qf::loopback
