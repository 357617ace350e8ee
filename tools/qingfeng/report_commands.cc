// report, violations, attach, detach, drafts.
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/report_file.h"
#include "tools/qingfeng/report_steps.h"
#include "tools/qingfeng/report_view.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kDraftIdBytes = 16;
constexpr size_t kDigestBytes = 32;
constexpr size_t kReportFileBytesMax = 1 << 20;

struct ReportOptions {
  std::string file;
  contentpb::Report answers;  // those given as options
  std::string stage;
  std::vector<std::string> people;
  std::vector<std::string> attach;
  bool keep_metadata = false;
  bool urgent = false;
  bool draft = false;
  bool ask = false;
};

absl::Status Attach(Core& core, const std::string& draft_id, const std::string& path, bool keep_metadata,
                    const std::string& name = "") {
  clientpb::AttachFileRequest request;
  request.set_draft_id(draft_id);
  request.set_path(path);
  request.set_name(name);
  request.set_keep_metadata(keep_metadata);
  return core.Call<clientpb::AttachFileResponse>(request).status();
}

// A draft in the store, as the steps and the commands change it.
class StoredDraft final : public DraftKeeper {
 public:
  StoredDraft(Core& core, std::string draft_id, bool keep_metadata)
      : core_(core), draft_id_(std::move(draft_id)), keep_metadata_(keep_metadata) {}

  absl::Status Save(const contentpb::Report& report, bool urgent) override {
    clientpb::SaveDraftRequest request;
    request.set_draft_id(draft_id_);
    *request.mutable_report() = report;
    request.set_urgent(urgent);
    return core_.Call<clientpb::SaveDraftResponse>(request).status();
  }
  absl::Status Attach(const std::string& path) override { return cli::Attach(core_, draft_id_, path, keep_metadata_); }

 private:
  Core& core_;
  std::string draft_id_;
  bool keep_metadata_;
};

absl::StatusOr<clientpb::Draft> FetchDraft(Core& core, const std::string& draft_id) {
  clientpb::GetDraftRequest request;
  request.set_draft_id(draft_id);
  QF_TRY_ASSIGN(auto response, core.Call<clientpb::GetDraftResponse>(request));
  return std::move(*response.mutable_draft());
}

absl::StatusOr<std::string> ResolveDraft(Core& core, const std::string& text) {
  return ResolveId(text, kDraftIdBytes, [&]() -> absl::StatusOr<std::vector<Candidate>> {
    QF_TRY_ASSIGN(const auto response, core.Call<clientpb::ListDraftsResponse>(clientpb::ListDraftsRequest()));
    std::vector<Candidate> out;
    for (const clientpb::Draft& draft : response.drafts()) out.push_back({draft.draft_id(), draft.report().title()});
    return out;
  });
}

absl::Status PrintDraft(Context& context, Core& core, const std::string& draft_id) {
  clientpb::GetDraftRequest request;
  request.set_draft_id(draft_id);
  QF_TRY_ASSIGN(const auto response, core.Call<clientpb::GetDraftResponse>(request));
  if (context.json()) return context.PrintJson(response);
  const clientpb::Draft& draft = response.draft();
  QF_TRY_ASSIGN(const auto violations, Violations(core));
  context.PrintFields({{Tr("draft"), ToHex(draft.draft_id())},
                       {Tr("saved"), ShownTime(draft.saved_at_us())},
                       {Tr("urgent"), ShownYes(draft.urgent())}});
  PrintReport(context, draft.report(), violations);
  PrintFiles(context, draft.files());
  return absl::OkStatus();
}

absl::Status FileDraft(Context& context, Core& core, const std::string& draft_id) {
  clientpb::FileReportRequest request;
  request.set_draft_id(draft_id);
  QF_TRY_ASSIGN(const auto response, core.Call<clientpb::FileReportResponse>(request));
  if (context.json()) return context.PrintJson(response);
  context.PrintFields({{Tr("filed"), ToHex(response.item().item_id())}});
  context.Say(Tr("It is kept on this device until the log holds it. Send it with: qingfeng sync"));
  return absl::OkStatus();
}

