#include "client-core/desk/register.h"

#include "client-core/desk/arrival_facet.h"
#include "client-core/desk/arrival_store.h"
#include "client-core/desk/casework.h"
#include "client-core/desk/content.h"
#include "client-core/desk/names.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr sql::Statement kGetProgress("SELECT term, position, arrivals, cases_due FROM desk_progress WHERE id = 1");
constexpr sql::Statement kPutProgress(
    "INSERT INTO desk_progress (id, term, position, arrivals, cases_due) VALUES (1, $1, $2, $3, $4) "
    "ON CONFLICT (id) DO UPDATE SET term = excluded.term, position = excluded.position, "
    "arrivals = excluded.arrivals, cases_due = excluded.cases_due");
constexpr sql::Statement kCasesNumbered("UPDATE desk_progress SET cases_due = 0");
constexpr sql::Statement kDropProgress("DELETE FROM desk_progress");
constexpr sql::Statement kPutUnopened(
    "INSERT INTO desk_unopened (position, reason, keys) VALUES ($1, $2, $3) ON CONFLICT (position) DO UPDATE SET "
    "reason = excluded.reason, keys = excluded.keys");
constexpr sql::Statement kDropUnopened("DELETE FROM desk_unopened WHERE position = $1");
constexpr sql::Statement kClearUnopened("DELETE FROM desk_unopened");
// A body that came, or a key more than were tried.
constexpr sql::Statement kWorthRetrying(
    "SELECT u.position FROM desk_unopened u JOIN entry e ON e.position = u.position "
    "WHERE e.body_absent = 0 AND (u.reason = $1 OR u.keys <> $2) ORDER BY u.position LIMIT $3");
constexpr sql::Statement kSeen(
    "INSERT INTO desk_author (author, clock_at_us) VALUES ($1, $2) ON CONFLICT (author) DO UPDATE SET "
    "clock_at_us = excluded.clock_at_us WHERE excluded.clock_at_us > desk_author.clock_at_us");
constexpr sql::Statement kClearSeen("DELETE FROM desk_author");

struct Progress {
  uint64_t term = 0;
  uint64_t position = 0;
  uint64_t arrivals = 0;
  bool cases_due = false;  // to be folded anew
};

absl::StatusOr<Progress> GetProgress(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto progress, tx.QueryOne(kGetProgress, {}, [](const sql::Row& row) {
    return Progress{row.Get<uint64_t>(0), row.Get<uint64_t>(1), row.Get<uint64_t>(2), row.Get<bool>(3)};
  }));
  return progress.value_or(Progress());
}

// What the next step is about, read in one transaction.
struct Work {
  Progress progress;
  uint64_t term = 0;
  uint64_t end = 0;  // of the mirror
  std::vector<StoredEntry> fresh;
  std::vector<StoredEntry> retried;
  bool stale_facets = false;
  bool HasEntries() const { return !fresh.empty() || !retried.empty(); }
};

absl::StatusOr<Work> ReadWork(sql::ReadTxn& tx, size_t keys) {
  Work work;
  QF_TRY_ASSIGN(work.progress, GetProgress(tx));
  QF_TRY_ASSIGN(work.term, GetNumber(tx, Setting::kTerm));
  QF_TRY_ASSIGN(work.end, GetCursor(tx, "log"));
  QF_TRY_ASSIGN(work.stale_facets, HasStaleFacet(tx));
  QF_TRY_ASSIGN(work.fresh, EntriesFrom(tx, work.progress.position, kRegisterStep));
  while (!work.fresh.empty() && work.fresh.back().entry.place.position >= work.end) work.fresh.pop_back();
  QF_TRY_ASSIGN(const auto positions, tx.QueryAll(kWorthRetrying, {Reason::REASON_NOT_FOUND, keys, kRegisterStep},
                                                  [](const sql::Row& row) { return row.Get<uint64_t>(0); }));
  for (const uint64_t position : positions) {
    QF_TRY_ASSIGN(auto entry, EntryAt(tx, position));
    if (entry.has_value()) work.retried.push_back(*std::move(entry));
  }
  return work;
}

