#include "tools/qingfeng/report_file.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "google/protobuf/util/json_util.h"
#include "tools/qingfeng/errors.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr absl::string_view kWideColon = "\xef\xbc\x9a";
constexpr absl::string_view kWideSemicolon = "\xef\xbc\x9b";

absl::Status Usage(absl::string_view message) { return Error(Reason::REASON_USAGE, message); }

absl::Status SetStage(absl::string_view value, ReportText* out) {
  QF_TRY_ASSIGN(const auto stage, FromWord<contentpb::Stage>(value));
  out->report.set_stage(stage);
  return absl::OkStatus();
}

absl::Status AddPerson(absl::string_view value, ReportText* out) {
  QF_TRY_ASSIGN(*out->report.add_people(), ParsePerson(value));
  return absl::OkStatus();
}

absl::Status AddFile(absl::string_view value, ReportText* out) {
  out->files.emplace_back(value);
  return absl::OkStatus();
}

absl::Status SetUrgent(absl::string_view value, ReportText* out) {
  const std::string word = absl::AsciiStrToLower(value);
  const bool yes = word == "yes" || word == "true" || word == "是";
  const bool no = word == "no" || word == "false" || word == "否";
  if (!yes && !no) return Usage(Tr("urgent is yes or no"));
  out->urgent = yes;
  return absl::OkStatus();
}

absl::Status SetStoppedAt(absl::string_view value, ReportText* out) {
  QF_TRY_ASSIGN(const uint64_t us, ParseMoment(value));
  out->report.mutable_on_the_spot()->set_stopped_at_us(us);
  return absl::OkStatus();
}

absl::Status SetCorrectedAt(absl::string_view value, ReportText* out) {
  QF_TRY_ASSIGN(const uint64_t us, ParseMoment(value));
  out->report.mutable_on_the_spot()->set_corrected_at_us(us);
  return absl::OkStatus();
}

absl::Status SetCorrectedBy(absl::string_view value, ReportText* out) {
  out->report.mutable_on_the_spot()->set_by(std::string(value));
  return absl::OkStatus();
}

absl::Status SetDone(absl::string_view value, ReportText* out) {
  out->report.mutable_on_the_spot()->set_what(std::string(value));
  return absl::OkStatus();
}

struct Field {
  const char* english;
  const char* chinese;
  absl::Status (*set)(absl::string_view value, ReportText* out);  // nullptr: the report's text field of that name
  bool repeats = false;
};

constexpr Field kFields[] = {
    {"violation", "类别", nullptr},
    {"township", "乡镇", nullptr},
    {"stage", "阶段", SetStage},
    {"title", "标题", nullptr},
    {"what", "经过", nullptr},
    {"when", "时间", nullptr},
    {"where", "地点", nullptr},
    {"person", "人员", AddPerson, true},
    {"evidence", "证据", nullptr},
    {"file", "附件", AddFile, true},
    {"urgent", "紧急", SetUrgent},
    {"stopped-at", "制止时间", SetStoppedAt},
    {"corrected-at", "纠正时间", SetCorrectedAt},
    {"corrected-by", "纠正人", SetCorrectedBy},
    {"done", "处置", SetDone},
};

const Field* FindField(absl::string_view name) {
  const std::string wanted = absl::AsciiStrToLower(name);
  const auto found = std::find_if(std::begin(kFields), std::end(kFields), [&](const Field& field) {
    return wanted == field.english || wanted == field.chinese;
  });
  return found == std::end(kFields) ? nullptr : found;
}

absl::Status Unknown(absl::string_view name) {
  std::vector<std::string> known;
  for (const Field& field : kFields) known.insert(known.end(), {field.english, field.chinese});
  const std::string nearest = Nearest(absl::AsciiStrToLower(name), known);
  if (nearest.empty()) return Usage(absl::Substitute(Tr("there is no field \"$0\""), name));
  return Usage(absl::Substitute(Tr("there is no field \"$0\"; did you mean \"$1\"?"), name, nearest));
}

// A field as it stands in the file: lines that go on are in `value`, joined by line ends.
struct Written {
  size_t line;
  std::string name;
  std::string value;
};

