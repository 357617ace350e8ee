#include "tools/qingfeng/arrival_view.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/try.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kRecordIdBytes = 32;
constexpr uint32_t kPage = 500;

}  // namespace

absl::StatusOr<std::string> ResolveArrival(Core& core, const std::string& text) {
  return ResolveId(text, kRecordIdBytes, [&]() -> absl::StatusOr<std::vector<Candidate>> {
    std::vector<Candidate> out;
    clientpb::ListArrivalsRequest request;
    request.set_page_size(kPage);
    bool more = true;
    while (more) {
      QF_TRY_ASSIGN(const auto page, core.Call<clientpb::ListArrivalsResponse>(request));
      for (const auto& arrival : page.arrivals()) out.push_back({arrival.record_id(), arrival.report().title()});
      more = page.more();
      if (more) request.set_before_position(page.next_before_position());
    }
    return out;
  });
}

absl::StatusOr<clientpb::GetArrivalResponse> FetchArrival(Core& core, const std::string& text) {
  clientpb::GetArrivalRequest request;
  QF_TRY_ASSIGN(*request.mutable_record_id(), ResolveArrival(core, text));
  return core.Call<clientpb::GetArrivalResponse>(request);
}

std::string Marks(const clientpb::Arrival& arrival) {
  std::vector<std::string> marks;
  if (arrival.urgent()) marks.push_back(Tr("urgent"));
  if (arrival.not_yet_certified()) marks.push_back(Tr("not yet certified"));
  if (arrival.late()) marks.push_back(Tr("late"));
  if (arrival.problem() != Reason::REASON_UNSPECIFIED) marks.push_back(ShownReason(arrival.problem()));
  return absl::StrJoin(marks, "; ");
}

std::string FilesText(const clientpb::Arrival& arrival) {
  return arrival.files() > 0 ? absl::StrCat(arrival.files_here(), "/", arrival.files()) : "";
}

std::string NumberText(uint64_t number) { return number > 0 ? absl::StrCat(number) : ""; }

}  // namespace qf::cli
