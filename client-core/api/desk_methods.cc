#include "client-core/api/desk_methods.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client-core/desk/arrivals.h"
#include "client-core/desk/attachments.h"
#include "client-core/desk/casework.h"
#include "client-core/desk/certify.h"
#include "client-core/desk/devices.h"
#include "client-core/desk/invitations.h"
#include "client-core/desk/keys.h"
#include "client-core/desk/log_methods.h"
#include "client-core/desk/restart.h"
#include "client-core/desk/revoke.h"
#include "client-core/desk/townships.h"
#include "common/base/error.h"

namespace qf::client {
namespace {

std::string Method(absl::string_view name) { return absl::StrCat("qingfeng.client.v1.DeskService/", name); }

// A handler of any of the three shapes, run on the loop.
class Methods {
 public:
  Methods(rpc::MethodTable& table, SessionSlot& slot, DeskFinder desk)
      : table_(table), slot_(slot), desk_(std::move(desk)) {}

  // Needs the session alone; what was read is folded in first, so that the answer is of now.
  template <class Request, class Response>
  void Add(absl::string_view name, absl::StatusOr<Response> (*handler)(Session&, const Request&)) {
    AddLoopMethod<Request, Response>(
        table_, slot_, Method(name), [desk = desk_, handler](const Request& request, rpc::Reply<Response> reply) {
          reply.Finish(WithDesk<Response>(desk, [&](Desk& found) -> absl::StatusOr<Response> {
            if (const auto caught_up = found.CatchUp(); !caught_up.ok()) return caught_up.status();
            return handler(found.session(), request);
          }));
        });
  }

  template <class Request, class Response>
  void Add(absl::string_view name, absl::StatusOr<Response> (*handler)(Desk&, const Request&)) {
    AddLoopMethod<Request, Response>(
        table_, slot_, Method(name), [desk = desk_, handler](const Request& request, rpc::Reply<Response> reply) {
          reply.Finish(WithDesk<Response>(desk, [&](Desk& found) { return handler(found, request); }));
        });
  }

  // Answers later.
  template <class Request, class Response>
  void Add(absl::string_view name,
           void (*handler)(Desk&, const Request&, absl::AnyInvocable<void(absl::StatusOr<Response>)>)) {
    AddLoopMethod<Request, Response>(
        table_, slot_, Method(name), [desk = desk_, handler](const Request& request, rpc::Reply<Response> reply) {
          const auto found = Found(desk);
          if (!found.ok()) return reply.Fail(found.status());
          handler(**found, request,
                  [pending = PendingAnswer(std::move(reply))](absl::StatusOr<Response> response) mutable {
                    pending.Take().Finish(std::move(response));
                  });
        });
  }

  template <class Request, class Response>
  void AddStream(absl::string_view name, void (*handler)(Desk&, const Request&, rpc::Writer<Response>)) {
    AddLoopStream<Request, Response>(table_, slot_, Method(name),
                                     [desk = desk_, handler](const Request& request, rpc::Writer<Response> writer) {
                                       const auto found = Found(desk);
                                       if (!found.ok()) return writer.Finish(found.status());
                                       handler(**found, request, std::move(writer));
                                     });
  }

 private:
  // PERMISSION_DENIED(ROLE) on a device that does not mirror the log.
  static absl::StatusOr<Desk*> Found(const DeskFinder& desk) {
    auto found = desk();
    if (found.ok() && !(*found)->session().IsDesk()) {
      return Error(Reason::REASON_ROLE, "this device is no desk of the office");
    }
    return found;
  }

  template <class Response, class Handler>
  static absl::StatusOr<Response> WithDesk(const DeskFinder& desk, Handler handler) {
    const auto found = Found(desk);
    if (!found.ok()) return found.status();
    return handler(**found);
  }

  rpc::MethodTable& table_;
  SessionSlot& slot_;
  const DeskFinder desk_;
};

}  // namespace

void AddDeskMethods(rpc::MethodTable& table, SessionSlot& slot, DeskFinder desk) {
  Methods methods(table, slot, std::move(desk));
  methods.Add("CreateInvitation", CreateInvitation);
  methods.Add("ListDevices", ListDevices);
  methods.Add("CertifyDevice", CertifyDevice);
  methods.Add("CertifyAdministrator", CertifyAdministrator);
  methods.Add("GrantKeys", GrantKeys);
  methods.Add("PublishEpoch", PublishEpoch);
  methods.Add("RevokeDevice", RevokeDevice);
  methods.Add("ApproveRevocation", ApproveRevocation);
  methods.Add("ListArrivals", ListArrivals);
  methods.Add("GetArrival", GetArrival);
  methods.AddStream("OpenAttachment", OpenAttachment);
  methods.Add("Reply", Reply);
  methods.Add("OpenCase", OpenCase);
  methods.Add("ListCases", ListCases);
  methods.Add("VerifyLog", VerifyLog);
  methods.Add("ExportLog", ExportLog);
  methods.Add("RestartLog", RestartLog);
  methods.Add("EndRefill", EndRefill);
  methods.Add("ListAlarms", ListAlarms);
  methods.Add("SetTownships", SetTownships);
}

}  // namespace qf::client
