#include "tools/qingfeng/report_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/try.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

std::string PersonText(const contentpb::PersonConcerned& person) {
  std::vector<std::string> parts;
  for (const std::string& part : {person.name(), person.post(), person.unit()}) {
    if (!part.empty()) parts.push_back(part);
  }
  return absl::StrJoin(parts, "; ");
}

std::string PeopleText(const contentpb::Report& report) {
  return absl::StrJoin(report.people(), "\n", [](std::string* out, const contentpb::PersonConcerned& person) {
    absl::StrAppend(out, PersonText(person));
  });
}

std::string ViolationText(const std::string& id, const std::vector<Choice>& violations) {
  const auto found = std::find_if(violations.begin(), violations.end(), [&](const Choice& c) { return c.id == id; });
  return found == violations.end() ? id : absl::StrCat(found->label, " (", id, ")");
}

std::string SentText(const clientpb::AttachmentInfo& file) {
  if (file.sealed_bytes() == 0 || file.sent_bytes() == 0) return "";
  return absl::StrCat(file.sent_bytes() * 100 / file.sealed_bytes(), " %");
}

}  // namespace

absl::StatusOr<std::vector<Choice>> Violations(Core& core) {
  QF_TRY_ASSIGN(const auto response, core.Call<clientpb::ListViolationsResponse>(clientpb::ListViolationsRequest()));
  std::vector<Choice> out;
  for (const clientpb::Violation& violation : response.violations()) {
    const bool chinese = CurrentLanguage() == Language::kChinese;
    out.push_back({violation.id(), chinese ? violation.text_zh() : violation.text_en()});
  }
  return out;
}

void PrintReport(Context& context, const contentpb::Report& report, const std::vector<Choice>& violations) {
  const contentpb::Correction& spot = report.on_the_spot();
  context.PrintFields({{Tr("title"), report.title()},
                       {Tr("breach"), ViolationText(report.violation(), violations)},
                       {Tr("township"), report.township()},
                       {Tr("stage"), Shown(report.stage())},
                       {Tr("what"), report.what()},
                       {Tr("when"), report.when()},
                       {Tr("where"), report.where()},
                       {Tr("people"), PeopleText(report)},
                       {Tr("evidence"), report.evidence()},
                       {Tr("stopped"), ShownTime(spot.stopped_at_us())},
                       {Tr("corrected"), ShownTime(spot.corrected_at_us())},
                       {Tr("by"), spot.by()},
                       {Tr("done"), spot.what()},
                       {Tr("channel"), Shown(report.channel())}});
}

void PrintFiles(Context& context, const FileList& files) {
  Table table({{Tr("file")},
               {Tr("name")},
               {Tr("type")},
               {Tr("size"), Table::Align::kRight},
               {Tr("sent"), Table::Align::kRight},
               {Tr("metadata kept")}});
  for (const clientpb::AttachmentInfo& file : files) {
    table.Add({ShortId(file.sha256()), file.name(), file.media_type(), ShownSize(file.size_bytes()), SentText(file),
               ShownYes(file.metadata_kept())});
  }
  context.out() << table.Render(context.console().columns());
}

void PrintMessages(Context& context, const MessageList& messages) {
  for (const clientpb::MessageInfo& info : messages) {
    const uint64_t at = info.received_at_us() > 0 ? info.received_at_us() : info.message().written_at_us();
    std::vector<std::string> heading = {ShownTime(at), info.own() ? Tr("written here") : Tr("from the other side")};
    if (info.own()) heading.push_back(Shown(info.state()));
    if (info.unread()) heading.push_back(Tr("new"));
    if (!info.own() && !info.author_counts()) heading.push_back(Tr("its author's key was not in force"));
    context.out() << absl::StrJoin(heading, " · ") << "\n";
    context.PrintFields({{" ", info.message().text()}});
  }
}

std::vector<Candidate> FileCandidates(const FileList& files) {
  std::vector<Candidate> out;
  for (const clientpb::AttachmentInfo& file : files) {
    out.push_back({file.sha256(), file.name()});
    out.push_back({file.sha256(), absl::StrCat(out.size() / 2 + 1)});
  }
  return out;
}

}  // namespace qf::cli
