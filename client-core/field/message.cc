#include "client-core/field/message.h"

#include <algorithm>
#include <tuple>

#include "client-core/field/item.h"
#include "client-core/store/checkpoint.h"
#include "client-core/store/entry.h"
#include "client-core/store/message.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/base/utf8.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {
namespace {

// The message in an entry of the inbox, if it opens and is about a report of this device.
std::optional<StoredMessage> Open(Session& session, const record::Entry& entry) {
  const record::Record& record = entry.record;
  const auto bytes = session.OpenBody(record.header, record.body);
  contentpb::Content content;
  if (!bytes.ok() || !content.ParseFromString(*bytes) || !content.has_message()) return std::nullopt;
  const auto report_item = ItemId::From(content.message().report_item_id());
  if (!report_item.ok() || content.message().report_author() != session.device().bytes()) return std::nullopt;
  StoredMessage out;
  out.author = record.header.author;
  out.item = record.header.item;
  out.report_item = *report_item;
  out.record = record.id;
  out.received_at_us = entry.place.received_at_us;
  out.unread = true;
  out.content = content.message().SerializeAsString();
  return out;
}

// What is shown of one message, and by what it is ordered.
struct Shown {
  clientpb::MessageInfo info;
  uint64_t filed_at_us = 0;
};

absl::StatusOr<Shown> Show(sql::ReadTxn& tx, Session& session, const StoredMessage& message) {
  Shown out;
  out.info.set_item_id(message.item.str());
  out.info.set_own(message.own);
  out.info.set_by_reporter(message.own);
  out.info.set_unread(message.unread);
  if (!out.info.mutable_message()->ParseFromString(message.content)) {
    return Error(Reason::REASON_STORE_DAMAGED, "a message in the store cannot be read");
  }
  for (auto& attachment : *out.info.mutable_message()->mutable_attachments()) attachment.clear_key();
  if (message.own) {
    QF_TRY_ASSIGN(const Item item, GetItem(tx, message.item));
    QF_TRY_ASSIGN(const auto state, StateOf(tx, item));
    out.info.set_state(state);
    out.filed_at_us = item.filed_at_us;
    out.info.set_author_counts(true);
    if (item.record_id.empty()) return out;
    QF_TRY_ASSIGN(const auto receipt, FindReceipt(tx, item.record_id));
    out.info.set_received_at_us(receipt.has_value() ? receipt->place.received_at_us : 0);
    return out;
  }
  out.info.set_received_at_us(message.received_at_us);
  QF_TRY_ASSIGN(const auto entry, FindEntry(tx, message.record));
  if (entry.has_value()) {
    out.info.set_author_counts(session.authority().Counts(entry->entry.record.header, entry->entry.place));
  }
  return out;
}

bool Before(const Shown& a, const Shown& b) {
  const auto key = [](const Shown& shown) {
    const uint64_t received_us = shown.info.received_at_us();
    return std::tuple(received_us == 0, received_us, shown.filed_at_us);
  };
  return key(a) < key(b);
}

}  // namespace

absl::Status FoldInbox(Session& session) {
  const std::string inbox = record::Feed::Inbox(session.device()).name();
  std::vector<StoredMessage> opened;
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto positions, MessagesNotFolded(tx, inbox));
    for (const uint64_t position : positions) {
      QF_TRY_ASSIGN(const auto entry, EntryAt(tx, position));
      if (!entry.has_value() || entry->entry.place.verdict != 0) continue;
      if (auto message = Open(session, entry->entry)) opened.push_back(*std::move(message));
    }
    return absl::OkStatus();
  }));
  if (opened.empty()) return absl::OkStatus();
  return session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    for (const StoredMessage& message : opened) QF_TRY(PutMessage(tx, message));
    return absl::OkStatus();
  });
}

absl::StatusOr<clientpb::ListMessagesResponse> ListMessages(Session& session,
                                                            const clientpb::ListMessagesRequest& request) {
  QF_TRY_ASSIGN(const ItemId report, ItemId::From(request.item_id()));
  QF_TRY(FoldInbox(session));
  std::vector<Shown> shown;
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY(GetItem(tx, report).status());
    QF_TRY_ASSIGN(const auto messages, MessagesAbout(tx, report));
    for (const StoredMessage& message : messages) {
      QF_TRY_ASSIGN(auto one, Show(tx, session, message));
      shown.push_back(std::move(one));
    }
    return absl::OkStatus();
  }));
  std::sort(shown.begin(), shown.end(), Before);
  clientpb::ListMessagesResponse response;
  bool unread = false;
  for (Shown& one : shown) {
    unread |= one.info.unread();
    *response.add_messages() = std::move(one.info);
  }
  if (unread && request.mark_read()) {
    QF_TRY(session.database().Write([&](sql::WriteTxn& tx) { return MarkRead(tx, report); }));
    clientpb::WatchResponse event;
    event.mutable_changes()->set_messages(true);
    session.Tell(event);
  }
  return response;
}

absl::StatusOr<clientpb::SendMessageResponse> SendMessage(Session& session,
                                                          const clientpb::SendMessageRequest& request) {
  QF_TRY_ASSIGN(const ItemId report_id, ItemId::From(request.item_id()));
  if (TrimSpace(request.text()).empty()) return Error(Reason::REASON_FORM, "text: say something");
  if (request.text().size() > limits::kMessageTextBytes)
    return Error(Reason::REASON_TOO_LARGE, "the message is too long");
  QF_TRY_ASSIGN(const Item report, session.database().Read([&](sql::ReadTxn& tx) { return GetItem(tx, report_id); }));
  if (report.kind != recordpb::KIND_REPORT) return Error(Reason::REASON_NOT_FOUND, "nothing with that id is a report");

  contentpb::Content content;
  contentpb::Message& message = *content.mutable_message();
  message.set_report_author(session.device().str());
  message.set_report_item_id(report_id.str());
  message.set_text(request.text());
  message.set_written_at_us(session.world().clock.NowUs());
  NewItem item;
  item.feed = record::Feed::Office();
  item.kind = recordpb::KIND_MESSAGE;
  item.audience = recordpb::AUDIENCE_OFFICE;
  item.reference = report.record_id;  // none before the report has its place: author and item id name it for ever
  item.content = content.SerializeAsString();
  QF_TRY_ASSIGN(const Item filed, session.Prepare(item));
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(InsertItem(tx, filed));
    return PutMessage(tx, {.author = filed.author,
                           .item = filed.item,
                           .report_item = report_id,
                           .own = true,
                           .content = message.SerializeAsString()});
  }));
  clientpb::WatchResponse event;
  event.mutable_changes()->set_items(true);
  event.mutable_changes()->set_messages(true);
  session.Tell(event);
  session.OutboxChanged();
  clientpb::SendMessageResponse response;
  response.set_message_item_id(filed.item.str());
  return response;
}

}  // namespace qf::client