absl::Status DiscardDraft(Core& core, const std::string& draft_id) {
  clientpb::DiscardDraftRequest request;
  request.set_draft_id(draft_id);
  return core.Call<clientpb::DiscardDraftResponse>(request).status();
}

// Says where the work is when something failed on the way.
absl::Status Kept(Context& context, const std::string& draft_id, const absl::Status& status) {
  if (!status.ok())
    context.Say(absl::Substitute(Tr("Kept as draft $0. Go on with: qingfeng drafts edit $0"), ShortId(draft_id)));
  return status;
}

// The steps, a look at the whole, and the decision.
absl::Status AskAndDecide(Context& context, Core& core, const std::string& draft_id, bool keep_metadata) {
  QF_TRY_ASSIGN(const clientpb::Draft draft, FetchDraft(core, draft_id));
  QF_TRY_ASSIGN(const auto violations, Violations(core));
  contentpb::Report report = draft.report();
  bool urgent = draft.urgent();
  StoredDraft keeper(core, draft_id, keep_metadata);
  QF_TRY(AskReport(context.console(), violations, &report, &urgent, keeper));
  if (!context.json()) QF_TRY(PrintDraft(context, core, draft_id));
  QF_TRY_ASSIGN(const Decision decision, AskDecision(context.console()));
  if (decision == Decision::kFile) return FileDraft(context, core, draft_id);
  if (decision == Decision::kDiscard) return DiscardDraft(core, draft_id);
  return absl::OkStatus();
}

// Relative paths in a report's file start from that file.
std::string Beside(const std::string& file, const std::string& path) {
  if (file.empty() || file == "-" || absl::StartsWith(path, "/")) return path;
  return absl::StrCat(DirName(file), "/", path);
}

// The file, if one was given, and the options over it.
absl::StatusOr<ReportText> Written(Context& context, const ReportOptions& options) {
  ReportText text;
  if (!options.file.empty()) {
    QF_TRY_ASSIGN(const std::string bytes, context.Read(options.file, kReportFileBytesMax));
    QF_TRY_ASSIGN(text, ParseReport(bytes));
    for (std::string& path : text.files) path = Beside(options.file, path);
  }
  // Empty fields of `answers` are not set, so they leave the file's alone.
  text.report.MergeFrom(options.answers);
  if (!options.stage.empty()) {
    QF_TRY_ASSIGN(const auto stage, FromWord<contentpb::Stage>(options.stage));
    text.report.set_stage(stage);
  }
  for (const std::string& person : options.people) {
    QF_TRY_ASSIGN(*text.report.add_people(), ParsePerson(person));
  }
  text.files.insert(text.files.end(), options.attach.begin(), options.attach.end());
  text.urgent |= options.urgent;
  return text;
}

absl::Status Complete(Context& context, Core& core, const std::string& draft_id, const ReportText& text,
                      const ReportOptions& options, bool ask) {
  StoredDraft keeper(core, draft_id, options.keep_metadata);
  if (text.urgent) QF_TRY(keeper.Save(text.report, text.urgent));
  for (const std::string& path : text.files) QF_TRY(keeper.Attach(path));
  if (ask) return AskAndDecide(context, core, draft_id, options.keep_metadata);
  return options.draft ? PrintDraft(context, core, draft_id) : FileDraft(context, core, draft_id);
}

absl::Status Report(Context& context, const ReportOptions& options) {
  QF_TRY_ASSIGN(const ReportText text, Written(context, options));
  const bool nothing = text.report.ByteSizeLong() == 0 && text.files.empty();
  const bool ask = options.ask || nothing;
  if (ask && !context.console().can_ask()) {
    return Error(Reason::REASON_USAGE, Tr("nothing was said; give --file or options, or use a terminal"));
  }
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  clientpb::CreateDraftRequest request;
  *request.mutable_report() = text.report;
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::CreateDraftResponse>(request));
  const std::string draft_id = response.draft().draft_id();
  return Kept(context, draft_id, Complete(context, *core, draft_id, text, options, ask));
}

