// Puts the answer to an Exchange together: Welcome, acknowledgements, pages, and one table of hashes that proves all
// of it under one checkpoint. docs/protocol.md, "Sync" 2, 3 and 6.
//
// Threads: any; each answer is of one moment of the log.
#pragma once

#include <vector>

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "common/sql/database.h"
#include "qingfeng/server/v1/enrolment.pb.h"
#include "server/sync/hello.h"
#include "server/sync/intake.h"

namespace qf::server {

struct Answer {
  serverpb::ExchangeResponse response;
  uint64_t log_size = 0;  // of the moment
  bool news = false;      // it says something that a caller who waits for news wants to hear
};

// The end of an Exchange; errors of the store as store/trouble.h tells them.
void Send(absl::StatusOr<Answer> answer, rpc::Reply<serverpb::ExchangeResponse>& reply);

class Answerer {
 public:
  // All of them outlive the object.
  Answerer(LogBook& book, sql::Database& database, Clock& clock) : book_(book), database_(database), clock_(clock) {}

  // `outcomes` are those of the caller's push. UNAVAILABLE(TERM) if a new term began meanwhile: ask again; errors of
  // the store.
  absl::StatusOr<Answer> Make(const Caller& caller, std::vector<Outcome> outcomes);

  // One acknowledgement with its proof, for EnrolmentService.
  absl::StatusOr<serverpb::EnrolResponse> MakeSingle(Outcome outcome);

 private:
  class Builder;

  LogBook& book_;
  sql::Database& database_;
  Clock& clock_;
};

}  // namespace qf::server
