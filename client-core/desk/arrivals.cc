#include "client-core/desk/arrivals.h"

#include <algorithm>
#include <memory>

#include "client-core/desk/arrival_list.h"
#include "client-core/desk/content.h"
#include "client-core/desk/names.h"
#include "client-core/desk/own_items.h"
#include "client-core/desk/words.h"
#include "client-core/session/server_methods.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/base/utf8.h"
#include "qingfeng/server/v1/blob.pb.h"

namespace qf::client {
namespace {

constexpr uint64_t kReadTimeoutUs = 10 * kMicrosPerSecond;

// Makes Arrival messages out of rows, in one transaction.
class Describer {
 public:
  explicit Describer(sql::ReadTxn& tx) : tx_(tx) {}

  absl::Status Describe(const ArrivalRow& row, clientpb::Arrival* out) {
    const Origin& origin = row.origin;
    out->set_record_id(origin.record.str());
    out->set_author(origin.thing.author.str());
    out->set_item_id(origin.thing.item.str());
    out->set_position(origin.place.position);
    out->set_clock_at_us(origin.place.clock_at_us);
    out->set_problem(row.problem);
    out->set_urgent(row.urgent);
    if (row.report.has_value()) {
      *out->mutable_report() = *row.report;
      out->mutable_report()->clear_attachments();
    }
    SetFacet(row.facet, out);
    QF_TRY_ASSIGN(const auto name, FindName(tx_, origin.thing.author));
    if (name.has_value()) *out->mutable_reporter() = *name;
    return SetFiles(row, out);
  }

 private:
  static void SetFacet(const ArrivalFacet& facet, clientpb::Arrival* out) {
    out->set_messages(facet.messages);
    out->set_unanswered(facet.unanswered);
    out->set_case_number(facet.case_number);
    out->set_not_yet_certified((facet.flags & kArrivalNotCertified) != 0);
    out->set_late((facet.flags & kArrivalLate) != 0);
  }

  absl::Status SetFiles(const ArrivalRow& row, clientpb::Arrival* out) {
    uint32_t here = 0;
    for (const auto& blob : row.blobs) {
      QF_TRY_ASSIGN(const auto state, FindFileState(tx_, blob.sha256));
      here += state.has_value() && state->complete ? 1 : 0;
    }
    out->set_files(static_cast<uint32_t>(row.blobs.size()));
    out->set_files_here(here);
    return absl::OkStatus();
  }