// Kinds whose content the register keeps.
bool HasRow(recordpb::Kind kind) {
  return kind == recordpb::KIND_REPORT || kind == recordpb::KIND_MESSAGE || kind == recordpb::KIND_CASE_ACTION ||
         kind == recordpb::KIND_PERSON;
}

bool IsRosterKind(recordpb::Kind kind) {
  switch (kind) {
    case recordpb::KIND_GENESIS:
    case recordpb::KIND_CERTIFICATE:
    case recordpb::KIND_REVOKE:
    case recordpb::KIND_OFFICE:
    case recordpb::KIND_INVITE:
    case recordpb::KIND_ENROL:
    case recordpb::KIND_EPOCH:
    case recordpb::KIND_GRANT:
    case recordpb::KIND_APPROVE:
    case recordpb::KIND_PERSON:
      return true;
    default:
      return false;
  }
}

// Writes rows for opened entries, in one transaction.
class Folder {
 public:
  Folder(Session& session, sql::WriteTxn& tx, RegisterStep* step) : session_(session), tx_(tx), step_(step) {}

  absl::Status Take(const StoredEntry& stored, const absl::StatusOr<contentpb::Content>& content) {
    const uint64_t position = stored.entry.place.position;
    if (content.ok()) {
      QF_TRY(tx_.Execute(kDropUnopened, {position}));
    } else {
      QF_TRY(tx_.Execute(kPutUnopened, {position, ReasonOf(content.status()), session_.opening_keys().size()}));
    }
    switch (stored.entry.record.header.kind) {
      case recordpb::KIND_REPORT:
        return TakeReport(stored.entry, content);
      case recordpb::KIND_MESSAGE:
        return content.ok() ? TakeMessage(stored.entry, content->message()) : absl::OkStatus();
      case recordpb::KIND_CASE_ACTION:
        return TakeAction(stored.entry, content);
      default:
        return content.ok() ? TakePerson(stored.entry, content->person()) : absl::OkStatus();
    }
  }

  uint64_t new_arrivals() const { return new_arrivals_; }

 private:
  absl::Status TakeReport(const record::Entry& entry, const absl::StatusOr<contentpb::Content>& content) {
    ArrivalRow row;
    row.origin = OriginOf(entry);
    row.urgent = entry.record.header.clear.urgency() == recordpb::URGENCY_URGENT;
    row.blobs = entry.record.header.blobs;
    if (content.ok()) {
      row.report = content->report();
    } else {
      row.problem = ReasonOf(content.status());
    }
    QF_TRY_ASSIGN(const bool is_new, PutArrival(tx_, row));
    new_arrivals_ += is_new ? 1 : 0;
    step_->arrivals = true;
    return absl::OkStatus();
  }

  // A reporter speaks of own reports only, a desk to the report's author only.
  absl::Status TakeMessage(const record::Entry& entry, const contentpb::Message& message) {
    const record::Header& header = entry.record.header;
    const auto author = SigningKey::From(message.report_author());
    const auto item = ItemId::From(message.report_item_id());
    if (!author.ok() || !item.ok()) return absl::OkStatus();
    const bool to_reporter =
        header.feed.kind == record::FeedKind::kInbox || header.feed.kind == record::FeedKind::kThread;
    const bool fits = header.author == *author || (to_reporter && header.feed.key == *author);
    if (!fits) return absl::OkStatus();
    step_->messages = true;
    return PutMessage(tx_, {OriginOf(entry), {*author, *item}, message});
  }

  absl::Status TakeAction(const record::Entry& entry, const absl::StatusOr<contentpb::Content>& content) {
    step_->cases = true;
    CaseActionRow row;
    row.origin = OriginOf(entry);
    if (content.ok()) row.action = content->case_action();
    return PutCaseAction(tx_, row);
  }

  absl::Status TakePerson(const record::Entry& entry, const contentpb::Person& person) {
    if (!session_.authority().Counts(entry.record.header, entry.place)) return absl::OkStatus();
    step_->roster = true;
    return PutName(tx_, entry, person);
  }

