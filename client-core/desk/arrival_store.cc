#include "client-core/desk/arrival_store.h"

#include "absl/strings/str_cat.h"
#include "client-core/desk/arrival_facet.h"
#include "client-core/desk/words.h"
#include "client-core/store/blob.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr sql::Statement kClockOfArrival(
    "SELECT position, clock_at_us FROM arrival WHERE author = $1 AND item_id = $2");
constexpr sql::Statement kPutArrival(
    "INSERT INTO arrival (position, record_id, author, item_id, feed, clock_at_us, urgent, report, problem, blobs) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
constexpr sql::Statement kDropArrival("DELETE FROM arrival WHERE position = $1");
constexpr sql::Statement kPutWords("INSERT INTO arrival_word (rowid, words) VALUES ($1, $2)");
constexpr sql::Statement kDropWords("DELETE FROM arrival_word WHERE rowid = $1");
constexpr sql::Statement kFindArrival(
    "SELECT " QF_ARRIVAL_COLUMNS
    " FROM arrival a JOIN arrival_facet f ON f.position = a.position WHERE a.author = $1 AND a.item_id = $2");

constexpr sql::Statement kPutMessage(
    "INSERT INTO arrival_message (position, record_id, author, item_id, feed, received_at_us, clock_at_us, "
    "report_author, "
    "report_item_id, message) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (author, item_id) DO UPDATE "
    "SET "
    "position = excluded.position, record_id = excluded.record_id, received_at_us = excluded.received_at_us, "
    "clock_at_us = excluded.clock_at_us, feed = excluded.feed, report_author = excluded.report_author, "
    "report_item_id = excluded.report_item_id, message = excluded.message "
    "WHERE excluded.clock_at_us < arrival_message.clock_at_us");
constexpr sql::Statement kMessages(
    "SELECT position, record_id, author, item_id, feed, received_at_us, clock_at_us, message FROM arrival_message "
    "WHERE report_author = $1 AND report_item_id = $2 ORDER BY clock_at_us, position");
constexpr sql::Statement kMessageTexts(
    "SELECT message FROM arrival_message WHERE report_author = $1 AND report_item_id = $2 ORDER BY clock_at_us, "
    "position");
constexpr sql::Statement kHasMessage("SELECT 1 FROM arrival_message WHERE author = $1 AND item_id = $2");

constexpr sql::Statement kPutAction(
    "INSERT INTO case_action (position, record_id, author, item_id, feed, clock_at_us, action) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (position) DO UPDATE SET action = excluded.action");
constexpr sql::Statement kActions(
    "SELECT position, record_id, author, item_id, feed, clock_at_us, action FROM case_action ORDER BY clock_at_us, "
    "position");

constexpr sql::Statement kPutFile(
    "INSERT INTO arrival_file (sha256, committed_bytes, complete) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO UPDATE "
    "SET "
    "committed_bytes = excluded.committed_bytes, complete = excluded.complete");
constexpr sql::Statement kFindFile("SELECT committed_bytes, complete FROM arrival_file WHERE sha256 = $1");

constexpr sql::Statement kClear[] = {
    sql::Statement("DELETE FROM arrival"), sql::Statement("DELETE FROM arrival_message"),
    sql::Statement("DELETE FROM case_action"), sql::Statement("DELETE FROM arrival_file"),
    sql::Statement("INSERT INTO arrival_word (arrival_word) VALUES ('delete-all')")};

template <class Message>
absl::StatusOr<Message> Parse(Bytes bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(Reason::REASON_STORE_DAMAGED, "a row of the register cannot be read");
  }
  return message;
}

sql::Value BytesOrNull(const std::optional<std::string>& bytes) {
  return bytes.has_value() ? sql::Value(sql::Blob(*bytes)) : sql::Value(std::nullopt);
}

template <class Message>
std::optional<std::string> BytesOf(const std::optional<Message>& message) {
  return message.has_value() ? std::optional<std::string>(message->SerializeAsString()) : std::nullopt;
}

