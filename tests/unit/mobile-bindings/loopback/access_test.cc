#include "mobile-bindings/loopback/access.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::loopback {
namespace {

using connect::HttpRequest;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

class AccessTest : public testing::Test {
 protected:
  // A call of the page that was let in.
  HttpRequest Call() const {
    return {.verb = "POST", .target = "/a.B/C", .host = access_.host(), .origin = origin_, .cookie = cookie_};
  }
  HttpRequest Get(const std::string& target) const {
    return {.verb = "GET", .target = target, .host = access_.host(), .cookie = cookie_};
  }
  // A browser that opens an address, or another page of ours, for the first time.
  HttpRequest First(const std::string& target) const {
    return {.verb = "GET", .target = target, .host = access_.host()};
  }
  static std::string TargetOf(const std::string& url) { return url.substr(url.find("/launch/")); }
  // What a browser keeps of a Set-Cookie.
  static std::string Kept(const std::string& set_cookie) { return set_cookie.substr(0, set_cookie.find(';')); }

  SeededEntropy entropy_{1};
  Access access_{entropy_, 4711};
  const std::string origin_ = absl::StrCat("http://", access_.host());
  const std::string url_ = access_.NewLaunchUrl();
  const std::string set_cookie_ = access_.Launch(First(TargetOf(url_))).value_or("");
  const std::string cookie_ = Kept(set_cookie_);
};

TEST_F(AccessTest, OneAddressLetsOneBrowserIn) {
  EXPECT_THAT(url_, MatchesRegex("http://[0-9a-f]{16}\\.localhost:4711/launch/[0-9a-f]{64}"));
  EXPECT_THAT(set_cookie_, AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"), HasSubstr("Path=/")));
  EXPECT_OK(access_.Admit(Call()));
  EXPECT_OK(access_.Admit(Get("/")));
  EXPECT_FALSE(access_.Launch(First(TargetOf(url_))).has_value()) << "a second time";
}

TEST_F(AccessTest, ANewAddressEndsTheOneBefore) {
  const std::string first = access_.NewLaunchUrl();
  const std::string second = access_.NewLaunchUrl();
  EXPECT_FALSE(access_.Launch(First(TargetOf(first))).has_value());
  EXPECT_TRUE(access_.Launch(First(TargetOf(second))).has_value());
}

TEST_F(AccessTest, GuessesOpenNothing) {
  EXPECT_FALSE(access_.Launch(First("/launch/")).has_value()) << "when none is out";
  (void)access_.NewLaunchUrl();
  for (const char* target : {"/launch/", "/launch/0", "/launch/../launch/"}) {
    EXPECT_FALSE(access_.Launch(First(target)).has_value()) << target;
  }
}

TEST_F(AccessTest, ALaunchNeedsNoCookieAndEverythingElseDoes) {
  HttpRequest request = First("/launch/x");
  EXPECT_OK(access_.Admit(request));
  request.target = "/";
  EXPECT_THAT(access_.Admit(request), Fails(Reason::REASON_BROWSER));
  HttpRequest call = Call();
  call.target = "/launch/x";
  call.cookie = "";
  EXPECT_THAT(access_.Admit(call), Fails(Reason::REASON_BROWSER)) << "only a GET is a launch";
}

TEST_F(AccessTest, TheCookieIsFoundAmongOthers) {
  HttpRequest call = Call();
  call.cookie = absl::StrCat("a=b; ", cookie_, "; c=d");
  EXPECT_OK(access_.Admit(call));
  for (const std::string& cookie : {std::string("qf="), cookie_ + "0", cookie_.substr(1), "x" + cookie_}) {
    call.cookie = cookie;
    EXPECT_THAT(access_.Admit(call), Fails(Reason::REASON_BROWSER)) << cookie;
  }
}

// DNS rebinding: the name is of the attacker, the machine is this one, and the browser believes both.
TEST_F(AccessTest, AnotherNameOfThisMachineIsNotOurs) {
  for (const char* host : {"127.0.0.1:4711", "localhost:4711", "evil.example:4711", "x.localhost:4711", ""}) {
    HttpRequest call = Call();
    call.host = host;
    call.origin = absl::StrCat("http://", host);
    EXPECT_THAT(access_.Admit(call), Fails(Reason::REASON_BROWSER)) << host;
    HttpRequest launch = First("/launch/x");
    launch.host = host;
    EXPECT_THAT(access_.Admit(launch), Fails(Reason::REASON_BROWSER)) << host;
  }
}

TEST_F(AccessTest, APageFromElsewhereCallsNothing) {
  for (const std::string& origin :
       {std::string("http://evil.example"), std::string("null"), std::string("http://127.0.0.1:4711"),
        "https" + origin_.substr(4), origin_ + "0", std::string()}) {
    HttpRequest call = Call();
    call.origin = origin;
    EXPECT_THAT(access_.Admit(call), Fails(Reason::REASON_BROWSER)) << origin;
  }
}

TEST(Access, NamesAndCookiesAreNewInEachRun) {
  SeededEntropy entropy(1);
  EXPECT_NE(Access(entropy, 1).host(), Access(entropy, 1).host());
}

}  // namespace
}  // namespace qf::loopback
