#include "client-core/desk/arrival_facet.h"

#include <vector>

#include "common/base/try.h"

namespace qf::client {
namespace {

using record::Authority;

constexpr sql::Statement kInsert(
    "INSERT INTO arrival_facet (position, flags, clock_at_us, stage, messages, unanswered, case_number, stale, "
    "township, "
    "violation) VALUES ($1, 0, $2, $3, 0, 0, 0, 1, $4, $5)");
constexpr sql::Statement kDrop("DELETE FROM arrival_facet WHERE position = $1");
constexpr sql::Statement kUpdate(
    "UPDATE arrival_facet SET flags = $2, messages = $3, unanswered = $4, case_number = $5, stale = 0 "
    "WHERE position = $1");

constexpr sql::Statement kMarkReport(
    "UPDATE arrival_facet SET stale = 1 WHERE position IN "
    "(SELECT position FROM arrival WHERE author = $1 AND item_id = $2)");
constexpr sql::Statement kMarkReportsOf(
    "UPDATE arrival_facet SET stale = 1 WHERE position IN (SELECT position FROM arrival WHERE author = $1)");
constexpr sql::Statement kMarkWrittenToBy(
    "UPDATE arrival_facet SET stale = 1 WHERE position IN "
    "(SELECT a.position FROM arrival_message m JOIN arrival a ON a.author = m.report_author "
    "AND a.item_id = m.report_item_id WHERE m.author = $1)");
constexpr sql::Statement kMarkAll("UPDATE arrival_facet SET stale = 1");

constexpr sql::Statement kCaseNumbers("SELECT author, item_id, number FROM arrival_case");
constexpr sql::Statement kCaseNumber("SELECT number FROM arrival_case WHERE author = $1 AND item_id = $2");
constexpr sql::Statement kPutCaseNumber(
    "INSERT INTO arrival_case (author, item_id, number) VALUES ($1, $2, $3) "
    "ON CONFLICT (author, item_id) DO UPDATE SET number = excluded.number");
constexpr sql::Statement kDropCaseNumber("DELETE FROM arrival_case WHERE author = $1 AND item_id = $2");

constexpr sql::Statement kStale(
    "SELECT a.position, a.author, a.item_id, a.feed, a.clock_at_us, a.urgent FROM arrival_facet f "
    "JOIN arrival a ON a.position = f.position WHERE f.stale = 1 ORDER BY f.position LIMIT $1");
constexpr sql::Statement kHasStale("SELECT 1 FROM arrival_facet WHERE stale = 1 LIMIT 1");
constexpr sql::Statement kMessages(
    "SELECT position, author, item_id, feed, clock_at_us FROM arrival_message "
    "WHERE report_author = $1 AND report_item_id = $2 ORDER BY clock_at_us, position");

constexpr sql::Statement kClear[] = {sql::Statement("DELETE FROM arrival_facet"),
                                     sql::Statement("DELETE FROM arrival_case")};

struct StaleRow {
  Origin origin;
  bool urgent = false;
};

StaleRow StaleFromRow(const sql::Row& row) {
  StaleRow out;
  out.origin.place.position = row.Get<uint64_t>(0);
  out.origin.thing = {row.Get<SigningKey>(1), row.Get<ItemId>(2)};
  out.origin.feed = row.Get<std::string>(3);
  out.origin.place.clock_at_us = row.Get<uint64_t>(4);
  out.urgent = row.Get<bool>(5);
  return out;
}

// Messages that count, and how many of them the reporter wrote since the office's last.
absl::Status CountMessages(sql::ReadTxn& tx, const Authority& authority, const ThingId& report, ArrivalFacet* facet) {
  return tx.Query(kMessages, {report.author, report.item}, [&](const sql::Row& row) {
    Origin origin;
    origin.place.position = row.Get<uint64_t>(0);
    origin.thing = {row.Get<SigningKey>(1), row.Get<ItemId>(2)};
    origin.feed = row.Get<std::string>(3);
    origin.place.clock_at_us = row.Get<uint64_t>(4);
    if (!Counts(authority, origin, recordpb::KIND_MESSAGE)) return;
    ++facet->messages;
    facet->unanswered = origin.thing.author == report.author ? facet->unanswered + 1 : 0;
  });
}

uint32_t StandingFlags(const Authority& authority, const Origin& origin) {
  const auto standing = authority.StandingOf(origin.thing.author, origin.place.clock_at_us);
  const bool in_force = standing.role != recordpb::ROLE_UNSPECIFIED;
  const bool certified = in_force || standing.late_role != recordpb::ROLE_UNSPECIFIED;
  const bool late = standing.revoked.has_value() || (certified && !in_force);
  return (!certified && standing.enrolled_at_us.has_value() ? kArrivalNotCertified : 0u) | (late ? kArrivalLate : 0u);
}

absl::StatusOr<ArrivalFacet> WorkOut(sql::ReadTxn& tx, const Authority& authority, const StaleRow& row) {
  ArrivalFacet facet;
  const ThingId& thing = row.origin.thing;
  QF_TRY(CountMessages(tx, authority, thing, &facet));
  QF_TRY_ASSIGN(const auto number, tx.QueryValue<uint64_t>(kCaseNumber, {thing.author, thing.item}));
  facet.case_number = number.value_or(0);
  facet.flags = StandingFlags(authority, row.origin);
  if (Counts(authority, row.origin, recordpb::KIND_REPORT)) facet.flags |= kArrivalCounts;
  if (row.urgent) facet.flags |= kArrivalUrgent;
  if (facet.unanswered > 0) facet.flags |= kArrivalUnanswered;
  if (facet.case_number > 0) facet.flags |= kArrivalInCase;
  return facet;
}

// Whose authority an entry is about; nullopt for entries that give and take none.
std::optional<SigningKey> DeviceConcerned(const record::Header& header) {
  const auto key_in = [](const std::string& bytes) {
    const auto key = SigningKey::From(bytes);
    return key.ok() ? std::optional<SigningKey>(*key) : std::nullopt;
  };
  switch (header.kind) {
    case recordpb::KIND_GENESIS:
      return key_in(header.clear.genesis().administrator().signing_key());
    case recordpb::KIND_CERTIFICATE:
      return key_in(header.clear.certificate().device().signing_key());
    case recordpb::KIND_REVOKE:
      return key_in(header.clear.revoke().device());
    case recordpb::KIND_ENROL:
      return header.author;
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::Status InsertFacet(sql::WriteTxn& tx, const ArrivalRow& row) {
  const contentpb::Report report = row.report.value_or(contentpb::Report());
  return tx.Execute(kInsert, {row.origin.place.position, row.origin.place.clock_at_us, report.stage(),
                              sql::Text(report.township()), sql::Text(report.violation())});
}

absl::Status DropFacet(sql::WriteTxn& tx, uint64_t position) { return tx.Execute(kDrop, {position}); }

absl::Status MarkReportStale(sql::WriteTxn& tx, const ThingId& report) {
  return tx.Execute(kMarkReport, {report.author, report.item});
}

absl::StatusOr<bool> MarkStaleByRoster(sql::WriteTxn& tx, const Authority& authority, const record::Entry& entry) {
  const auto device = DeviceConcerned(entry.record.header);
  if (entry.place.verdict != 0 || !device.has_value()) return false;
  const auto known = authority.DeviceOf(*device);
  if (known.has_value() && known->role == recordpb::ROLE_ADMINISTRATOR) {
    QF_TRY(tx.Execute(kMarkAll));
  } else {
    QF_TRY(tx.Execute(kMarkReportsOf, {*device}));
    QF_TRY(tx.Execute(kMarkWrittenToBy, {*device}));
  }
  return true;
}

absl::Status PutCaseNumbers(sql::WriteTxn& tx, const std::map<ThingId, uint64_t>& numbers) {
  std::map<ThingId, uint64_t> held;
  QF_TRY(tx.Query(kCaseNumbers, {}, [&](const sql::Row& row) {
    held[{row.Get<SigningKey>(0), row.Get<ItemId>(1)}] = row.Get<uint64_t>(2);
  }));
  for (const auto& [report, number] : numbers) {
    const auto found = held.find(report);
    if (found != held.end() && found->second == number) continue;
    QF_TRY(tx.Execute(kPutCaseNumber, {report.author, report.item, number}));
    QF_TRY(MarkReportStale(tx, report));
  }
  for (const auto& [report, number] : held) {
    if (numbers.count(report) > 0) continue;
    QF_TRY(tx.Execute(kDropCaseNumber, {report.author, report.item}));
    QF_TRY(MarkReportStale(tx, report));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> TendFacets(sql::WriteTxn& tx, const Authority& authority, size_t limit) {
  QF_TRY_ASSIGN(const auto rows, tx.QueryAll(kStale, {limit}, StaleFromRow));
  for (const StaleRow& row : rows) {
    QF_TRY_ASSIGN(const ArrivalFacet facet, WorkOut(tx, authority, row));
    QF_TRY(tx.Execute(kUpdate,
                      {row.origin.place.position, facet.flags, facet.messages, facet.unanswered, facet.case_number}));
  }
  return rows.size();
}

absl::StatusOr<bool> HasStaleFacet(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto found, tx.QueryValue<int>(kHasStale));
  return found.has_value();
}

absl::Status ClearFacets(sql::WriteTxn& tx) {
  for (const sql::Statement& statement : kClear) QF_TRY(tx.Execute(statement));
  return absl::OkStatus();
}

}  // namespace qf::client
