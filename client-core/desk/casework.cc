#include "client-core/desk/casework.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client-core/desk/content.h"
#include "client-core/desk/desk.h"
#include "client-core/desk/own_items.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr size_t kReportsMax = 100;
constexpr uint64_t kStillReadingMs = 1000;

// The arrival that a record id names, by any of its placements. NOT_FOUND.
absl::StatusOr<ThingId> ArrivalOf(sql::ReadTxn& tx, Bytes record_id) {
  QF_TRY_ASSIGN(const RecordId id, RecordId::From(record_id));
  QF_TRY_ASSIGN(const auto entry, FindEntry(tx, id));
  if (!entry.has_value() || entry->entry.record.header.kind != recordpb::KIND_REPORT) {
    return Error(Reason::REASON_NOT_FOUND, "the register has no such arrival");
  }
  return ThingId{entry->entry.record.header.author, entry->entry.record.header.item};
}

// The highest number that an own OPEN asks for which the log does not hold yet; 0 if none.
absl::StatusOr<uint64_t> HighestOnItsWay(Session& session) {
  QF_TRY_ASSIGN(const auto waiting, session.database().Read([](sql::ReadTxn& tx) {
    return OwnItemsNotShown(tx, recordpb::KIND_CASE_ACTION);
  }));
  uint64_t highest = 0;
  for (const OwnItem& item : waiting) {
    if (item.state >= ItemState::kRefused) continue;
    QF_TRY_ASSIGN(const auto content, ContentOf(item));
    highest = std::max(highest, content.case_action().open().number());
  }
  return highest;
}

}  // namespace

absl::StatusOr<CaseRegister> FoldCasesOf(Session& session, uint64_t* unread) {
  QF_TRY_ASSIGN(const auto rows, session.database().Read([](sql::ReadTxn& tx) { return ListCaseActions(tx); }));
  std::vector<CaseStep> steps;
  *unread = 0;
  for (const CaseActionRow& row : rows) {
    if (!row.action.has_value()) {
      ++*unread;
      continue;
    }
    QF_TRY_ASSIGN(const auto header, row.origin.HeaderOf(recordpb::KIND_CASE_ACTION));
    steps.push_back({row.origin.record, row.origin.thing.author, row.origin.thing.item, row.origin.place.clock_at_us,
                     session.authority().Counts(header, row.origin.place), *row.action});
  }
  return FoldCases(std::move(steps));
}

absl::StatusOr<std::map<ThingId, uint64_t>> CaseOfReports(sql::ReadTxn& tx, const CaseRegister& cases) {
  std::map<ThingId, uint64_t> numbers;
  for (const Case& one : cases.cases) {
    for (const RecordId& report : one.reports) {
      const auto arrival = ArrivalOf(tx, report.bytes());
      if (arrival.ok()) {
        numbers.emplace(*arrival, one.number);
      } else if (ReasonOf(arrival.status()) != Reason::REASON_NOT_FOUND) {
        return arrival.status();
      }
    }
  }
  return numbers;
}

absl::StatusOr<clientpb::OpenCaseResponse> OpenCase(Desk& desk, const clientpb::OpenCaseRequest& request) {
  Session& session = desk.session();
  const record::Standing standing = session.Standing();
  if (standing.revoked.has_value() || record::AudienceOf(standing.role) != recordpb::AUDIENCE_OFFICE) {
    return Error(Reason::REASON_ROLE, "cases are opened at the office's desks");
  }
  if (request.record_ids().empty() || request.record_ids_size() > static_cast<int>(kReportsMax)) {
    return Error(Reason::REASON_FORM, "a case is about at least one report and at most a hundred");
  }
  QF_TRY_ASSIGN(const bool caught_up, desk.CatchUp());
  if (!caught_up) return Error(Reason::REASON_BUSY, "this desk is still reading the log", kStillReadingMs);
  QF_TRY_ASSIGN(const Desk::Cases* const cases, desk.CasesNow());
  if (cases->unread > 0)
    return Error(Reason::REASON_NOT_GRANTED, "this desk cannot read every case, so it cannot number the next");

  contentpb::Content content;
  contentpb::OpenCase& open = *content.mutable_case_action()->mutable_open();
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    for (const std::string& id : request.record_ids()) {
      QF_TRY_ASSIGN(const ThingId arrival, ArrivalOf(tx, id));
      const auto taken = cases->numbers.find(arrival);
      if (taken != cases->numbers.end())
        return Error(Reason::REASON_STATE, absl::StrCat("it belongs to case ", taken->second, " already"));
      open.add_reports(id);
    }
    return absl::OkStatus();
  }));
  QF_TRY_ASSIGN(const uint64_t on_its_way, HighestOnItsWay(session));
  open.set_number(std::max(cases->folded.next_number(), on_its_way + 1));

  NewItem item;
  item.feed = record::Feed::Office();
  item.kind = recordpb::KIND_CASE_ACTION;
  item.content = content.SerializeAsString();
  item.audience = recordpb::AUDIENCE_OFFICE;
  QF_TRY_ASSIGN(const Item filed, session.File(item));
  clientpb::OpenCaseResponse response;
  response.set_number(open.number());
  response.set_item_id(filed.item.str());
  return response;
}

absl::StatusOr<clientpb::ListCasesResponse> ListCases(Desk& desk, const clientpb::ListCasesRequest&) {
  QF_TRY(RequireReader(desk.session()));
  QF_TRY(desk.CatchUp().status());
  QF_TRY_ASSIGN(const Desk::Cases* const cases, desk.CasesNow());
  clientpb::ListCasesResponse response;
  for (const Case& one : cases->folded.cases) {
    auto& info = *response.add_cases();
    info.set_number(one.number);
    info.set_case_id(one.id.str());
    for (const RecordId& report : one.reports) info.add_reports(report.str());
    info.set_opened_by(one.opened_by.str());
    info.set_opened_at_us(one.opened_at_us);
  }
  for (const IneffectiveStep& step : cases->folded.ineffective) {
    auto& info = *response.add_ineffective();
    info.set_record_id(step.record.str());
    info.set_rule(std::string(NameOf(step.rule)));
  }
  return response;
}

}  // namespace qf::client
