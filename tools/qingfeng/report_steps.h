// A report, asked for step by step. What is answered is saved after each step, so that nothing typed is lost.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/proto_names.h"
#include "qingfeng/content/v1/report.pb.h"
#include "tools/qingfeng/ask.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {

// What the steps need done to the draft.
class DraftKeeper {
 public:
  virtual ~DraftKeeper() = default;
  virtual absl::Status Save(const contentpb::Report& report, bool urgent) = 0;
  // A file to attach; an error is shown and asked again.
  virtual absl::Status Attach(const std::string& path) = 0;
};

// Asks for each answer of `report`, showing those that are there; then for files; then whether it is urgent.
// CANCELLED(CANCELLED) at the end of the input or Ctrl-C: everything up to the last answer is saved.
absl::Status AskReport(Console& console, const std::vector<Choice>& violations, contentpb::Report* report, bool* urgent,
                       DraftKeeper& keeper);

// What to do with a complete draft.
enum class Decision { kFile, kKeep, kDiscard };
absl::StatusOr<Decision> AskDecision(Console& console);

}  // namespace qf::cli
