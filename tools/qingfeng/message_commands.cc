// inbox, reply.
#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/ask.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/items.h"
#include "tools/qingfeng/report_view.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

// Reports with messages; those with new ones first.
absl::StatusOr<clientpb::ListItemsResponse> Conversations(Core& core) {
  QF_TRY_ASSIGN(const std::vector<clientpb::Item> items, AllItems(core));
  clientpb::ListItemsResponse out;
  for (const bool unread : {true, false}) {
    for (const clientpb::Item& item : items) {
      if (item.messages() > 0 && (item.unread() > 0) == unread) *out.add_items() = item;
    }
  }
  return out;
}

absl::Status ListConversations(Context& context, Core& core) {
  QF_TRY_ASSIGN(const auto conversations, Conversations(core));
  if (context.json()) return context.PrintJson(conversations);
  Table table({{Tr("item")}, {Tr("title")}, {Tr("messages"), Table::Align::kRight}, {Tr("new"), Table::Align::kRight}});
  for (const clientpb::Item& item : conversations.items()) {
    table.Add({ShortId(item.item_id()), item.title(), absl::StrCat(item.messages()),
               item.unread() > 0 ? absl::StrCat(item.unread()) : ""});
  }
  context.out() << table.Render(context.console().columns());
  if (conversations.items().empty()) context.Say(Tr("There are no messages."));
  return absl::OkStatus();
}

absl::Status Read(Context& context, Core& core, const std::string& item, bool keep_unread) {
  clientpb::ListMessagesRequest request;
  QF_TRY_ASSIGN(*request.mutable_item_id(), ResolveItem(core, item));
  request.set_mark_read(!keep_unread);
  QF_TRY_ASSIGN(const auto response, core.Call<clientpb::ListMessagesResponse>(request));
  if (context.json()) return context.PrintJson(response);
  PrintMessages(context, response.messages());
  return absl::OkStatus();
}

Command InboxCommand() {
  struct Options {
    std::string item;
    bool keep_unread = false;
  };
  auto o = std::make_shared<Options>();
  return {.name = "inbox",
          .help = Tr("messages with the office; of one report when it is named"),
          .args = {OptionalPositional("ITEM", &o->item, Tr("the report's id, the first digits of it, or its title")),
                   Flag("--keep-unread", &o->keep_unread, Tr("they do not count as read"))},
          .run = [o](Context& context) -> absl::Status {
            QF_TRY_ASSIGN(Core* const core, context.Unlock());
            if (o->item.empty()) return ListConversations(context, *core);
            return Read(context, *core, o->item, o->keep_unread);
          }};
}

absl::Status Send(Context& context, const std::string& item, const std::string& given) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::SendMessageRequest request;
  QF_TRY_ASSIGN(*request.mutable_item_id(), ResolveItem(*core, item));
  QF_TRY_ASSIGN(*request.mutable_text(), TextFrom(context.console(), given, Tr("your message")));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::SendMessageResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("filed"), ToHex(response.message_item_id())}});
  return absl::OkStatus();
}

Command ReplyCommand() {
  struct Options {
    std::string item, text;
  };
  auto o = std::make_shared<Options>();
  return {.name = "reply",
          .help = Tr("say something to the office about an own report"),
          .args = {Positional("ITEM", &o->item, Tr("the report's id, the first digits of it, or its title")),
                   OptionalPositional("TEXT", &o->text, Tr("what to say; - reads standard input, nothing asks"))},
          .run = [o](Context& context) { return Send(context, o->item, o->text); }};
}

}  // namespace

std::vector<Command> MessageCommands() { return {InboxCommand(), ReplyCommand()}; }

}  // namespace qf::cli