  sql::ReadTxn& tx_;
};

void AddFiles(const ArrivalRow& row, clientpb::GetArrivalResponse* out) {
  if (!row.report.has_value()) return;
  for (const auto& attachment : row.report->attachments()) {
    auto& info = *out->add_files();
    info.set_sha256(attachment.sha256());
    info.set_name(attachment.name());
    info.set_media_type(attachment.media_type());
    info.set_size_bytes(attachment.size_bytes());
    info.set_metadata_kept(attachment.metadata_kept());
    for (const auto& blob : row.blobs) {
      if (blob.sha256.bytes() == attachment.sha256()) info.set_sealed_bytes(blob.size_bytes);
    }
  }
}

absl::Status AddFileStates(sql::ReadTxn& tx, clientpb::GetArrivalResponse* out) {
  for (auto& info : *out->mutable_files()) {
    const auto sha256 = Digest::From(info.sha256());
    if (!sha256.ok()) continue;
    QF_TRY_ASSIGN(const auto state, FindFileState(tx, *sha256));
    if (!state.has_value()) continue;
    info.set_sent_bytes(state->complete ? info.sealed_bytes() : state->committed_bytes);
    info.set_here(state->complete);
  }
  return absl::OkStatus();
}

// An acknowledged one counts as on its way until this desk has read its entry.
clientpb::ItemState StateOf(const OwnItem& item) {
  switch (item.state) {
    case ItemState::kFiled:
      return clientpb::ITEM_STATE_FILED;
    case ItemState::kRefused:
      return clientpb::ITEM_STATE_REFUSED;
    case ItemState::kDamaged:
      return clientpb::ITEM_STATE_DAMAGED;
    default:
      return clientpb::ITEM_STATE_PLACED;
  }
}

absl::Status AddMessages(Session& session, sql::ReadTxn& tx, const ThingId& report, clientpb::GetArrivalResponse* out) {
  QF_TRY_ASSIGN(const auto rows, ListMessages(tx, report));
  for (const MessageRow& row : rows) {
    auto& info = *out->add_messages();
    info.set_item_id(row.origin.thing.item.str());
    info.set_own(row.origin.thing.author == session.device());
    info.set_by_reporter(row.origin.thing.author == report.author);
    *info.mutable_message() = row.message;
    info.set_received_at_us(row.origin.place.received_at_us);
    info.set_state(clientpb::ITEM_STATE_COMPLETE);
    info.set_author_counts(Counts(session.authority(), row.origin, recordpb::KIND_MESSAGE));
  }
  QF_TRY_ASSIGN(const auto not_shown, OwnItemsNotShown(tx, recordpb::KIND_MESSAGE));
  for (const OwnItem& item : not_shown) {
    QF_TRY_ASSIGN(const auto content, ContentOf(item));
    const contentpb::Message& message = content.message();
    if (message.report_author() != report.author.bytes() || message.report_item_id() != report.item.bytes()) continue;
    auto& info = *out->add_messages();
    info.set_item_id(item.item.str());
    info.set_own(true);
    *info.mutable_message() = message;
    info.set_state(StateOf(item));
    info.set_author_counts(true);
  }
  return absl::OkStatus();
}

// The arrival that a record id names, by any of its placements. NOT_FOUND.
absl::StatusOr<ArrivalRow> FindByRecord(sql::ReadTxn& tx, Bytes record_id) {
  QF_TRY_ASSIGN(const RecordId id, RecordId::From(record_id));
  QF_TRY_ASSIGN(const auto entry, FindEntry(tx, id));
  if (entry.has_value()) {
    const record::Header& header = entry->entry.record.header;
    QF_TRY_ASSIGN(auto row, FindArrival(tx, {header.author, header.item}));
    if (row.has_value()) return *std::move(row);
  }
  return Error(Reason::REASON_NOT_FOUND, "the register has no such arrival");
}

// GetArrival under way: asks for each file in turn how much of it the server has.
class ArrivalQuery : public std::enable_shared_from_this<ArrivalQuery> {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<clientpb::GetArrivalResponse>)>;

  ArrivalQuery(Desk& desk, ArrivalRow row, Done done) : desk_(desk), row_(std::move(row)), done_(std::move(done)) {}

  void AskNext() {
    while (next_ < row_.blobs.size() && IsComplete(row_.blobs[next_].sha256)) ++next_;
    if (next_ == row_.blobs.size()) return Finish();
    serverpb::ReadRequest request;
    request.set_record_id(row_.origin.record.str());
    request.set_sha256(row_.blobs[next_].sha256.str());
    request.set_size_bytes_max(1);
    desk_.server().Call<serverpb::ReadResponse>(
        server_methods::kRead, request,
        [self = shared_from_this()](absl::StatusOr<serverpb::ReadResponse> response) { self->OnAnswer(response); },
        kReadTimeoutUs);
  }

 private:
  bool IsComplete(const Digest& sha256) {
    const auto state = desk_.session().database().Read([&](sql::ReadTxn& tx) { return FindFileState(tx, sha256); });
    return state.ok() && state->has_value() && (*state)->complete;
  }

  void OnAnswer(const absl::StatusOr<serverpb::ReadResponse>& response) {
    if (!response.ok()) return Finish();  // out of reach: what is known is shown
    const FileState state{response->committed_bytes(), response->complete()};
    const absl::Status kept = desk_.session().database().Write(
        [&](sql::WriteTxn& tx) { return PutFileState(tx, row_.blobs[next_].sha256, state); });
    if (!kept.ok()) return done_(kept);
    ++next_;
    AskNext();
  }

  void Finish() {
    done_(desk_.session().database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::GetArrivalResponse> {
      clientpb::GetArrivalResponse response;
      QF_TRY_ASSIGN(const auto now, FindArrival(tx, row_.origin.thing));  // messages may have come meanwhile
      QF_TRY(Describer(tx).Describe(now.value_or(row_), response.mutable_arrival()));
      AddFiles(row_, &response);
      QF_TRY(AddFileStates(tx, &response));
      QF_TRY(AddMessages(desk_.session(), tx, row_.origin.thing, &response));
      return response;
    }));
  }

  Desk& desk_;
  const ArrivalRow row_;
  Done done_;
  size_t next_ = 0;
};

