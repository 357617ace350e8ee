#include "server/sync/exchange.h"

#include "common/base/limits.h"
#include "common/base/try.h"
#include "server/store/trouble.h"

namespace qf::server {
namespace {

constexpr uint64_t kBusyRetryMs = 1000;

absl::Status CheckBounds(const serverpb::ExchangeRequest& request) {
  if (static_cast<size_t>(request.push_size()) > limits::kPushRecords) {
    return Error(Reason::REASON_FRAME, "a push has more than 64 records");
  }
  size_t size_bytes = 0;
  for (const serverpb::Offer& offer : request.push()) {
    size_bytes += offer.record().header().size() + offer.record().signature().size() + offer.record().body().size();
  }
  if (size_bytes > limits::kPushBytes) return Error(Reason::REASON_FRAME, "a push is larger than 1 MiB");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Caller> Exchange::Prepare(const rpc::CallInfo& info, const serverpb::ExchangeRequest& request) {
  QF_TRY(CheckBounds(request));
  QF_TRY_ASSIGN(Caller caller, ReadHello(request.hello(), info.principal));
  QF_TRY(CompareLogs(caller, book_));
  return caller;
}

void Exchange::Call(const rpc::CallInfo& info, const serverpb::ExchangeRequest& request, Reply reply) {
  auto caller = Prepare(info, request);
  if (!caller.ok()) return reply.Fail(Told(std::move(caller).status()));
  room_.Supersede(caller->key);
  if (request.push_size() > 0) return Push(*std::move(caller), request, std::move(reply));
  const bool waits = caller->wait_us > 0 && book_.StandingOf(caller->key, book_.NowUs()).known();
  if (waits) return room_.Wait(*std::move(caller), std::move(reply));
  Send(answerer_.Make(*caller, {}), reply);
}

void Exchange::Push(Caller caller, const serverpb::ExchangeRequest& request, Reply reply) {
  const size_t records = static_cast<size_t>(request.push_size());
  if (intake_.Busy(records)) {
    return Send(answerer_.Make(caller, Intake::AllLater(records, Reason::REASON_BUSY, kBusyRetryMs)), reply);
  }
  server::Push push = ReadPush(request, caller.key, book_);
  push.term = caller.term;
  intake_.Submit(std::move(push),
                 [this, caller = std::move(caller), reply = std::move(reply)](std::vector<Outcome> outcomes) mutable {
                   Send(answerer_.Make(caller, std::move(outcomes)), reply);
                 });
}

}  // namespace qf::server
