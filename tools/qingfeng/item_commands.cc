// items, outbox, show, withdraw, open-attachment, receipt.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/items.h"
#include "tools/qingfeng/report_view.h"
#include "tools/qingfeng/save_file.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kDigestBytes = 32;
constexpr int kWarningColumns = 78;

struct ListOptions {
  std::string search;
  std::string after;
  uint64_t limit = 100;
};

std::string FilesText(const clientpb::Item& item) {
  int complete = 0;
  for (const auto& file : item.files()) complete += file.sent_bytes() >= file.sealed_bytes() ? 1 : 0;
  return item.files().empty() ? "" : absl::StrCat(complete, "/", item.files_size());
}

absl::Status ListItems(Context& context, const ListOptions& options, bool outbox_only) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::ListItemsRequest request;
  request.set_outbox_only(outbox_only);
  request.set_search(options.search);
  request.set_page_size(static_cast<uint32_t>(options.limit));
  if (!options.after.empty()) {
    QF_TRY_ASSIGN(*request.mutable_after_item_id(), ResolveItem(*core, options.after));
  }
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ListItemsResponse>(request));
  if (context.json()) return context.PrintJson(response);
  Table table({{Tr("item")},
               {Tr("filed at")},
               {Tr("state")},
               {Tr("title")},
               {Tr("files"), Table::Align::kRight},
               {Tr("new messages"), Table::Align::kRight},
               {Tr("why")}});
  for (const clientpb::Item& item : response.items()) {
    table.Add({ShortId(item.item_id()), ShownTime(item.filed_at_us()), Shown(item.state()), item.title(),
               FilesText(item), item.unread() > 0 ? absl::StrCat(item.unread()) : "", ShownReason(item.reason())});
  }
  context.out() << table.Render(context.console().columns());
  if (response.items().empty()) context.Say(outbox_only ? Tr("The outbox is empty.") : Tr("There is nothing."));
  if (response.more()) {
    const std::string& last = response.items().rbegin()->item_id();
    context.Say(absl::Substitute(Tr("There are more: --after $0"), ShortId(last)));
  }
  return absl::OkStatus();
}

Command ListCommand(const char* name, const char* help, bool outbox_only) {
  auto o = std::make_shared<ListOptions>();
  return {.name = name,
          .help = help,
          .args = {Option("--search", &o->search, "TEXT", Tr("only what holds this text")),
                   Option("--limit", &o->limit, "NUMBER", Tr("at most this many; 100 without it")),
                   Option("--after", &o->after, "ITEM", Tr("go on behind this one"))},
          .run = [o, outbox_only](Context& context) { return ListItems(context, *o, outbox_only); }};
}

absl::Status Show(Context& context, const std::string& text) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const std::string item_id, ResolveItem(*core, text));
  QF_TRY_ASSIGN(const auto response, FetchItem(*core, item_id));
  if (context.json()) return context.PrintJson(response);
  const clientpb::Item& item = response.item();
  context.PrintFields({{Tr("item"), ToHex(item.item_id())},
                       {Tr("kind"), item.kind()},
                       {Tr("state"), Shown(item.state())},
                       {Tr("why"), ShownReason(item.reason())},
                       {Tr("filed at"), ShownTime(item.filed_at_us())},
                       {Tr("record"), ToHex(item.record_id())},
                       {Tr("position"), item.received_at_us() > 0 ? absl::StrCat(item.position()) : ""},
                       {Tr("received"), ShownTime(item.received_at_us())},
                       {Tr("urgent"), ShownYes(item.urgent())},
                       {Tr("messages"), item.messages() > 0 ? absl::StrCat(item.messages()) : ""}});
  if (response.has_report()) {
    QF_TRY_ASSIGN(const auto violations, Violations(*core));
    PrintReport(context, response.report(), violations);
  }
  PrintFiles(context, item.files());
  return absl::OkStatus();
}

absl::Status Withdraw(Context& context, const std::string& text) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::WithdrawItemRequest request;
  QF_TRY_ASSIGN(*request.mutable_item_id(), ResolveItem(*core, text));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::WithdrawItemResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("draft"), ToHex(response.draft().draft_id())}});
  return absl::OkStatus();
}

Command OneItem(const char* name, const char* help, absl::Status (*act)(Context& context, const std::string& item)) {
  auto item = std::make_shared<std::string>();
  return {.name = name,
          .help = help,
          .args = {Positional("ITEM", item.get(), Tr("its id, the first digits of it, or its title"))},
          .run = [item, act](Context& context) { return act(context, *item); }};
}

struct OpenOptions {
  std::string item, file, to;
};

