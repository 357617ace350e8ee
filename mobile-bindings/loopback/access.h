// Who may reach the core through a port of this machine: one browser of the person who started the program, and pages
// that came from this port itself.
//
//   host      "<16 hexadecimal digits>.localhost:<port>", new in each run. Browsers look up such a name nowhere. It is
//   an
//             origin of its own, so no page of another port sees its cookie, and a name that somebody points at
//             127.0.0.1 (DNS rebinding) is not it.
//   launch    http://<host>/launch/<token>: whoever opens it first gets the cookie. A token works once.
//   cookie    "qf", HttpOnly and SameSite=Strict: no script reads it, no other site's page sends it.
//
// A request is let in if its Host is ours, its Origin (which every call has) too, and it bears the cookie. Other users
// of the machine can connect to the port, and get nothing without token or cookie; whoever can read this process's
// memory or that browser's profile is not kept out.
//
// Threads: any.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"
#include "common/connect/http_front.h"

namespace qf::loopback {

class Access {
 public:
  // `port` is the one that listens.
  Access(Entropy& entropy, uint16_t port);

  const std::string& host() const { return host_; }

  // A new address that lets one browser in, once. Those before it that nobody has opened stop to work.
  std::string NewLaunchUrl();
  // True for a GET of "/launch/…", where a browser shows a token. It needs no cookie.
  static bool IsLaunch(const connect::HttpRequest& request);
  // PERMISSION_DENIED(BROWSER) unless the request is let in, or is a launch at our host.
  absl::Status Admit(const connect::HttpRequest& request) const;
  // Spends the token of a launch: the value of Set-Cookie; nullopt if the token is not the one.
  std::optional<std::string> Launch(const connect::HttpRequest& request);

 private:
  bool HasCookie(const std::string& cookies) const;

  Entropy& entropy_;
  const std::string host_;
  const std::string cookie_;
  const Digest cookie_sha256_;
  mutable Mutex mutex_;
  // Compared as hashes, which tells nobody by its time how near a guess was.
  std::optional<Digest> token_sha256_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qf::loopback
