#include "client-core/office/townships.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/base/utf8.h"

namespace qf::client {
namespace {

bool IsPlain(Bytes name) {
  while (!name.empty()) {
    const auto character = TakeCharacter(&name);
    if (!character.has_value() || IsInvisible(*character)) return false;
  }
  return true;
}

// What is wrong with one township beside those before it.
class Checker {
 public:
  struct Problem {
    const char* field = nullptr;  // nullptr = none
    const char* what = nullptr;
  };

  Problem Check(const recordpb::Township& township) {
    const std::string& name = township.name();
    if (name.empty() || name != TrimSpace(name)) return {"name", "a township has a name"};
    if (name.size() > limits::kTownshipNameBytes) return {"name", "a name has at most 60 bytes"};
    if (!IsPlain(name)) return {"name", "a name is made of letters that everybody sees"};
    const std::pair place(township.column(), township.row());
    const bool placed = place != std::pair(0u, 0u);
    if (placed &&
        (place.first < 1 || place.first > limits::kMapColumns || place.second < 1 || place.second > limits::kMapRows)) {
      return {"place", "a column from 1 to 6 and a row from 1 to 12, or neither"};
    }
    if (placed && places_.count(place) > 0) return {"place", "another township lies there"};
    if (!names_.insert(name).second) return {"name", "this name is in the list already"};
    if (placed) places_.insert(place);
    return {};
  }

 private:
  std::set<std::string> names_;
  std::set<std::pair<uint32_t, uint32_t>> places_;
};

}  // namespace

absl::Status CheckTownships(const recordpb::Office& office) {
  if (office.townships_size() > static_cast<int>(limits::kTownships)) {
    return Error(Reason::REASON_FORM, "townships: the list has room for 40");
  }
  Checker checker;
  for (int i = 0; i < office.townships_size(); ++i) {
    const auto problem = checker.Check(office.townships(i));
    if (problem.field == nullptr) continue;
    return Error(Reason::REASON_FORM, absl::StrCat("townships.", i, ".", problem.field, ": ", problem.what));
  }
  return absl::OkStatus();
}

void DropWrongTownships(recordpb::Office* office) {
  Checker checker;
  recordpb::Office good;
  for (recordpb::Township& township : *office->mutable_townships()) {
    if (good.townships_size() == static_cast<int>(limits::kTownships)) break;
    if (checker.Check(township).field == nullptr) good.add_townships()->Swap(&township);
  }
  office->mutable_townships()->Swap(good.mutable_townships());
}

}  // namespace qf::client