// Makes a report found by what is said in it and about it now.
absl::Status PutWords(sql::WriteTxn& tx, const ArrivalRow& row) {
  if (!row.report.has_value()) return absl::OkStatus();
  QF_TRY_ASSIGN(const std::string text, SearchedText(tx, row));
  const std::string words = absl::StrCat(IndexTokens(text), " ", AuthorToken(row.origin.thing.author));
  return tx.Execute(kPutWords, {row.origin.place.position, sql::Text(words)});
}

absl::Status InsertArrival(sql::WriteTxn& tx, const ArrivalRow& row) {
  const Origin& origin = row.origin;
  const std::optional<std::string> report = BytesOf(row.report);
  const std::string blobs = PackBlobs(row.blobs);
  QF_TRY(tx.Execute(kPutArrival, {origin.place.position, origin.record, origin.thing.author, origin.thing.item,
                                  sql::Text(origin.feed), origin.place.clock_at_us, row.urgent, BytesOrNull(report),
                                  row.problem, sql::Blob(blobs)}));
  QF_TRY(InsertFacet(tx, row));
  return PutWords(tx, row);
}

absl::Status RemoveArrival(sql::WriteTxn& tx, uint64_t position) {
  QF_TRY(tx.Execute(kDropWords, {position}));
  QF_TRY(DropFacet(tx, position));
  return tx.Execute(kDropArrival, {position});
}

}  // namespace

absl::StatusOr<record::Header> Origin::HeaderOf(recordpb::Kind kind) const {
  record::Header header;
  QF_TRY_ASSIGN(header.feed, record::Feed::Parse(feed));
  header.author = thing.author;
  header.item = thing.item;
  header.kind = kind;
  return header;
}

absl::StatusOr<ArrivalRow> ArrivalFromRow(const sql::Row& row) {
  ArrivalRow out;
  out.origin.place.position = row.Get<uint64_t>(0);
  out.origin.record = row.Get<RecordId>(1);
  out.origin.thing = {row.Get<SigningKey>(2), row.Get<ItemId>(3)};
  out.origin.feed = row.Get<std::string>(4);
  out.origin.place.clock_at_us = row.Get<uint64_t>(5);
  out.urgent = row.Get<bool>(6);
  if (!row.IsNull(7)) {
    QF_TRY_ASSIGN(out.report, Parse<contentpb::Report>(row.Get<Bytes>(7)));
  }
  out.problem = static_cast<Reason>(row.Get<int>(8));
  out.blobs = UnpackBlobs(row.Get<Bytes>(9));
  out.facet = {row.Get<uint32_t>(10), row.Get<uint32_t>(11), row.Get<uint32_t>(12), row.Get<uint64_t>(13)};
  return out;
}

Origin OriginOf(const record::Entry& entry) {
  const record::Header& header = entry.record.header;
  return {entry.record.id, {header.author, header.item}, header.feed.name(), entry.place};
}

bool Counts(const record::Authority& authority, const Origin& origin, recordpb::Kind kind) {
  const auto header = origin.HeaderOf(kind);
  return header.ok() && authority.Counts(*header, origin.place);
}

absl::StatusOr<bool> PutArrival(sql::WriteTxn& tx, const ArrivalRow& row) {
  const ThingId& thing = row.origin.thing;
  QF_TRY_ASSIGN(const auto held, tx.QueryOne(kClockOfArrival, {thing.author, thing.item}, [](const sql::Row& r) {
    return std::make_pair(r.Get<uint64_t>(0), r.Get<uint64_t>(1));
  }));
  if (held.has_value()) {
    const auto& [position, clock_at_us] = *held;
    // The same position again: its content could be opened now.
    if (position != row.origin.place.position && clock_at_us <= row.origin.place.clock_at_us) return false;
    QF_TRY(RemoveArrival(tx, position));
  }
  QF_TRY(InsertArrival(tx, row));
  return !held.has_value();
}

absl::StatusOr<std::optional<ArrivalRow>> FindArrival(sql::ReadTxn& tx, const ThingId& thing) {
  return tx.QueryOne(kFindArrival, {thing.author, thing.item}, ArrivalFromRow);
}

