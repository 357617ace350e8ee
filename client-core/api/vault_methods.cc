#include "absl/strings/str_cat.h"
#include "client-core/api/enrol.h"
#include "client-core/api/examine.h"
#include "client-core/api/methods.h"
#include "client-core/store/blob.h"
#include "client-core/store/item.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Answers with the session once `status` is OK.
template <class Response>
void FinishWithSession(Core& core, rpc::Reply<Response> reply, const absl::Status& status) {
  if (!status.ok()) return reply.Fail(status);
  Response response;
  *response.mutable_session() = core.Describe();
  reply.Finish(response);
}

void GetSession(Core& core, rpc::Reply<clientpb::GetSessionResponse> reply) {
  const bool known = core.is_open();
  FinishWithSession(
      core, std::move(reply),
      known ? absl::OkStatus() : Error(Reason::REASON_STATE, "no store is open: call VaultService/Open first"));
}

absl::StatusOr<clientpb::ReadInvitationResponse> ReadInvitation(const clientpb::ReadInvitationRequest& request) {
  QF_TRY_ASSIGN(const Invitation invitation, ParseInvitation(request.invitation()));
  clientpb::ReadInvitationResponse response;
  response.set_office_id(invitation.office().str());
  response.set_address(invitation.address);
  response.set_invitation_id(invitation.id.str());
  return response;
}

void Enrol(Core& core, const clientpb::EnrolRequest& request, rpc::Reply<clientpb::EnrolResponse> reply) {
  const auto invitation = ParseInvitation(request.invitation());
  if (!invitation.ok()) return reply.Fail(invitation.status());
  NewStore store = StoreForInvitation(core.world().entropy, *invitation, request.pin());
  store.locale = request.locale();
  core.MakeStore(std::move(store),
                 [&core, reply = PendingAnswer(std::move(reply))](absl::StatusOr<std::string> protection) mutable {
                   auto answer = reply.Take();
                   if (!protection.ok()) return answer.Fail(protection.status());
                   clientpb::EnrolResponse response;
                   *response.mutable_session() = core.Describe();
                   response.set_protection(*protection);
                   answer.Finish(response);
                 });
}

// UNSETTLED while something that was filed is not proven to be in the log with all its files: on its way, refused, or
// damaged.
absl::Status NothingUnsent(Core& core) {
  const auto session = core.Unlocked();
  if (ReasonOf(session.status()) == Reason::REASON_LOCKED) {
    return Error(Reason::REASON_UNSETTLED, "a locked store may hold something that was filed and has not arrived");
  }
  if (ReasonOf(session.status()) == Reason::REASON_NOT_ENROLLED) return absl::OkStatus();  // nothing was ever filed
  QF_TRY(session.status());
  QF_TRY_ASSIGN(const uint64_t left, (*session)->database().Read([](sql::ReadTxn& tx) -> absl::StatusOr<uint64_t> {
    QF_TRY_ASSIGN(const uint64_t waiting, CountWaiting(tx));
    QF_TRY_ASSIGN(const uint64_t undelivered, CountUndelivered(tx));
    return waiting + undelivered;
  }));
  return left == 0 ? absl::OkStatus()
                   : Error(Reason::REASON_UNSETTLED, "something that was filed has not been proven to have arrived");
}

absl::StatusOr<clientpb::WipeResponse> Wipe(Core& core, const clientpb::WipeRequest& request) {
  if (!request.confirm()) return Error(Reason::REASON_CONFIRM, "erasing a store cannot be undone: confirm it");
  if (!core.is_open()) return Error(Reason::REASON_STATE, "no store is open: call VaultService/Open first");
  if (!request.lose_unsent()) QF_TRY(NothingUnsent(core));
  QF_TRY(core.EraseAll());
  return clientpb::WipeResponse();
}

}  // namespace

void AddVaultMethods(rpc::MethodTable& table, Core& core) {
  const auto name = [](const char* method) { return absl::StrCat("qingfeng.client.v1.VaultService/", method); };
  AddLoopMethod<clientpb::OpenRequest, clientpb::OpenResponse>(
      table, core, name("Open"),
      [&core](const auto& request, auto reply) { FinishWithSession(core, std::move(reply), core.Open(request)); });
  AddLoopMethod<clientpb::GetSessionRequest, clientpb::GetSessionResponse>(
      table, core, name("GetSession"), [&core](const auto&, auto reply) { GetSession(core, std::move(reply)); });
  table.Unary<clientpb::ReadInvitationRequest, clientpb::ReadInvitationResponse>(
      name("ReadInvitation"),
      [](const rpc::CallInfo&, const auto& request, auto reply) { reply.Finish(ReadInvitation(request)); });
  AddLoopMethod<clientpb::EnrolRequest, clientpb::EnrolResponse>(
      table, core, name("Enrol"), [&core](const auto& request, auto reply) { Enrol(core, request, std::move(reply)); });
  AddLoopMethod<clientpb::UnlockRequest, clientpb::UnlockResponse>(
      table, core, name("Unlock"), [&core](const auto& request, auto reply) {
        core.Unlock(request.pin(), [&core, reply = PendingAnswer(std::move(reply))](absl::Status status) mutable {
          FinishWithSession(core, reply.Take(), status);
        });
      });
  AddLoopMethod<clientpb::LockRequest, clientpb::LockResponse>(table, core, name("Lock"),
                                                               [&core](const auto&, auto reply) {
                                                                 const absl::Status status = core.HasVault();
                                                                 core.Lock();
                                                                 FinishWithSession(core, std::move(reply), status);
                                                               });
  AddLoopMethod<clientpb::ChangePinRequest, clientpb::ChangePinResponse>(
      table, core, name("ChangePin"), [&core](const auto& request, auto reply) {
        core.ChangePin(request.old_pin(), request.new_pin(),
                       [reply = PendingAnswer(std::move(reply))](absl::Status status) mutable {
                         auto answer = reply.Take();
                         if (!status.ok()) return answer.Fail(std::move(status));
                         answer.Finish(clientpb::ChangePinResponse());
                       });
      });
  AddLoopMethod<clientpb::WipeRequest, clientpb::WipeResponse>(
      table, core, name("Wipe"), [&core](const auto& request, auto reply) { reply.Finish(Wipe(core, request)); });
  AddLoopMethod<clientpb::ExamineRequest, clientpb::ExamineResponse>(
      table, core, name("Examine"), [&core](const auto&, auto reply) { reply.Finish(Examine(core)); });
}

}  // namespace qf::client
