// Hosts a client core for a browser on the same machine: an app's pages, and the client's method table in the Connect
// protocol, on a port of 127.0.0.1.
//
//   QF_TRY_ASSIGN(auto host, Loopback::Open(client->methods(), {.assets = DeskAssets(), .on_address = Print}));
//   …                       // until the person ends it
//   host.reset();           // then the client
//
// The program opens the store; a page cannot open another. Who gets in is in access.h, what pages may do in pages.h.
// After `idle_us` without a call the store is locked; calls that a page marks as asked for by nobody
// (Qingfeng-Unattended) are no use, so that a tab left open does not keep it open. The program opens the store with
// for_pages, so that a page attaches no file of this machine by its path.
//
// At most 64 connections (connect/http_front.h). Another user of the machine who holds them all, without cookie, keeps
// the owner out of nothing: the oldest of them gives way.
//
// Threads: `on_address` is called once by Open, then on a thread of the host's own, where it may write a file.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "mobile-bindings/loopback/assets.h"

namespace qf::loopback {

class Loopback {
 public:
  struct Options {
    absl::Span<const Asset> assets;
    uint64_t idle_us = 10 * kMicrosPerMinute;
    uint16_t port = 0;  // 0 = any free one
    // Told each new launch address: the first, and another after each that was used.
    std::function<void(const std::string& url)> on_address;
  };

  // `methods` outlives it. INVALID_ARGUMENT(CONFIG) if it cannot listen.
  static absl::StatusOr<std::unique_ptr<Loopback>> Open(const rpc::MethodTable& methods, Options options);
  virtual ~Loopback() = default;
};

}  // namespace qf::loopback