absl::StatusOr<std::string> SearchedText(sql::ReadTxn& tx, const ArrivalRow& row) {
  std::string text = row.report.has_value() ? SearchText(*row.report) : "";
  const ThingId& thing = row.origin.thing;
  const absl::Status read = tx.Query(kMessageTexts, {thing.author, thing.item}, [&](const sql::Row& r) -> absl::Status {
    QF_TRY_ASSIGN(const auto message, Parse<contentpb::Message>(r.Get<Bytes>(0)));
    absl::StrAppend(&text, "\n", message.text());
    return text.size() < kSearchedBytesMax ? absl::OkStatus() : absl::CancelledError();
  });
  if (!read.ok() && !absl::IsCancelled(read)) return read;
  return FoldText(absl::string_view(text).substr(0, kSearchedBytesMax));
}

absl::Status PutMessage(sql::WriteTxn& tx, const MessageRow& row) {
  const Origin& origin = row.origin;
  const std::string message = row.message.SerializeAsString();
  QF_TRY(tx.Execute(kPutMessage, {origin.place.position, origin.record, origin.thing.author, origin.thing.item,
                                  sql::Text(origin.feed), origin.place.received_at_us, origin.place.clock_at_us,
                                  row.report.author, row.report.item, sql::Blob(message)}));
  QF_TRY_ASSIGN(const auto report, FindArrival(tx, row.report));
  if (!report.has_value()) return absl::OkStatus();  // it comes later, and finds its messages here
  QF_TRY(MarkReportStale(tx, row.report));
  QF_TRY(tx.Execute(kDropWords, {report->origin.place.position}));
  return PutWords(tx, *report);
}

absl::StatusOr<std::vector<MessageRow>> ListMessages(sql::ReadTxn& tx, const ThingId& report) {
  return tx.QueryAll(kMessages, {report.author, report.item}, [&](const sql::Row& row) -> absl::StatusOr<MessageRow> {
    MessageRow out;
    out.origin = {row.Get<RecordId>(1),
                  {row.Get<SigningKey>(2), row.Get<ItemId>(3)},
                  row.Get<std::string>(4),
                  {row.Get<uint64_t>(0), row.Get<uint64_t>(5), row.Get<uint64_t>(6), 0}};
    out.report = report;
    QF_TRY_ASSIGN(out.message, Parse<contentpb::Message>(row.Get<Bytes>(7)));
    return out;
  });
}

absl::StatusOr<bool> HasMessage(sql::ReadTxn& tx, const ThingId& message) {
  QF_TRY_ASSIGN(const auto found, tx.QueryValue<int>(kHasMessage, {message.author, message.item}));
  return found.has_value();
}

absl::Status PutCaseAction(sql::WriteTxn& tx, const CaseActionRow& row) {
  const Origin& origin = row.origin;
  const std::optional<std::string> action = BytesOf(row.action);
  return tx.Execute(kPutAction, {origin.place.position, origin.record, origin.thing.author, origin.thing.item,
                                 sql::Text(origin.feed), origin.place.clock_at_us, BytesOrNull(action)});
}

absl::StatusOr<std::vector<CaseActionRow>> ListCaseActions(sql::ReadTxn& tx) {
  return tx.QueryAll(kActions, {}, [](const sql::Row& row) -> absl::StatusOr<CaseActionRow> {
    CaseActionRow out;
    out.origin = {row.Get<RecordId>(1),
                  {row.Get<SigningKey>(2), row.Get<ItemId>(3)},
                  row.Get<std::string>(4),
                  {row.Get<uint64_t>(0), 0, row.Get<uint64_t>(5), 0}};
    if (!row.IsNull(6)) {
      QF_TRY_ASSIGN(out.action, Parse<contentpb::CaseAction>(row.Get<Bytes>(6)));
    }
    return out;
  });
}

absl::Status PutFileState(sql::WriteTxn& tx, const Digest& sha256, const FileState& state) {
  return tx.Execute(kPutFile, {sha256, state.committed_bytes, state.complete});
}

absl::StatusOr<std::optional<FileState>> FindFileState(sql::ReadTxn& tx, const Digest& sha256) {
  return tx.QueryOne(kFindFile, {sha256},
                     [](const sql::Row& row) { return FileState{row.Get<uint64_t>(0), row.Get<bool>(1)}; });
}

absl::Status ClearRegister(sql::WriteTxn& tx) {
  for (const sql::Statement& statement : kClear) QF_TRY(tx.Execute(statement));
  return ClearFacets(tx);
}

}  // namespace qf::client
