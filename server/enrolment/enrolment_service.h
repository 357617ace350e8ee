// EnrolmentService: what a device may do that is not known yet. docs/protocol.md, "Enrolment".
// Open to anyone; the guard throttles by address. Threads: any.
#pragma once

#include "common/rpc/method_table.h"
#include "qingfeng/server/v1/enrolment.pb.h"
#include "server/sync/answer.h"
#include "server/sync/intake.h"

namespace qf::server {

class EnrolmentService {
 public:
  // All of them outlive the object.
  EnrolmentService(LogBook& book, Answerer& answerer, Intake& intake, Clock& clock)
      : book_(book), answerer_(answerer), intake_(intake), clock_(clock) {}

  // The office from its root, and the server's time (which a caller takes who was told CLOCK). While the log waits
  // for a RESTART there is no checkpoint.
  absl::StatusOr<serverpb::GetOfficeResponse> GetOffice() const;
  // Takes one ENROL, by the rules of a push. INVALID_ARGUMENT(FRAME) for a record of another kind.
  void Enrol(const serverpb::EnrolRequest& request, rpc::Reply<serverpb::EnrolResponse> reply);

  // Adds the methods of the service to `table`; the object outlives it.
  void AddTo(rpc::MethodTable& table);

 private:
  LogBook& book_;
  Answerer& answerer_;
  Intake& intake_;
  Clock& clock_;
};

}  // namespace qf::server
