#include "client-core/field/item.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "client-core/field/attachment.h"
#include "client-core/field/content.h"
#include "client-core/field/draft.h"
#include "client-core/field/message.h"
#include "client-core/store/checkpoint.h"
#include "client-core/store/message.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// "report" for KIND_REPORT.
std::string KindName(recordpb::Kind kind) {
  absl::string_view name = recordpb::Kind_Name(kind);
  absl::ConsumePrefix(&name, "KIND_");
  return absl::AsciiStrToLower(name);
}

bool IsShown(const Item& item) { return item.kind != recordpb::KIND_ATTEST && item.kind != recordpb::KIND_VOID; }

// The first string anywhere in `message` that holds `wanted`, in small letters. Bytes (keys, digests) are not text.
bool HoldsText(const google::protobuf::Message& message, const std::string& wanted) {
  using google::protobuf::FieldDescriptor;
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->type() == FieldDescriptor::TYPE_STRING) {
        const std::string text = field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                                      : reflection->GetString(message, field);
        if (absl::StrContains(absl::AsciiStrToLower(text), wanted)) return true;
      } else if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        const auto& inner = field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                 : reflection->GetMessage(message, field);
        if (HoldsText(inner, wanted)) return true;
      }
    }
  }
  return false;
}

bool Matches(const Item& item, const std::string& wanted) {
  if (wanted.empty()) return true;
  const auto content = ContentOf(item);
  return content.ok() && HoldsText(*content, wanted);
}

// Title and files.
absl::Status AddContent(sql::ReadTxn& tx, const Item& item, const contentpb::Content& content, clientpb::Item* out) {
  if (content.has_report()) {
    out->set_title(TitleOf(content.report()));
    QF_TRY_ASSIGN(*out->mutable_files(), DescribeFiles(tx, item.item, content.report().attachments()));
  } else if (content.has_message()) {
    out->set_title(TitleOf(content.message().text()));
    QF_TRY_ASSIGN(*out->mutable_files(), DescribeFiles(tx, item.item, content.message().attachments()));
  }
  return absl::OkStatus();
}

// A file that has not arrived is missing or damaged here. One that was let go of once everything had settled is not: a
// desk gives it to a restored server.
bool LacksFile(const Item& item, const clientpb::Item& described) {
  if (described.state() != clientpb::ITEM_STATE_PROVEN || item.body.empty()) return false;
  return std::any_of(described.files().begin(), described.files().end(),
                     [](const auto& file) { return !file.here() && file.sent_bytes() < file.sealed_bytes(); });
}

}  // namespace

absl::StatusOr<clientpb::ItemState> StateOf(sql::ReadTxn& tx, const Item& item) {
  switch (item.state) {
    case ItemState::kFiled:
      return clientpb::ITEM_STATE_FILED;
    case ItemState::kPlaced:
      return clientpb::ITEM_STATE_PLACED;
    case ItemState::kRefused:
      return clientpb::ITEM_STATE_REFUSED;
    case ItemState::kDamaged:
      return clientpb::ITEM_STATE_DAMAGED;
    case ItemState::kVoid:
      return clientpb::ITEM_STATE_COMPLETE;
    case ItemState::kAcknowledged:
      break;
  }
  if (item.files_left > 0) return clientpb::ITEM_STATE_PROVEN;
  QF_TRY_ASSIGN(const uint64_t heard_size, GetNumber(tx, Setting::kDeskAttestSize));
  QF_TRY_ASSIGN(const auto receipt, FindReceipt(tx, item.record_id));
  // One that waits to be offered again has the position of an older term, where the desks now read something else.
  QF_TRY_ASSIGN(const bool of_older_term, IsOfferPending(tx, item.record_id));
  const bool delivered = receipt.has_value() && receipt->place.position < heard_size && !of_older_term;
  return delivered ? clientpb::ITEM_STATE_DELIVERED : clientpb::ITEM_STATE_COMPLETE;
}

absl::StatusOr<clientpb::Item> Describe(sql::ReadTxn& tx, const Item& item) {
  return Describe(tx, item, ContentOf(item).value_or(contentpb::Content()));
}

