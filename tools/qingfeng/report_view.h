// A report, its files and its messages as a person reads them; the same for drafts, own items and arrivals.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/proto_names.h"
#include "google/protobuf/repeated_field.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/content/v1/report.pb.h"
#include "tools/qingfeng/ask.h"
#include "tools/qingfeng/context.h"
#include "tools/qingfeng/core.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {

using FileList = google::protobuf::RepeatedPtrField<clientpb::AttachmentInfo>;
using MessageList = google::protobuf::RepeatedPtrField<clientpb::MessageInfo>;

// The catalogue of breaches in the person's language.
absl::StatusOr<std::vector<Choice>> Violations(Core& core);

// The report's answers; `violations` gives its breach a name.
void PrintReport(Context& context, const contentpb::Report& report, const std::vector<Choice>& violations);
// A table, or nothing.
void PrintFiles(Context& context, const FileList& files);
// One after the other, newest last.
void PrintMessages(Context& context, const MessageList& messages);

// Files as candidates of an id: by hash, by name, by number from 1.
std::vector<Candidate> FileCandidates(const FileList& files);

}  // namespace qf::cli
