// The front as a browser meets it: over a real socket, byte by byte.
#include "common/connect/http_front.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/mutex.h"
#include "common/connect/protocol.h"
#include "google/protobuf/wrappers.pb.h"
#include "tests/support/socket.h"
#include "tests/support/status_matchers.h"

namespace qf::connect {
namespace {

using google::protobuf::StringValue;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

StringValue Value(const std::string& text) {
  StringValue value;
  value.set_value(text);
  return value;
}

class HttpFrontTest : public testing::Test {
 protected:
  HttpFrontTest() {
    table_.Unary<StringValue, StringValue>("t.S/Echo", [](const rpc::CallInfo&, const StringValue& request,
                                                          rpc::Reply<StringValue> reply) { reply.Finish(request); });
    table_.Unary<StringValue, StringValue>("t.S/Fail",
                                           [](const rpc::CallInfo&, const StringValue&, rpc::Reply<StringValue> reply) {
                                             reply.Fail(Error(Reason::REASON_NOT_FOUND, "no such thing"));
                                           });
    table_.Unary<StringValue, StringValue>(
        "t.S/Wait", [this](const rpc::CallInfo&, const StringValue&, rpc::Reply<StringValue> reply) {
          auto held = std::make_shared<rpc::Reply<StringValue>>(std::move(reply));
          held->OnWakeUp([this, held] {
            if (!held->Cancelled()) return;
            held->Fail(Error(Reason::REASON_CANCELLED, "gone"));
            MutexLock lock(mutex_);
            gone_ = true;
            went_.NotifyAll();
          });
        });
    table_.Stream<StringValue, StringValue>(
        "t.S/Count", [](const rpc::CallInfo&, const StringValue& request, rpc::Writer<StringValue> writer) {
          for (int i = 0; i < 3; ++i) writer.Send(Value(absl::StrCat(request.value(), i)));
          writer.Finish(absl::OkStatus());
        });
    auto front = HttpFront::Open(
        table_, {.guard = [](const HttpRequest& request, rpc::CallInfo*) -> absl::Status {
                   if (request.cookie == "good") return absl::OkStatus();
                   return Error(Reason::REASON_ROLE, "not you");
                 },
                 .page =
                     [](const HttpRequest& request) {
                       return HttpPage{
                           200, "text/html", "<p>" + request.target + "</p>", {{"X-Frame-Options", "DENY"}}};
                     }});
    EXPECT_OK(front);
    front_ = *std::move(front);
  }

  std::string Fetch(Bytes bytes) {
    Socket socket(front_->port());
    socket.Write(bytes);
    return socket.Read();
  }
  static std::string Post(Bytes method, Bytes type, Bytes body, Bytes more = "") {
    return absl::StrCat("POST /", method, " HTTP/1.1\r\nHost: here\r\nCookie: good\r\nConnection: close\r\n",
                        "Connect-Protocol-Version: 1\r\nContent-Type: ", type, "\r\nContent-Length: ", body.size(),
                        "\r\n", more, "\r\n", body);
  }

  Mutex mutex_;
  CondVar went_;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  rpc::MethodTable table_;
  std::unique_ptr<HttpFront> front_;
};

TEST_F(HttpFrontTest, AUnaryCallInBothPayloads) {
  const std::string bytes = Value("清风").SerializeAsString();
  const std::string proto = Fetch(Post("t.S/Echo", "application/proto", bytes));
  EXPECT_THAT(proto, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("application/proto"), HasSubstr("\r\n\r\n" + bytes),
                           HasSubstr("Cache-Control: no-store")));
  EXPECT_THAT(Fetch(Post("t.S/Echo", "application/json", "\"清风\"")), HasSubstr("\r\n\r\n\"清风\""));
}

TEST_F(HttpFrontTest, AStreamEndsWithItsStatus) {
  const std::string body = Envelope(Value("n").SerializeAsString());
  const std::string got = Fetch(Post("t.S/Count", "application/connect+proto", body));
  EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Transfer-Encoding: chunked"),
                         HasSubstr(Envelope(Value("n0").SerializeAsString())),
                         HasSubstr(Envelope(Value("n2").SerializeAsString())), HasSubstr(EndOfStream(absl::OkStatus())),
                         HasSubstr("\r\n0\r\n\r\n")));
}