absl::StatusOr<clientpb::Item> Describe(sql::ReadTxn& tx, const Item& item, const contentpb::Content& content) {
  clientpb::Item out;
  out.set_item_id(item.item.str());
  out.set_kind(KindName(item.kind));
  QF_TRY_ASSIGN(const auto state, StateOf(tx, item));
  out.set_state(state);
  out.set_reason(item.reason);
  out.set_filed_at_us(item.filed_at_us);
  out.set_urgent(item.urgent);
  if (!item.record_id.empty()) {
    out.set_record_id(item.record_id.str());
    QF_TRY_ASSIGN(const auto receipt, FindReceipt(tx, item.record_id));
    if (receipt.has_value()) {
      out.set_position(receipt->place.position);
      out.set_received_at_us(receipt->place.received_at_us);
    }
  }
  QF_TRY(AddContent(tx, item, content, &out));
  if (LacksFile(item, out)) out.set_reason(Reason::REASON_STORE_DAMAGED);
  QF_TRY_ASSIGN(const MessageCount messages, CountMessages(tx, item.item));
  out.set_messages(messages.all);
  out.set_unread(messages.unread);
  return out;
}

absl::StatusOr<clientpb::ListItemsResponse> ListItems(Session& session, const clientpb::ListItemsRequest& request) {
  QF_TRY(FoldInbox(session));
  const size_t wanted = std::min(request.page_size() == 0 ? kItemsPerPage : request.page_size(), kItemsPerPageMax);
  const std::string search = absl::AsciiStrToLower(request.search());
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::ListItemsResponse> {
    uint64_t before_row = 0;
    if (!request.after_item_id().empty()) {
      QF_TRY_ASSIGN(const ItemId after, ItemId::From(request.after_item_id()));
      QF_TRY_ASSIGN(const Item item, GetItem(tx, after));
      before_row = item.row;
    }
    clientpb::ListItemsResponse response;
    while (true) {
      QF_TRY_ASSIGN(const auto items, ListItems(tx, before_row, kItemsPerPage, request.outbox_only()));
      for (const Item& item : items) {
        before_row = item.row;
        if (!IsShown(item) || !Matches(item, search)) continue;
        if (static_cast<size_t>(response.items_size()) == wanted) {
          response.set_more(true);
          return response;
        }
        QF_TRY_ASSIGN(*response.add_items(), Describe(tx, item));
      }
      if (items.size() < kItemsPerPage || before_row <= 1) return response;
    }
  });
}

absl::StatusOr<clientpb::GetItemResponse> GetItem(Session& session, const clientpb::GetItemRequest& request) {
  QF_TRY(FoldInbox(session));
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.item_id()));
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::GetItemResponse> {
    QF_TRY_ASSIGN(const Item item, GetItem(tx, id));
    clientpb::GetItemResponse response;
    QF_TRY_ASSIGN(*response.mutable_item(), Describe(tx, item));
    if (const auto content = ContentOf(item); content.ok() && content->has_report()) {
      *response.mutable_report() = content->report();
      for (auto& attachment : *response.mutable_report()->mutable_attachments()) attachment.clear_key();
    }
    return response;
  });
}

absl::StatusOr<clientpb::WithdrawItemResponse> WithdrawItem(Session& session,
                                                            const clientpb::WithdrawItemRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.item_id()));
  clientpb::WithdrawItemResponse response;
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const Item item, GetItem(tx, id));
    if (item.kind != recordpb::KIND_REPORT) return Error(Reason::REASON_STATE, "only a report can be taken back");
    QF_TRY_ASSIGN(const contentpb::Content content, ContentOf(item));
    QF_TRY(RemoveItem(tx, id));
    contentpb::Report answers = content.report(), files;
    answers.mutable_attachments()->Swap(files.mutable_attachments());
    const StoredDraft draft{id, session.world().clock.NowUs(), item.urgent, answers.SerializeAsString(),
                            files.SerializeAsString()};
    QF_TRY(InsertDraft(tx, draft));
    QF_TRY_ASSIGN(*response.mutable_draft(), Describe(tx, draft));
    return absl::OkStatus();
  }));
  clientpb::WatchResponse event;
  event.mutable_changes()->set_drafts(true);
  event.mutable_changes()->set_items(true);
  session.Tell(event);
  return response;
}

}  // namespace qf::client
