#include "mobile-bindings/loopback/access.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/sha256.h"

namespace qf::loopback {
namespace {

constexpr char kLaunch[] = "/launch/";
constexpr char kCookie[] = "qf=";
constexpr size_t kSecretBytes = 32;
constexpr size_t kNameBytes = 8;

std::string RandomHex(Entropy& entropy, size_t size_bytes) { return ToHex(entropy.RandomSecret(size_bytes).bytes()); }

absl::Status Refused(const char* what) { return Error(Reason::REASON_BROWSER, what); }

}  // namespace

Access::Access(Entropy& entropy, uint16_t port)
    : entropy_(entropy),
      host_(absl::StrCat(RandomHex(entropy, kNameBytes), ".localhost:", port)),
      cookie_(RandomHex(entropy, kSecretBytes)),
      cookie_sha256_(Sha256(cookie_)) {}

std::string Access::NewLaunchUrl() {
  const std::string token = RandomHex(entropy_, kSecretBytes);
  MutexLock lock(mutex_);
  token_sha256_ = Sha256(token);
  return absl::StrCat("http://", host_, kLaunch, token);
}

bool Access::IsLaunch(const connect::HttpRequest& request) {
  return request.verb == "GET" && absl::StartsWith(request.target, kLaunch);
}

absl::Status Access::Admit(const connect::HttpRequest& request) const {
  if (absl::AsciiStrToLower(request.host) != host_) return Refused("this is not the address of this program");
  const bool call = request.verb != "GET" && request.verb != "HEAD";
  if (request.origin.empty() ? call : request.origin != absl::StrCat("http://", host_)) {
    return Refused("the request comes from another page");
  }
  if (IsLaunch(request)) return absl::OkStatus();
  if (!HasCookie(request.cookie)) return Refused("this browser was not let in");
  return absl::OkStatus();
}

std::optional<std::string> Access::Launch(const connect::HttpRequest& request) {
  const Digest given = Sha256(absl::StripPrefix(request.target, kLaunch));
  MutexLock lock(mutex_);
  if (token_sha256_ != given) return std::nullopt;
  token_sha256_.reset();
  return absl::StrCat(kCookie, cookie_, "; Path=/; HttpOnly; SameSite=Strict");
}

bool Access::HasCookie(const std::string& cookies) const {
  for (absl::string_view each : absl::StrSplit(cookies, ';')) {
    each = absl::StripAsciiWhitespace(each);
    if (absl::ConsumePrefix(&each, kCookie) && Sha256(each) == cookie_sha256_) return true;
  }
  return false;
}

}  // namespace qf::loopback
