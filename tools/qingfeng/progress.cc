#include "tools/qingfeng/progress.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/width.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kBarCells = 20;

// Records and bytes of files count together, a record as much as its pack may weigh on average; what matters is that
// the bar never goes back while nothing new is filed.
constexpr uint64_t kRecordWeight = 4096;

std::string Bar(const clientpb::SyncResponse& state) {
  const uint64_t sent = state.records_sent() * kRecordWeight + state.file_bytes_sent();
  const uint64_t left = state.records_left() * kRecordWeight + state.file_bytes_left();
  if (sent + left == 0) return "";
  const size_t full = static_cast<size_t>(static_cast<double>(sent) / static_cast<double>(sent + left) * kBarCells);
  return absl::StrCat("[", std::string(full, '#'), std::string(kBarCells - full, '.'), "]");
}

}  // namespace

std::string ProgressLine(const clientpb::SyncResponse& state, int columns) {
  std::vector<std::string> parts;
  if (const std::string bar = Bar(state); !bar.empty()) parts.push_back(bar);
  if (const uint64_t all = uint64_t{state.records_sent()} + state.records_left(); all > 0) {
    parts.push_back(absl::Substitute(Tr("records $0/$1"), state.records_sent(), all));
  }
  if (const uint64_t all = state.file_bytes_sent() + state.file_bytes_left(); all > 0) {
    parts.push_back(absl::Substitute(Tr("files $0/$1"), ShownSize(state.file_bytes_sent()), ShownSize(all)));
  }
  if (state.entries_read() > 0) parts.push_back(absl::Substitute(Tr("read $0"), state.entries_read()));
  if (state.waiting() != Reason::REASON_UNSPECIFIED) {
    parts.push_back(
        absl::Substitute(Tr("waits $0 s: $1"), (state.retry_in_ms() + 999) / 1000, ShownReason(state.waiting())));
  }
  if (parts.empty()) parts.push_back(state.settled() ? Tr("up to date") : Tr("connecting"));
  return Fit(absl::StrJoin(parts, "  "), columns);
}

void Progress::Show(const clientpb::SyncResponse& state) {
  if (columns_ < 2) return;
  // One column stays free: some terminals wrap when the last one is written.
  console_.err() << "\r\x1b[K" << ProgressLine(state, columns_ - 1) << std::flush;
  visible_ = true;
}

void Progress::Clear() {
  if (!visible_) return;
  console_.err() << "\r\x1b[K" << std::flush;
  visible_ = false;
}

}  // namespace qf::cli
