// An HTTP/1.1 front: calls of a method table in the Connect protocol (protocol.h), and pages. How a browser reaches a
// core on its own machine, and the public its door. Boost stays in this folder.
//
//   ASSIGN(auto front, HttpFront::Open(client->methods(), {.guard = guard, .page = page}));
//   Say(absl::StrCat("http://127.0.0.1:", front->port()));
//
// Life of a call: `guard` looks at the request's head and may end it; only then is the body read, at most
// limits::kMessageBytes; the method's own bound is looked at then. A call needs POST, one of Connect's content types,
// `Connect-Protocol-Version: 1` (which no form of another site can send) and no compression; it ends at
// `Connect-Timeout-Ms`, if that is given, and when its connection ends. Answers wait in a queue: WantsMore is true
// below kWindowBytes and kWindowMessages; a handler that goes on regardless has its call ended with INTERNAL beyond
// kQueueBytesMax. Everything but calls is asked of `page`.
//
// Whoever only connects, or is refused, holds a place until somebody else needs it: so strangers who take them all keep
// out nobody whom the guard lets in. A page is no call, for the guard may have let anybody have it.
//
// There is no TLS: it listens to this machine, or stands behind a proxy. No header of an answer names the program.
//
// Threads: one of its own; guard, page and handlers run on it and must not block. Answers come from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/method_table.h"

namespace qf::connect {

// The head of a request, as far as a guard or page needs it. Header fields that did not come are empty; one that came
// twice, where only one may, ends the request with 400.
struct HttpRequest {
  std::string verb;    // "GET"
  std::string target;  // path and query as they came: "/app.js?v=1"
  std::string host;
  std::string origin;
  std::string cookie;
  std::string unattended;  // Qingfeng-Unattended: not empty in a call that no person asked for
};

struct HttpPage {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
};

class HttpFront {
 public:
  static constexpr size_t kHeaderBytesMax = 16 * 1024;
  static constexpr size_t kWindowBytes = 256 * 1024;
  static constexpr size_t kWindowMessages = 16;
  static constexpr size_t kQueueBytesMax = 4 * limits::kMessageBytes;
  // A further one ends the oldest on which no call was let in yet; if there is none, it is closed at once.
  static constexpr size_t kConnectionsMax = 64;

  // An error ends the request: of a call in Connect's form, else as a page of its HTTP status.
  using Guard = std::function<absl::Status(const HttpRequest& request, rpc::CallInfo* info)>;
  using Page = std::function<HttpPage(const HttpRequest& request)>;

  struct Options {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0 = any free one
    Guard guard;        // not null
    Page page;          // not null
  };

  // Listens and serves from now on. `table` outlives the front. INVALID_ARGUMENT(CONFIG) if it cannot listen there.
  static absl::StatusOr<std::unique_ptr<HttpFront>> Open(const rpc::MethodTable& table, Options options);
  // Ends every connection. Handlers still busy answer to nobody.
  virtual ~HttpFront() = default;

  virtual uint16_t port() const = 0;
};

}  // namespace qf::connect
