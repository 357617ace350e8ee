#include "mobile-bindings/loopback/pages.h"

#include <gmock/gmock.h>

namespace qf::loopback {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

constexpr Asset kAssets[] = {
    {"index.html", "<app>"}, {"assets/main-1a2b.js", "run()"}, {"icon.svg", "<svg>"}, {"NOTICES.txt", "MIT"}};

TEST(Pages, EachFileWithItsType) {
  const Pages pages(kAssets);
  EXPECT_EQ(pages.Get("/icon.svg?x=1").content_type, "image/svg+xml");
  EXPECT_EQ(pages.Get("/NOTICES.txt").content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(pages.Get("/assets/main-1a2b.js").body, "run()");
  EXPECT_THAT(pages.Get("/assets/main-1a2b.js").headers, Contains(Pair("Cache-Control", HasSubstr("immutable"))));
  EXPECT_THAT(pages.Get("/").headers, Not(Contains(Key("Cache-Control"))));
}

TEST(Pages, TheAppAnswersForEveryView) {
  const Pages pages(kAssets);
  for (const char* target : {"/", "/reports/4711", "/inbox?new=1", "/#top", "", "*"}) {
    EXPECT_EQ(pages.Get(target).body, "<app>") << target;
  }
  EXPECT_EQ(pages.Get("/assets/gone.js").status, 404u);
  EXPECT_EQ(pages.Get("/../../etc/passwd.txt").status, 404u);
}

TEST(Pages, EveryPageIsKeptToItsOrigin) {
  const Pages pages(kAssets);
  for (const auto& page : {pages.Get("/"), pages.Get("/none.js"), LaunchedPage("qf=1"), SpentPage()}) {
    EXPECT_THAT(
        page.headers,
        AllOf(Contains(Pair("Content-Security-Policy",
                            AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                                  Not(HasSubstr("unsafe-inline")), Not(HasSubstr("'unsafe-eval'"))))),
              Contains(Pair("X-Content-Type-Options", "nosniff")), Contains(Pair("Referrer-Policy", "no-referrer")),
              Contains(Pair("Cross-Origin-Resource-Policy", "same-origin")),
              Contains(Pair("Cross-Origin-Opener-Policy", "same-origin"))));
  }
  EXPECT_THAT(LaunchedPage("qf=1").headers, Contains(Pair("Set-Cookie", "qf=1")));
}

TEST(Pages, AProgramWithoutItsAppSaysSo) { EXPECT_EQ(Pages({}).Get("/").status, 404u); }

}  // namespace
}  // namespace qf::loopback
