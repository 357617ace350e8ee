#include "mobile-bindings/loopback/pages.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace qf::loopback {
namespace {

constexpr Bytes kApp = "index.html";
constexpr Bytes kPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct Type {
  Bytes ending;
  Bytes type;
};
constexpr Type kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
};

Bytes TypeOf(Bytes path) {
  for (const Type& type : kTypes) {
    if (absl::EndsWith(path, type.ending)) return type.type;
  }
  return "application/octet-stream";
}

connect::HttpPage Page(unsigned status, Bytes type, Bytes body) {
  connect::HttpPage page;
  page.status = status;
  page.content_type = std::string(type);
  page.body = std::string(body);
  page.headers = {{"Content-Security-Policy", std::string(kPolicy)},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"},
                  {"Cross-Origin-Opener-Policy", "same-origin"},
                  {"Cross-Origin-Resource-Policy", "same-origin"},
                  {"Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), usb=(), payment=()"}};
  return page;
}

constexpr Bytes kHtml = "text/html; charset=utf-8";

}  // namespace

Pages::Pages(absl::Span<const Asset> assets) {
  for (const Asset& asset : assets) bodies_.emplace(asset.path, asset.body);
}

connect::HttpPage Pages::Get(const std::string& target) const {
  Bytes path = Bytes(target).substr(0, target.find_first_of("?#"));
  path.remove_prefix(path.empty() ? 0 : 1);
  auto found = bodies_.find(path);
  const Bytes last_part = path.substr(path.rfind('/') + 1);
  if (found == bodies_.end() && !absl::StrContains(last_part, ".")) found = bodies_.find(path = kApp);
  if (found == bodies_.end()) return Page(404, "text/plain; charset=utf-8", "There is no such file.\n");
  connect::HttpPage page = Page(200, TypeOf(path), found->second);
  if (absl::StartsWith(path, "assets/")) {
    page.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  }
  return page;
}

connect::HttpPage LaunchedPage(const std::string& set_cookie) {
  connect::HttpPage page =
      Page(200, kHtml,
           "<!doctype html><html lang=\"en\"><meta http-equiv=\"refresh\" content=\"0; url=/\"><title>Qingfeng</title>"
           "<p><a href=\"/\">Qingfeng 清风</a></p></html>\n");
  page.headers.emplace_back("Set-Cookie", set_cookie);
  return page;
}

connect::HttpPage SpentPage() {
  return Page(403, kHtml,
              "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Qingfeng</title>"
              "<p>此地址已经用过。启动程序的窗口里有新的地址。</p>"
              "<p lang=\"en\">This address has been used. The program's window shows a new one.</p></html>\n");
}

}  // namespace qf::loopback
