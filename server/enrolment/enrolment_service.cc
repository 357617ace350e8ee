#include "server/enrolment/enrolment_service.h"

#include "common/base/limits.h"
#include "common/base/try.h"
#include "server/store/trouble.h"

namespace qf::server {
namespace {

constexpr size_t kAskBytes = 1024;  // room for fields of newer clients
constexpr size_t kEnrolBytes = limits::kHeaderBytes + 1024;

}  // namespace

absl::StatusOr<serverpb::GetOfficeResponse> EnrolmentService::GetOffice() const {
  const LogView view = book_.View();
  serverpb::GetOfficeResponse response;
  *response.mutable_genesis() = book_.genesis();
  for (const recordpb::Record& restart : *book_.restarts()) *response.add_restarts() = restart;
  response.set_term(view.term);
  response.set_server_time_us(clock_.NowUs());
  if (view.rolled_back) return response;
  QF_TRY_ASSIGN(*response.mutable_checkpoint(), book_.Checkpoint(view, view.size));
  return response;
}

void EnrolmentService::Enrol(const serverpb::EnrolRequest& request, rpc::Reply<serverpb::EnrolResponse> reply) {
  if (intake_.Busy(1)) return reply.Fail(Error(Reason::REASON_BUSY, "more is asked at once than is admitted", 1000));
  Push push = ReadSingle(request.enrol(), SigningKey(), book_);
  const Offer& offer = push.offers.front();
  if (!offer.malformed && offer.record.header.kind != recordpb::KIND_ENROL) {
    return reply.Fail(Error(Reason::REASON_FRAME, "only an enrolment is taken here"));
  }
  if (!offer.malformed) push.caller = offer.record.header.author;
  intake_.Submit(std::move(push), [this, reply = std::move(reply)](std::vector<Outcome> outcomes) mutable {
    reply.Finish(Told(answerer_.MakeSingle(std::move(outcomes.front()))));
  });
}

void EnrolmentService::AddTo(rpc::MethodTable& table) {
  table.Unary<serverpb::GetOfficeRequest, serverpb::GetOfficeResponse>(
      "qingfeng.server.v1.EnrolmentService/GetOffice",
      [this](const rpc::CallInfo&, const serverpb::GetOfficeRequest&, rpc::Reply<serverpb::GetOfficeResponse> reply) {
        reply.Finish(Told(GetOffice()));
      },
      kAskBytes);
  table.Unary<serverpb::EnrolRequest, serverpb::EnrolResponse>(
      "qingfeng.server.v1.EnrolmentService/Enrol",
      [this](const rpc::CallInfo&, const serverpb::EnrolRequest& request, rpc::Reply<serverpb::EnrolResponse> reply) {
        Enrol(request, std::move(reply));
      },
      kEnrolBytes);
}

}  // namespace qf::server
