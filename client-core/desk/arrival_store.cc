#include "client-core/desk/arrival_store.h"

#include "absl/strings/str_cat.h"
#include "client-core/desk/words.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

#define QF_ARRIVAL_COLUMNS \
  "a.position, a.record_id, a.author, a.item_id, a.feed, a.clock_at_us, a.urgent, a.report, a.problem, a.blobs"

constexpr sql::Statement kClockOfArrival(
    "SELECT position, clock_at_us FROM arrival WHERE author = $1 AND item_id = $2");
constexpr sql::Statement kPutArrival(
    "INSERT INTO arrival (position, record_id, author, item_id, feed, clock_at_us, urgent, township, report, problem, "
    "blobs) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
constexpr sql::Statement kDropArrival("DELETE FROM arrival WHERE position = $1");
constexpr sql::Statement kPutWords("INSERT INTO arrival_word (rowid, words) VALUES ($1, $2)");
constexpr sql::Statement kDropWords("DELETE FROM arrival_word WHERE rowid = $1");
constexpr sql::Statement kFindArrival("SELECT " QF_ARRIVAL_COLUMNS
                                      " FROM arrival a WHERE a.author = $1 AND a.item_id = $2");
constexpr sql::Statement kNewest("SELECT " QF_ARRIVAL_COLUMNS
                                 " FROM arrival a WHERE a.position < $1 ORDER BY a.position DESC");
constexpr sql::Statement kNewestOfTownship(
    "SELECT " QF_ARRIVAL_COLUMNS " FROM arrival a WHERE a.township = $2 AND a.position < $1 ORDER BY a.position DESC");
constexpr sql::Statement kMatching("SELECT " QF_ARRIVAL_COLUMNS
                                   " FROM arrival_word w JOIN arrival a ON a.position = w.rowid "
                                   "WHERE w.arrival_word MATCH $2 AND w.rowid < $1 ORDER BY w.rowid DESC");

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

constexpr size_t kPackedBlobBytes = Digest::kSize + 8;

std::string PackBlobs(const std::vector<record::BlobRef>& blobs) {
  std::string out;
  for (const auto& blob : blobs) absl::StrAppend(&out, blob.sha256.bytes(), U64(blob.size_bytes));
  return out;
}

std::vector<record::BlobRef> UnpackBlobs(Bytes packed) {
  std::vector<record::BlobRef> blobs;
  for (; packed.size() >= kPackedBlobBytes; packed.remove_prefix(kPackedBlobBytes)) {
    uint64_t size_bytes = 0;
    for (size_t i = Digest::kSize; i < kPackedBlobBytes; ++i)
      size_bytes = size_bytes << 8 | static_cast<unsigned char>(packed[i]);
    blobs.push_back({*Digest::From(packed.substr(0, Digest::kSize)), size_bytes});
  }
  return blobs;
}

template <class Message>
absl::StatusOr<Message> Parse(Bytes bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(Reason::REASON_STORE_DAMAGED, "a row of the register cannot be read");
  }
  return message;
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
  return out;
}

sql::Value BytesOrNull(const std::optional<std::string>& bytes) {
  return bytes.has_value() ? sql::Value(sql::Blob(*bytes)) : sql::Value(std::nullopt);
}

template <class Message>
std::optional<std::string> BytesOf(const std::optional<Message>& message) {
  return message.has_value() ? std::optional<std::string>(message->SerializeAsString()) : std::nullopt;
}

absl::Status InsertArrival(sql::WriteTxn& tx, const ArrivalRow& row) {
  const Origin& origin = row.origin;
  const std::optional<std::string> report = BytesOf(row.report);
  const std::string blobs = PackBlobs(row.blobs);
  QF_TRY(tx.Execute(kPutArrival, {origin.place.position, origin.record, origin.thing.author, origin.thing.item,
                                  sql::Text(origin.feed), origin.place.clock_at_us, row.urgent,
                                  sql::Text(row.report.has_value() ? row.report->township() : ""), BytesOrNull(report),
                                  row.problem, sql::Blob(blobs)}));
  if (!row.report.has_value()) return absl::OkStatus();
  const std::string words = IndexTokens(FoldText(SearchText(*row.report)));
  return tx.Execute(kPutWords, {origin.place.position, sql::Text(words)});
}

absl::Status RemoveArrival(sql::WriteTxn& tx, uint64_t position) {
  QF_TRY(tx.Execute(kDropWords, {position}));
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

Origin OriginOf(const record::Entry& entry) {
  const record::Header& header = entry.record.header;
  return {entry.record.id, {header.author, header.item}, header.feed.name(), entry.place};
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

absl::Status ForEachArrival(sql::ReadTxn& tx, const ArrivalFilter& filter,
                            absl::FunctionRef<absl::Status(const ArrivalRow&)> each) {
  const uint64_t below = filter.before_position == 0 ? INT64_MAX : filter.before_position;
  const auto take = [&](const sql::Row& row) -> absl::Status {
    QF_TRY_ASSIGN(const ArrivalRow arrival, ArrivalFromRow(row));
    if (!filter.words.empty()) {
      if (!arrival.report.has_value() || !HoldsAll(FoldText(SearchText(*arrival.report)), filter.words)) {
        return absl::OkStatus();
      }
      if (!filter.township.empty() && arrival.report->township() != filter.township) return absl::OkStatus();
    }
    return each(arrival);
  };
  if (!filter.words.empty()) {
    const std::string expression = MatchExpression(filter.words);
    return tx.Query(kMatching, {below, sql::Text(expression)}, take);
  }
  if (!filter.township.empty()) return tx.Query(kNewestOfTownship, {below, sql::Text(filter.township)}, take);
  return tx.Query(kNewest, {below}, take);
}

absl::Status PutMessage(sql::WriteTxn& tx, const MessageRow& row) {
  const Origin& origin = row.origin;
  const std::string message = row.message.SerializeAsString();
  return tx.Execute(kPutMessage, {origin.place.position, origin.record, origin.thing.author, origin.thing.item,
                                  sql::Text(origin.feed), origin.place.received_at_us, origin.place.clock_at_us,
                                  row.report.author, row.report.item, sql::Blob(message)});
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
  return absl::OkStatus();
}

}  // namespace qf::client
