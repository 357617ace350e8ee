// One line on the terminal that tells how sync goes; nothing at all where there is no terminal.
#pragma once

#include <string>

#include "common/base/proto_names.h"
#include "qingfeng/client/v1/field.pb.h"
#include "tools/qingfeng/console.h"

namespace qf::cli {

// The line for `state`, at most `columns` wide: a bar where something is to be sent, counts, and what it waits for.
std::string ProgressLine(const clientpb::SyncResponse& state, int columns);

class Progress {
 public:
  // `shown` false: never prints, as with --quiet and --json.
  Progress(Console& console, bool shown) : console_(console), columns_(shown ? console.progress_columns() : 0) {}
  // Takes the line away again.
  ~Progress() { Clear(); }

  void Show(const clientpb::SyncResponse& state);
  void Clear();

 private:
  Console& console_;
  int columns_;
  bool visible_ = false;
};

}  // namespace qf::cli