ArrivalFilter FilterOf(const clientpb::ListArrivalsRequest& request) {
  ArrivalFilter filter;
  filter.before_position = request.before_position();
  if (request.unanswered()) filter.flags_set |= kArrivalUnanswered;
  if (request.urgent()) filter.flags_set |= kArrivalUrgent;
  if (request.late()) filter.flags_set |= kArrivalLate;
  if (request.not_yet_certified()) filter.flags_set |= kArrivalNotCertified;
  if (request.without_case()) filter.flags_clear |= kArrivalInCase;
  filter.township = request.township();
  filter.violation = request.violation();
  filter.stage = request.stage();
  filter.from_us = request.from_us();
  filter.until_us = request.until_us();
  filter.case_number = request.case_number();
  filter.words = QueryWords(request.search());
  return filter;
}

}  // namespace

absl::StatusOr<clientpb::ListArrivalsResponse> ListArrivals(Desk& desk, const clientpb::ListArrivalsRequest& request) {
  QF_TRY(RequireReader(desk.session()));
  QF_TRY(desk.CatchUp().status());
  const uint32_t size = std::min(request.page_size() == 0 ? kArrivalsPage : request.page_size(), kArrivalsPageMax);
  const ArrivalFilter filter = FilterOf(request);
  return desk.session().database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::ListArrivalsResponse> {
    clientpb::ListArrivalsResponse response;
    QF_TRY_ASSIGN(const uint64_t total, CountArrivals(tx));
    response.set_total(total);
    QF_TRY_ASSIGN(const ArrivalPage page, ListPage(tx, filter, size));
    response.set_more(page.next_before_position > 0);
    response.set_next_before_position(page.next_before_position);
    Describer describer(tx);
    for (const ArrivalRow& row : page.arrivals) QF_TRY(describer.Describe(row, response.add_arrivals()));
    return response;
  });
}

void GetArrival(Desk& desk, const clientpb::GetArrivalRequest& request,
                absl::AnyInvocable<void(absl::StatusOr<clientpb::GetArrivalResponse>)> done) {
  if (const auto may = RequireReader(desk.session()); !may.ok()) return done(may);
  if (const auto caught_up = desk.CatchUp(); !caught_up.ok()) return done(caught_up.status());
  auto row = desk.session().database().Read([&](sql::ReadTxn& tx) { return FindByRecord(tx, request.record_id()); });
  if (!row.ok()) return done(row.status());
  std::make_shared<ArrivalQuery>(desk, *std::move(row), std::move(done))->AskNext();
}

absl::StatusOr<clientpb::ReplyResponse> Reply(Desk& desk, const clientpb::ReplyRequest& request) {
  Session& session = desk.session();
  const record::Standing standing = session.Standing();
  if (standing.revoked.has_value() || !record::IsReaderRole(standing.role)) {
    return Error(Reason::REASON_ROLE, "reporters are answered at the desks that read reports");
  }
  if (TrimSpace(request.text()).empty()) return Error(Reason::REASON_FORM, "an answer says something");
  if (request.text().size() > limits::kMessageTextBytes)
    return Error(Reason::REASON_TOO_LARGE, "an answer has at most 64 KiB");
  QF_TRY(desk.CatchUp().status());
  QF_TRY_ASSIGN(const ArrivalRow row,
                session.database().Read([&](sql::ReadTxn& tx) { return FindByRecord(tx, request.record_id()); }));
  const SigningKey& author = row.origin.thing.author;
  const auto device = session.authority().DeviceOf(author);
  if (!device.has_value()) return Error(Reason::REASON_STATE, "this report came by a thread, which has no inbox");

  contentpb::Content content;
  contentpb::Message& message = *content.mutable_message();
  message.set_report_author(author.str());
  message.set_report_item_id(row.origin.thing.item.str());
  message.set_text(request.text());
  message.set_written_at_us(session.world().clock.NowUs());
  NewItem item;
  item.feed = record::Feed::Inbox(author);
  item.kind = recordpb::KIND_MESSAGE;
  item.content = content.SerializeAsString();
  item.audience = record::AudienceOf(standing.role);
  item.readers = {device->sealing_key};
  item.reference = row.origin.record;
  QF_TRY_ASSIGN(const Item filed, session.File(item));
  clientpb::ReplyResponse response;
  response.set_item_id(filed.item.str());
  return response;
}

}  // namespace qf::client