TEST_F(HttpFrontTest, ErrorsOfCalls) {
  EXPECT_THAT(Fetch(Post("t.S/Fail", "application/proto", "")),
              AllOf(StartsWith("HTTP/1.1 404 "), HasSubstr("application/json"), HasSubstr("\"not_found\"")));
  EXPECT_THAT(Fetch(Post("t.S/None", "application/proto", "")), StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(Fetch(absl::StrReplaceAll(Post("t.S/Echo", "application/proto", ""), {{"POST /", "POST X"}})),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Fetch(Post("t.S/Echo", "application/proto", "\xff")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Fetch(Post("t.S/Echo", "text/plain", "x")), StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(Fetch(Post("t.S/Count", "application/proto", "")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Fetch(Post("t.S/Count", "application/connect+proto", "short")), HasSubstr("invalid_argument"));
  EXPECT_THAT(Fetch(Post("t.S/Echo", "application/proto", "", "Content-Encoding: gzip\r\n")),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Fetch(Post("t.S/Echo", "application/proto", "", "Connect-Timeout-Ms: soon\r\n")),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpFrontTest, ACallWithoutTheProtocolsHeaderIsNone) {
  EXPECT_THAT(Fetch("POST /t.S/Echo HTTP/1.1\r\nHost: here\r\nCookie: good\r\nConnection: close\r\nContent-Type: "
                    "application/proto\r\n"
                    "Content-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpFrontTest, TheGuardComesBeforeEverything) {
  EXPECT_THAT(Fetch("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 403 "));
  std::string call = Post("t.S/Echo", "application/proto", "");
  call.replace(call.find("good"), 4, "evil");
  EXPECT_THAT(Fetch(call), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("permission_denied")));
  // Two of a field are not read as one of them.
  EXPECT_THAT(Fetch("GET / HTTP/1.1\r\nHost: here\r\nCookie: good\r\nCookie: evil\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpFrontTest, PagesAndSeveralRequestsOfOneConnection) {
  Socket socket(front_->port());
  const std::string get = "GET /a?b=c HTTP/1.1\r\nHost: here\r\nCookie: good\r\n\r\n";
  socket.Write(get + get);
  EXPECT_THAT(socket.Read("</p>"), AllOf(HasSubstr("<p>/a?b=c</p>"), HasSubstr("X-Frame-Options: DENY")));
  socket.Write("HEAD /a HTTP/1.1\r\nHost: here\r\nCookie: good\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(socket.Read(), AllOf(HasSubstr("Content-Length: 9"), Not(HasSubstr("<p>/a</p>"))));
}

TEST_F(HttpFrontTest, WhatIsNoHttpOrTooLarge) {
  EXPECT_THAT(Fetch("\x16\x03\x01 this is TLS\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Fetch(absl::StrCat("GET / HTTP/1.1\r\nHost: here\r\nX: ", std::string(20'000, 'x'), "\r\n\r\n")),
              StartsWith("HTTP/1.1 431 "));
  const std::string head =
      absl::StrCat("POST /t.S/Echo HTTP/1.1\r\nHost: here\r\nCookie: good\r\nConnect-Protocol-Version: 1\r\n",
                   "Content-Type: application/proto\r\nContent-Length: ", 3 * limits::kMessageBytes, "\r\n\r\n");
  EXPECT_THAT(Fetch(head), Not(HasSubstr("200 OK")));
}

TEST_F(HttpFrontTest, ACallerThatGoesAwayCancelsItsCall) {
  Socket socket(front_->port());
  socket.Write(Post("t.S/Wait", "application/proto", ""));
  usleep(100'000);
  socket.Close();
  MutexLock lock(mutex_);
  for (int i = 0; i < 50 && !gone_; ++i) went_.WaitFor(mutex_, 100'000);
  EXPECT_TRUE(gone_);
}

TEST_F(HttpFrontTest, ACallEndsAtItsTimeout) {
  EXPECT_THAT(Fetch(Post("t.S/Wait", "application/proto", "", "Connect-Timeout-Ms: 50\r\n")),
              AllOf(StartsWith("HTTP/1.1 504 "), HasSubstr("deadline_exceeded")));
}

TEST_F(HttpFrontTest, EndsWithCallsUnderWay) {
  Socket socket(front_->port());
  socket.Write(Post("t.S/Wait", "application/proto", ""));
  usleep(100'000);
  front_.reset();
  EXPECT_EQ(socket.Read(), "");
}

}  // namespace
}  // namespace qf::connect