absl::StatusOr<std::vector<Written>> SplitFields(absl::string_view text) {
  std::vector<Written> fields;
  size_t number = 0;
  for (absl::string_view raw : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view line = absl::StripTrailingAsciiWhitespace(raw);
    const bool indented = !line.empty() && absl::ascii_isspace(static_cast<unsigned char>(line[0]));
    if (absl::StartsWith(line, "#")) continue;
    if (indented || line.empty()) {
      if (!fields.empty()) absl::StrAppend(&fields.back().value, "\n", absl::StripLeadingAsciiWhitespace(line));
      if (fields.empty() && indented) return AtLine(number, Usage(Tr("a line is indented before any field")));
      continue;
    }
    const std::string plain = absl::StrReplaceAll(line, {{kWideColon, ":"}});
    const size_t colon = plain.find(':');
    if (colon == std::string::npos) return AtLine(number, Usage(Tr("a line is not \"field: value\"")));
    // Only the first colon is made plain: the value stays as it was written.
    const absl::string_view value =
        absl::StartsWith(line.substr(colon), ":") ? line.substr(colon + 1) : line.substr(colon + kWideColon.size());
    fields.push_back({number, std::string(absl::StripAsciiWhitespace(plain.substr(0, colon))), std::string(value)});
  }
  return fields;
}

absl::Status SetField(const Field& field, absl::string_view value, ReportText* out) {
  if (field.set != nullptr) return field.set(value, out);
  const auto* slot = contentpb::Report::descriptor()->FindFieldByName(field.english);
  out->report.GetReflection()->SetString(&out->report, slot, std::string(value));
  return absl::OkStatus();
}

absl::StatusOr<ReportText> ParseFields(absl::string_view text) {
  QF_TRY_ASSIGN(const std::vector<Written> fields, SplitFields(text));
  ReportText out;
  std::set<const Field*> seen;
  for (const Written& written : fields) {
    const Field* field = FindField(written.name);
    if (field == nullptr) return AtLine(written.line, Unknown(written.name));
    if (!seen.insert(field).second && !field->repeats) {
      return AtLine(written.line, Usage(absl::Substitute(Tr("\"$0\" stands twice"), written.name)));
    }
    QF_TRY(AtLine(written.line, SetField(*field, absl::StripAsciiWhitespace(written.value), &out)));
  }
  return out;
}

absl::StatusOr<ReportText> ParseJson(absl::string_view text) {
  ReportText out;
  google::protobuf::util::JsonParseOptions options;
  const auto status = google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, &out.report, options);
  if (status.ok()) return out;
  return Usage(absl::StrCat(Tr("the report's JSON cannot be read"), ": ",
                            absl::string_view(status.message().data(), status.message().size())));
}

}  // namespace

absl::StatusOr<ReportText> ParseReport(absl::string_view text) {
  absl::string_view rest = text;
  absl::ConsumePrefix(&rest, kByteOrderMark);
  const absl::string_view begin = absl::StripLeadingAsciiWhitespace(rest);
  return absl::StartsWith(begin, "{") ? ParseJson(begin) : ParseFields(rest);
}

absl::StatusOr<contentpb::PersonConcerned> ParsePerson(absl::string_view text) {
  const std::string plain = absl::StrReplaceAll(text, {{kWideSemicolon, ";"}});
  const std::vector<std::string> parts = absl::StrSplit(plain, ';');
  const auto part = [&](size_t i) {
    return i < parts.size() ? std::string(absl::StripAsciiWhitespace(parts[i])) : std::string();
  };
  if (parts.size() > 3) return Usage(Tr("a person is \"name; post; unit\""));
  if (part(0).empty()) return Usage(Tr("a person has a name"));
  contentpb::PersonConcerned person;
  person.set_name(part(0));
  person.set_post(part(1));
  person.set_unit(part(2));
  return person;
}

absl::StatusOr<uint64_t> ParseMoment(absl::string_view text) {
  for (const char* form : {"%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    absl::Time time;
    std::string problem;
    const bool read = absl::ParseTime(form, absl::StripAsciiWhitespace(text), absl::LocalTimeZone(), &time, &problem);
    if (read && absl::ToUnixMicros(time) > 0) return static_cast<uint64_t>(absl::ToUnixMicros(time));
  }
  return Usage(absl::Substitute(Tr("$0 is no moment like \"2026-03-15 20:30\""), text));
}

}  // namespace qf::cli