Command ReportCommand() {
  auto o = std::make_shared<ReportOptions>();
  Command command;
  command.name = "report";
  command.help = Tr("file a report: from options, from a file, or asked step by step");
  command.details = Tr(
      "Without options it asks. What is answered is kept as a draft at once, and filed only when said so. From options "
      "or a file it is filed at once, unless --draft is given.");
  command.args = {
      Option("--file", &o->file, "FILE", Tr("a report as \"field: value\" lines or JSON; - reads standard input")),
      Option("--violation", o->answers.mutable_violation(), "ID", Tr("kind of breach, see qingfeng violations")),
      Option("--township", o->answers.mutable_township(), "TEXT", Tr("township")),
      Option("--stage", &o->stage, "WORD", Tr("stage of the round")).OneOf(Words<contentpb::Stage>()),
      Option("--title", o->answers.mutable_title(), "TEXT", Tr("one line")),
      Option("--what", o->answers.mutable_what(), "TEXT", Tr("what happened")),
      Option("--when", o->answers.mutable_when(), "TEXT", Tr("when it happened")),
      Option("--where", o->answers.mutable_where(), "TEXT", Tr("where it happened")),
      Option("--person", &o->people, "TEXT", Tr("\"name; post; unit\" of someone concerned; may be repeated")),
      Option("--evidence", o->answers.mutable_evidence(), "TEXT", Tr("what proves it, and where that is")),
      Option("--attach", &o->attach, "FILE", Tr("a file to attach; may be repeated")),
      Flag("--keep-metadata", &o->keep_metadata, Tr("leave place, camera and time in pictures")),
      Flag("--urgent", &o->urgent, Tr("sent and read before others")),
      Flag("--draft", &o->draft, Tr("keep it as a draft")),
      Flag("--ask", &o->ask, Tr("ask for what is missing")),
  };
  command.run = [o](Context& context) { return Report(context, *o); };
  return command;
}

Command ViolationsCommand() {
  return {.name = "violations",
          .help = Tr("kinds of breach that may be reported"),
          .run = [](Context& context) -> absl::Status {
            Core& core = context.Bare();  // the catalogue belongs to the program, not to a store
            QF_TRY_ASSIGN(const auto response,
                          core.Call<clientpb::ListViolationsResponse>(clientpb::ListViolationsRequest()));
            if (context.json()) return context.PrintJson(response);
            QF_TRY_ASSIGN(const auto violations, Violations(core));
            Table table({{Tr("id")}, {Tr("breach")}});
            for (const Choice& violation : violations) table.Add({violation.id, violation.label});
            context.out() << table.Render(context.console().columns());
            return absl::OkStatus();
          }};
}

struct AttachOptions {
  std::string draft;
  std::vector<std::string> files;
  std::string name;
  bool keep_metadata = false;
};

absl::Status AttachAll(Context& context, const AttachOptions& options) {
  if (!options.name.empty() && options.files.size() > 1) {
    return Error(Reason::REASON_USAGE, Tr("--name is for one file"));
  }
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const std::string draft_id, ResolveDraft(*core, options.draft));
  for (const std::string& path : options.files) {
    QF_TRY(Attach(*core, draft_id, path, options.keep_metadata, options.name));
  }
  return PrintDraft(context, *core, draft_id);
}

Command AttachCommand() {
  auto o = std::make_shared<AttachOptions>();
  return {.name = "attach",
          .help = Tr("seal files into a draft; pictures lose their metadata"),
          .args = {Positional("DRAFT", &o->draft, Tr("its id, or the first digits of it")),
                   Positional("FILE", &o->files, Tr("one or more files")),
                   Option("--name", &o->name, "TEXT", Tr("name shown to readers, instead of the file's")),
                   Flag("--keep-metadata", &o->keep_metadata, Tr("leave place, camera and time in pictures"))},
          .run = [o](Context& context) { return AttachAll(context, *o); }};
}

