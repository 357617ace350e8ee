#include "client-core/rules/case_fold.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "common/base/check.h"

namespace qf::client {
namespace {

// What people see as one action, however often it was placed.
using Thing = std::pair<SigningKey, ItemId>;

Thing ThingOf(const CaseStep& step) { return {step.author, step.item}; }

// In order; ties only between records that no log has ordered, so any fixed order will do.
bool Earlier(const CaseStep& a, const CaseStep& b) {
  return std::tie(a.clock_at_us, a.record) < std::tie(b.clock_at_us, b.record);
}

class Fold {
 public:
  explicit Fold(const std::vector<CaseStep>& steps) {
    for (const CaseStep& step : steps) things_.emplace(step.record, ThingOf(step));
  }

  void Take(const CaseStep& step) {
    if (!taken_.insert(ThingOf(step)).second) return;
    const auto broken = step.action.has_open() ? TakeOpen(step) : TakeNext(step);
    if (broken.has_value()) out_.ineffective.push_back({step.record, *broken});
  }

  CaseRegister Finish() { return std::move(out_); }

 private:
  // Each gives the rule that stands in the way, if one does.
  std::optional<CaseRule> TakeOpen(const CaseStep& step) {
    if (!step.role_in_force) return CaseRule::kRole;
    if (step.action.open().number() != out_.next_number()) return CaseRule::kNumber;
    Case opened{step.action.open().number(), step.record, step.author, step.clock_at_us, {}, step.record};
    for (const std::string& bytes : step.action.open().reports()) {
      if (const auto report = RecordId::From(bytes); report.ok()) opened.reports.push_back(*report);
    }
    by_thing_[ThingOf(step)] = out_.cases.size();
    last_.push_back(ThingOf(step));
    out_.cases.push_back(std::move(opened));
    return std::nullopt;
  }

  std::optional<CaseRule> TakeNext(const CaseStep& step) {
    if (!step.role_in_force) return CaseRule::kRole;
    const auto thing = Resolve(step.action.case_id());
    const auto found = thing.has_value() ? by_thing_.find(*thing) : by_thing_.end();
    if (found == by_thing_.end()) return CaseRule::kCase;
    const auto previous = Resolve(step.action.previous());
    if (!previous.has_value() || *previous != last_[found->second]) return CaseRule::kPrevious;
    last_[found->second] = ThingOf(step);
    out_.cases[found->second].last = step.record;
    return std::nullopt;
  }

  std::optional<Thing> Resolve(const std::string& record_id) const {
    const auto id = RecordId::From(record_id);
    const auto found = id.ok() ? things_.find(*id) : things_.end();
    return found == things_.end() ? std::nullopt : std::optional<Thing>(found->second);
  }

  std::map<RecordId, Thing> things_;
  std::set<Thing> taken_;
  std::map<Thing, size_t> by_thing_;  // index of the case that an OPEN began
  std::vector<Thing> last_;           // of each case
  CaseRegister out_;
};

}  // namespace

absl::string_view NameOf(CaseRule rule) {
  switch (rule) {
    case CaseRule::kRole:
      return "ROLE";
    case CaseRule::kNumber:
      return "NUMBER";
    case CaseRule::kCase:
      return "CASE";
    case CaseRule::kPrevious:
      return "PREVIOUS";
  }
  QF_CHECK(false);
  return "";
}

CaseRegister FoldCases(std::vector<CaseStep> steps) {
  std::sort(steps.begin(), steps.end(), Earlier);
  Fold fold(steps);
  for (const CaseStep& step : steps) fold.Take(step);
  return fold.Finish();
}

}  // namespace qf::client
