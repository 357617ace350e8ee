#include <optional>

#include "absl/strings/str_cat.h"
#include "client-core/api/methods.h"
#include "client-core/session/version.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr uint32_t kEchoesMax = 1'000'000;

// What a caller asked to be told instead of success.
absl::Status Wanted(Reason reason) {
  return reason == Reason::REASON_UNSPECIFIED ? absl::OkStatus() : Error(reason, "as the request asked");
}

void Echo(const clientpb::EchoRequest& request, rpc::Reply<clientpb::EchoResponse> reply) {
  if (absl::Status status = Wanted(request.fail()); !status.ok()) return reply.Fail(std::move(status));
  clientpb::EchoResponse response;
  response.set_text(request.text());
  response.set_data(request.data());
  reply.Finish(response);
}

void EchoStream(SessionSlot& slot, const clientpb::EchoStreamRequest& request,
                rpc::Writer<clientpb::EchoStreamResponse> writer) {
  if (request.count() > kEchoesMax) return writer.Finish(Error(Reason::REASON_TOO_LARGE, "at most 1,000,000 echoes"));
  using Message = std::optional<clientpb::EchoStreamResponse>;
  slot.streams().Start<clientpb::EchoStreamResponse>(
      std::move(writer), [request, sent = uint32_t{0}]() mutable -> absl::StatusOr<Message> {
        if (sent == request.count()) {
          QF_TRY(Wanted(request.fail()));
          return Message();
        }
        Message message(std::in_place);
        message->set_index(sent++);
        message->set_text(request.text());
        message->set_data(request.data());
        return message;
      });
}

clientpb::GetVersionResponse Version() {
  clientpb::GetVersionResponse response;
  response.set_version(kVersion);
  response.set_message_bytes_max(limits::kMessageBytes);
  response.set_attachment_bytes_max(limits::kBlobBytes);
  response.set_protocol_revision(kProtocolRevision);
  return response;
}

}  // namespace

void AddEventMethods(rpc::MethodTable& table, Core& core) {
  const auto name = [](const char* method) { return absl::StrCat("qingfeng.client.v1.EventService/", method); };
  table.Unary<clientpb::EchoRequest, clientpb::EchoResponse>(
      name("Echo"), [](const rpc::CallInfo&, const auto& request, auto reply) { Echo(request, std::move(reply)); });
  AddLoopStream<clientpb::EchoStreamRequest, clientpb::EchoStreamResponse>(
      table, core, name("EchoStream"),
      [&core](const auto& request, auto writer) { EchoStream(core, request, std::move(writer)); });
  table.Unary<clientpb::GetVersionRequest, clientpb::GetVersionResponse>(
      name("GetVersion"), [](const rpc::CallInfo&, const auto&, auto reply) { reply.Finish(Version()); });
  AddLoopStream<clientpb::WatchRequest, clientpb::WatchResponse>(table, core, name("Watch"),
                                                                 [&core](const auto&, auto writer) {
                                                                   clientpb::WatchResponse first;
                                                                   *first.mutable_session() = core.Describe();
                                                                   core.watchers().Add(std::move(writer), first);
                                                                 });
}

}  // namespace qf::client