absl::Status Detach(Context& context, const std::string& draft, const std::string& file) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const std::string draft_id, ResolveDraft(*core, draft));
  QF_TRY_ASSIGN(const clientpb::Draft present, FetchDraft(*core, draft_id));
  clientpb::DetachFileRequest request;
  request.set_draft_id(draft_id);
  QF_TRY_ASSIGN(*request.mutable_sha256(),
                ResolveId(file, kDigestBytes,
                          [&]() -> absl::StatusOr<std::vector<Candidate>> { return FileCandidates(present.files()); }));
  QF_TRY(core->Call<clientpb::DetachFileResponse>(request).status());
  return PrintDraft(context, *core, draft_id);
}

Command DetachCommand() {
  struct Options {
    std::string draft, file;
  };
  auto o = std::make_shared<Options>();
  return {.name = "detach",
          .help = Tr("take a file out of a draft"),
          .args = {Positional("DRAFT", &o->draft, Tr("its id, or the first digits of it")),
                   Positional("ATTACHMENT", &o->file, Tr("its id, name, or number in the list"))},
          .run = [o](Context& context) { return Detach(context, o->draft, o->file); }};
}

absl::Status ListDrafts(Context& context) {
  QF_TRY_ASSIGN(Core* const core, context.Unlock());
  QF_TRY_ASSIGN(const auto response, core->Call<clientpb::ListDraftsResponse>(clientpb::ListDraftsRequest()));
  if (context.json()) return context.PrintJson(response);
  Table table({{Tr("draft")},
               {Tr("saved")},
               {Tr("title")},
               {Tr("township")},
               {Tr("files"), Table::Align::kRight},
               {Tr("urgent")}});
  for (const clientpb::Draft& draft : response.drafts()) {
    table.Add({ShortId(draft.draft_id()), ShownTime(draft.saved_at_us()), draft.report().title(),
               draft.report().township(), absl::StrCat(draft.files_size()), ShownYes(draft.urgent())});
  }
  context.out() << table.Render(context.console().columns());
  if (response.drafts().empty()) context.Say(Tr("There are no drafts."));
  return absl::OkStatus();
}

absl::Status ConfirmAndDiscard(Context& context, Core& core, const std::string& draft_id) {
  QF_TRY(context.Confirm(Tr("Throw this draft and its files away?")));
  return DiscardDraft(core, draft_id);
}

absl::Status EditDraft(Context& context, Core& core, const std::string& draft_id) {
  if (!context.console().can_ask()) return Error(Reason::REASON_USAGE, Tr("editing asks, and there is no terminal"));
  return Kept(context, draft_id, AskAndDecide(context, core, draft_id, false));
}

// A command below "drafts" that does something with one draft.
Command OneDraft(const char* name, const char* help,
                 absl::Status (*act)(Context& context, Core& core, const std::string& draft_id)) {
  auto draft = std::make_shared<std::string>();
  return {.name = name,
          .help = help,
          .args = {Positional("DRAFT", draft.get(), Tr("its id, or the first digits of it"))},
          .run = [draft, act](Context& context) -> absl::Status {
            QF_TRY_ASSIGN(Core* const core, context.Unlock());
            QF_TRY_ASSIGN(const std::string draft_id, ResolveDraft(*core, *draft));
            return act(context, *core, draft_id);
          }};
}

}  // namespace

std::vector<Command> ReportCommands() {
  Command drafts{.name = "drafts", .help = Tr("what was begun and not filed"), .run = ListDrafts};
  drafts.children = {OneDraft("show", Tr("one draft"), PrintDraft),
                     OneDraft("edit", Tr("go on with it, step by step"), EditDraft),
                     OneDraft("file", Tr("file it: it cannot be changed then"), FileDraft),
                     OneDraft("discard", Tr("throw it away, its files too"), ConfirmAndDiscard)};
  return {ReportCommand(), ViolationsCommand(), AttachCommand(), DetachCommand(), std::move(drafts)};
}

}  // namespace qf::cli
