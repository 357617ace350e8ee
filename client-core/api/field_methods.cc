#include "absl/strings/str_cat.h"
#include "client-core/api/methods.h"
#include "client-core/field/attachment.h"
#include "client-core/field/draft.h"
#include "client-core/field/item.h"
#include "client-core/field/message.h"
#include "client-core/field/receipt.h"
#include "client-core/field/report.h"
#include "client-core/field/storage.h"
#include "client-core/field/townships.h"
#include "client-core/field/violations.h"

namespace qf::client {

void AddFieldMethods(rpc::MethodTable& table, SessionSlot& slot) {
  const auto name = [](const char* method) { return absl::StrCat("qingfeng.client.v1.FieldService/", method); };
  table.Unary<clientpb::ListViolationsRequest, clientpb::ListViolationsResponse>(
      name("ListViolations"),
      [](const rpc::CallInfo&, const auto&, auto reply) { reply.Finish(ViolationCatalogue()); });
  AddSessionMethod<clientpb::CreateDraftRequest, clientpb::CreateDraftResponse>(table, slot, name("CreateDraft"),
                                                                                CreateDraft);
  AddSessionMethod<clientpb::SaveDraftRequest, clientpb::SaveDraftResponse>(table, slot, name("SaveDraft"), SaveDraft);
  AddSessionMethod<clientpb::GetDraftRequest, clientpb::GetDraftResponse>(table, slot, name("GetDraft"), GetDraft);
  AddSessionMethod<clientpb::ListDraftsRequest, clientpb::ListDraftsResponse>(table, slot, name("ListDrafts"),
                                                                              ListDrafts);
  AddSessionMethod<clientpb::DiscardDraftRequest, clientpb::DiscardDraftResponse>(table, slot, name("DiscardDraft"),
                                                                                  DiscardDraft);
  AddSessionMethod<clientpb::PutFilePartRequest, clientpb::PutFilePartResponse>(table, slot, name("PutFilePart"),
                                                                                PutFilePart);
  AddLoopMethod<clientpb::AttachFileRequest, clientpb::AttachFileResponse>(
      table, slot, name("AttachFile"),
      [&slot](const auto& request, auto reply) { AttachFile(slot, request, std::move(reply)); });
  AddSessionMethod<clientpb::DetachFileRequest, clientpb::DetachFileResponse>(table, slot, name("DetachFile"),
                                                                              DetachFile);
  AddSessionMethod<clientpb::FileReportRequest, clientpb::FileReportResponse>(table, slot, name("FileReport"),
                                                                              FileReport);
  AddSessionMethod<clientpb::ListItemsRequest, clientpb::ListItemsResponse>(table, slot, name("ListItems"), ListItems);
  AddSessionMethod<clientpb::GetItemRequest, clientpb::GetItemResponse>(table, slot, name("GetItem"), GetItem);
  AddSessionMethod<clientpb::WithdrawItemRequest, clientpb::WithdrawItemResponse>(table, slot, name("WithdrawItem"),
                                                                                  WithdrawItem);
  AddLoopStream<clientpb::ReadAttachmentRequest, clientpb::ReadAttachmentResponse>(
      table, slot, name("ReadAttachment"),
      [&slot](const auto& request, auto writer) { ReadAttachment(slot, request, std::move(writer)); });
  AddSessionMethod<clientpb::ListMessagesRequest, clientpb::ListMessagesResponse>(table, slot, name("ListMessages"),
                                                                                  ListMessages);
  AddSessionMethod<clientpb::SendMessageRequest, clientpb::SendMessageResponse>(table, slot, name("SendMessage"),
                                                                                SendMessage);
  AddSessionMethod<clientpb::GetReceiptRequest, clientpb::GetReceiptResponse>(table, slot, name("GetReceipt"),
                                                                              GetReceipt);
  AddLoopStream<clientpb::SyncRequest, clientpb::SyncResponse>(table, slot, name("Sync"),
                                                               [&slot](const auto& request, auto writer) {
                                                                 const auto sync = slot.Sync();
                                                                 if (!sync.ok()) return writer.Finish(sync.status());
                                                                 (*sync)->Sync(request, std::move(writer));
                                                               });
  AddLoopMethod<clientpb::GetSyncStatusRequest, clientpb::GetSyncStatusResponse>(table, slot, name("GetSyncStatus"),
                                                                                 [&slot](const auto&, auto reply) {
                                                                                   const auto sync = slot.Sync();
                                                                                   if (!sync.ok())
                                                                                     return reply.Fail(sync.status());
                                                                                   reply.Finish((*sync)->Status());
                                                                                 });
  AddSessionMethod<clientpb::GetStorageRequest, clientpb::GetStorageResponse>(table, slot, name("GetStorage"),
                                                                              GetStorage);
  AddSessionMethod<clientpb::SetFileSendingRequest, clientpb::SetFileSendingResponse>(
      table, slot, name("SetFileSending"), SetFileSending);
  AddSessionMethod<clientpb::ListTownshipsRequest, clientpb::ListTownshipsResponse>(table, slot, name("ListTownships"),
                                                                                    ListTownships);
}

}  // namespace qf::client