  Session& session_;
  sql::WriteTxn& tx_;
  RegisterStep* const step_;
  uint64_t new_arrivals_ = 0;
};

// Devices only: keys made for one letter, threads, the root and the server are nobody's.
bool IsOfDevice(const record::Header& header) {
  return header.feed.kind != record::FeedKind::kLetters && header.feed.kind != record::FeedKind::kThread &&
         header.kind != recordpb::KIND_ALARM && header.kind != recordpb::KIND_NOTICE;
}

absl::Status NoteAuthor(sql::WriteTxn& tx, const record::Entry& entry) {
  if (!IsOfDevice(entry.record.header)) return absl::OkStatus();
  return tx.Execute(kSeen, {entry.record.header.author, entry.place.clock_at_us});
}

}  // namespace

absl::StatusOr<RegisterStep> Register::Step() {
  const size_t keys = session_.opening_keys().size();
  QF_TRY_ASSIGN(Work work, session_.database().Read([&](sql::ReadTxn& tx) { return ReadWork(tx, keys); }));
  if (work.progress.term != work.term && work.progress.position > 0) {
    QF_TRY(Restart());
    RegisterStep begun;
    begun.more = true;
    return begun;
  }
  if (!work.HasEntries() && !work.stale_facets) {
    if (work.progress.cases_due) return NumberCases();
    return RegisterStep();
  }
  RegisterStep step;
  std::vector<std::pair<const StoredEntry*, absl::StatusOr<contentpb::Content>>> opened;
  for (const auto* list : {&work.retried, &work.fresh}) {
    for (const StoredEntry& stored : *list) {
      const recordpb::Kind kind = stored.entry.record.header.kind;
      if (stored.entry.place.verdict != 0) continue;
      step.roster = step.roster || IsRosterKind(kind);
      if (HasRow(kind)) opened.emplace_back(&stored, OpenContent(session_, stored.entry.record));
    }
  }
  Progress& progress = work.progress;
  QF_TRY(session_.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    Folder folder(session_, tx, &step);
    for (const auto& [stored, content] : opened) QF_TRY(folder.Take(*stored, content));
    progress.cases_due = progress.cases_due || step.cases;
    for (const StoredEntry& stored : work.fresh) {
      QF_TRY(NoteAuthor(tx, stored.entry));
      QF_TRY_ASSIGN(const bool roster, MarkStaleByRoster(tx, session_.authority(), stored.entry));
      progress.cases_due = progress.cases_due || roster;
    }
    QF_TRY_ASSIGN(const size_t tended, TendFacets(tx, session_.authority(), kRegisterStep));
    step.arrivals = step.arrivals || tended > 0;
    step.more = tended == kRegisterStep;
    if (!work.fresh.empty()) progress.position = work.fresh.back().entry.place.position + 1;
    progress.arrivals += folder.new_arrivals();
    return tx.Execute(kPutProgress, {work.term, progress.position, progress.arrivals, progress.cases_due});
  }));
  step.more =
      step.more || progress.cases_due || work.fresh.size() == kRegisterStep || work.retried.size() == kRegisterStep;
  step.entries = std::move(work.fresh);
  return step;
}

absl::StatusOr<RegisterStep> Register::NumberCases() {
  uint64_t unread = 0;  // what cannot be opened has no effect here
  QF_TRY_ASSIGN(const CaseRegister cases, FoldCasesOf(session_, &unread));
  QF_TRY(session_.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto numbers, CaseOfReports(tx, cases));
    QF_TRY(PutCaseNumbers(tx, numbers));
    return tx.Execute(kCasesNumbered);
  }));
  RegisterStep step;
  step.more = step.cases = true;
  return step;
}

absl::Status Register::Restart() {
  return session_.database().Write([](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(ClearRegister(tx));
    QF_TRY(ClearNames(tx));
    QF_TRY(tx.Execute(kClearUnopened));
    QF_TRY(tx.Execute(kClearSeen));
    return tx.Execute(kDropProgress);
  });
}

absl::StatusOr<uint64_t> CountArrivals(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const Progress progress, GetProgress(tx));
  return progress.arrivals;
}

}  // namespace qf::client
