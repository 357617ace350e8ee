// One Exchange, asked: Hello and at most one push. docs/protocol.md, "Sync" 1 and 3.
#pragma once

#include <set>
#include <vector>

#include "client-core/store/item.h"
#include "client-core/sync/replica.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::client {

// One record of a push, to match its acknowledgement with.
struct Pushed {
  record::Record record;
  bool offered_again = false;  // from the offer list, or because Welcome listed it as lacking
};

struct Request {
  serverpb::ExchangeRequest message;
  std::vector<Pushed> push;
};

struct RequestOptions {
  uint64_t wait_ms = 0;           // for news
  bool pull = true;               // false while draining: a revoked device is given no page
  std::vector<RecordId> lacking;  // records whose body or blobs the server asked for
};

// What to send now: records that the server lacks, else offers, else what waits in the outbox.
absl::StatusOr<Request> BuildRequest(Replica& replica, const RequestOptions& options);

}  // namespace qf::client