absl::Status OpenAttachment(Context& context, const OpenOptions& options) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::ReadAttachmentRequest request;
  QF_TRY_ASSIGN(*request.mutable_item_id(), ResolveItem(*core, options.item));
  QF_TRY_ASSIGN(const auto item, FetchItem(*core, request.item_id()));
  const FileList& files = item.item().files();
  QF_TRY_ASSIGN(*request.mutable_sha256(),
                ResolveId(options.file, kDigestBytes,
                          [&]() -> absl::StatusOr<std::vector<Candidate>> { return FileCandidates(files); }));
  std::string name;
  for (const auto& file : files) {
    if (file.sha256() == request.sha256()) name = file.name();
  }
  const std::string path = options.to.empty() ? SafeName(name) : options.to;
  QF_TRY_ASSIGN(const auto sink, FileSink::Open(context.console(), context.files(), path));
  QF_TRY(core->Stream<clientpb::ReadAttachmentResponse>(
      request, [&](clientpb::ReadAttachmentResponse part) { return sink->Write(part.data()); }));
  QF_TRY(sink->Finish());
  context.Say(absl::Substitute(Tr("written: $0 ($1)"), path, ShownSize(sink->size_bytes())));
  return absl::OkStatus();
}

Command OpenAttachmentCommand() {
  auto o = std::make_shared<OpenOptions>();
  return {.name = "open-attachment",
          .help = Tr("write a file of an own item to disk, opened"),
          .args = {Positional("ITEM", &o->item, Tr("its id, the first digits of it, or its title")),
                   Positional("ATTACHMENT", &o->file, Tr("its id, name, or number in the list")),
                   Option("--to", &o->to, "FILE", Tr("where to; its own name without it; - is standard output"))},
          .run = [o](Context& context) { return OpenAttachment(context, *o); }};
}

absl::Status Export(Context& context, const clientpb::GetReceiptResponse& response, const std::string& path) {
  // Said with --quiet and --json too: nobody shall learn it afterwards.
  context.console().err() << Wrap(Tr("A receipt proves to anyone that this device filed this record at this time. It "
                                     "protects you, and it is "
                                     "evidence against you as well. Keep the file where nobody else finds it."),
                                  kWarningColumns)
                          << "\n";
  QF_TRY(context.Confirm(Tr("Write the receipt to a file?")));
  return SaveFile(context.console(), context.files(), path, response.tlog_proof());
}

absl::Status Receipt(Context& context, const std::string& item, const std::string& path) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::GetReceiptRequest request;
  QF_TRY_ASSIGN(*request.mutable_item_id(), ResolveItem(*core, item));
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::GetReceiptResponse>(request));
  if (!path.empty()) QF_TRY(Export(context, response, path));
  if (context.json()) return context.PrintJson(response);
  const auto& receipt = response.receipt();
  const auto verdict = static_cast<Reason>(receipt.placement().verdict());
  context.PrintFields({{Tr("record"), ToHex(receipt.record_id())},
                       {Tr("position"), absl::StrCat(receipt.placement().position())},
                       {Tr("received"), ShownTime(receipt.placement().received_at_us())},
                       {Tr("clocks start"), ShownTime(receipt.placement().clock_at_us())},
                       {Tr("refused"), ShownReason(verdict)},
                       {Tr("audit path"), absl::Substitute(Tr("$0 hashes"), receipt.path_size())},
                       {Tr("log key"), ToHex(response.log_key())},
                       {Tr("delivered"), response.delivered() ? Tr("yes") : Tr("not yet")},
                       {Tr("checkpoint"), receipt.checkpoint()}});
  return absl::OkStatus();
}

Command ReceiptCommand() {
  struct Options {
    std::string item, path;
  };
  auto o = std::make_shared<Options>();
  Command command;
  command.name = "receipt";
  command.help = Tr("the proof that an own record stands in the log");
  command.details = Tr(
      "The exported file is a C2SP tlog-proof, which a stranger's tool can check. Receipts are also evidence against "
      "their holder: exporting one is asked about first.");
  command.args = {Positional("ITEM", &o->item, Tr("its id, the first digits of it, or its title")),
                  Option("--export", &o->path, "FILE", Tr("write it to a new file as well"))};
  command.run = [o](Context& context) { return Receipt(context, o->item, o->path); };
  return command;
}

}  // namespace

std::vector<Command> ItemCommands() {
  return {ListCommand("items", Tr("everything that was filed here, newest first"), false),
          ListCommand("outbox", Tr("what is not complete at the server yet"), true),
          OneItem("show", Tr("one thing that was filed, with its content"), Show),
          OneItem("withdraw", Tr("take back what was filed and is not on its way yet; it is a draft again"), Withdraw),
          OpenAttachmentCommand(),
          ReceiptCommand()};
}

}  // namespace qf::cli
