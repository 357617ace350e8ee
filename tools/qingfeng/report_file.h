// A report written down in a file, before the program was at hand: as ProtoJSON of qingfeng.content.v1.Report, or as
// text that a person writes:
//
//   # a line that begins with # says nothing
//   violation: ban.canvassing
//   township:  城关镇
//   stage:     nomination
//   title:     宴请代表
//   what:      三月十五日晚
//     在饭店宴请代表二十人。            <- goes on as long as lines are indented
//   person:    张三; 副镇长; 镇政府     <- name; post; unit; as often as needed
//   file:      photo.jpg              <- to attach; from the folder of this file
//   urgent:    yes
//
// Names of fields may be Chinese (类别 乡镇 阶段 标题 经过 时间 地点 人员 证据 附件 紧急 …), and ：and ； serve as :
// and ;.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/proto_names.h"
#include "qingfeng/content/v1/report.pb.h"

namespace qf::cli {

// What a report begins with, wherever it was written.
struct ReportText {
  contentpb::Report report;
  std::vector<std::string> files;  // paths to attach, as written
  bool urgent = false;
};

// Reads `text`: ProtoJSON if its first character is "{", else the form above.
// INVALID_ARGUMENT(USAGE) with the number of the line, what is wrong with it, and the nearest name that exists.
absl::StatusOr<ReportText> ParseReport(absl::string_view text);

// "name; post; unit" (the last two may be left out). INVALID_ARGUMENT(USAGE) without a name or with more parts.
absl::StatusOr<contentpb::PersonConcerned> ParsePerson(absl::string_view text);

// "2026-03-15 20:30" or "2026-03-15" in this machine's zone, in microseconds. INVALID_ARGUMENT(USAGE).
absl::StatusOr<uint64_t> ParseMoment(absl::string_view text);

}  // namespace qf::cli
