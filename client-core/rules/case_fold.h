// The register of cases, as a function of the actions that the log holds. docs/protocol.md, "Case actions".
//
// Actions are taken in order of clock_at, doubles of one (author, item) left out. One is *effective* if its author's
// role was in force, its `previous` is the case's last effective action (record ids resolved to (author, item), so an
// action that was placed anew is the same), and the rules below allow it; else *ineffective*, with the rule's name.
// Every desk with the same entries and keys computes the same, in whichever order they came.
//
// Rules:  ROLE      the author's role was not in force
//         NUMBER    an OPEN that does not name the next case number
//         CASE      a step of a case that no effective OPEN has begun
//         PREVIOUS  its author had not seen the case's last effective action
// A step of a kind that this program does not know takes part in the chain by these rules alone, so that a newer desk's
// steps do not break the case here.
//
// Pure: no store, no clock, no keys. For: desk/casework.cc, and later every rule of the statutory engine.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/ids.h"
#include "qingfeng/content/v1/casework.pb.h"

namespace qf::client {

// One CASE_ACTION of the log, opened.
struct CaseStep {
  RecordId record;
  SigningKey author;
  ItemId item;
  uint64_t clock_at_us = 0;
  bool role_in_force = false;
  qingfeng::content::v1::CaseAction action;
};

struct Case {
  uint64_t number = 0;  // 1, 2, 3 …
  RecordId id;          // record id of its OPEN
  SigningKey opened_by;
  uint64_t opened_at_us = 0;
  std::vector<RecordId> reports;
  RecordId last;  // the last effective action: what the next one names as `previous`
};

enum class CaseRule { kRole, kNumber, kCase, kPrevious };

// "ROLE", "NUMBER", "CASE", "PREVIOUS".
absl::string_view NameOf(CaseRule rule);

struct IneffectiveStep {
  RecordId record;
  CaseRule rule = CaseRule::kRole;
};

struct CaseRegister {
  std::vector<Case> cases;                   // by number
  std::vector<IneffectiveStep> ineffective;  // in order of clock_at
  uint64_t next_number() const { return cases.size() + 1; }
};

// Any order of `steps`.
CaseRegister FoldCases(std::vector<CaseStep> steps);

}  // namespace qf::client
