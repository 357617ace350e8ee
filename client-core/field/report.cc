#include "client-core/field/report.h"

#include "client-core/field/draft.h"
#include "client-core/field/item.h"
#include "client-core/field/violations.h"
#include "client-core/session/version.h"
#include "client-core/store/blob.h"
#include "client-core/store/draft.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/base/utf8.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {
namespace {

absl::Status Missing(absl::string_view what) { return Error(Reason::REASON_FORM, what); }

// The files of a draft as its record will name them, in the order of the answers.
absl::StatusOr<std::vector<record::BlobRef>> BlobsFor(sql::ReadTxn& tx, const contentpb::Report& report) {
  std::vector<record::BlobRef> out;
  for (const auto& attachment : report.attachments()) {
    QF_TRY_ASSIGN(const Digest sha256, Digest::From(attachment.sha256()));
    QF_TRY_ASSIGN(const auto blob, FindBlob(tx, sha256));
    if (!blob.has_value()) return Error(Reason::REASON_STORE_DAMAGED, "a file of the draft is not in the store");
    out.push_back({sha256, blob->size_bytes});
  }
  return out;
}

struct Filing {
  contentpb::Content content;
  NewItem item;
};

absl::StatusOr<Filing> FilingOf(Session& session, const ItemId& id) {
  Filing out;
  contentpb::Report& report = *out.content.mutable_report();
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const StoredDraft draft, GetDraft(tx, id));
    QF_TRY_ASSIGN(report, ReportOf(draft));
    QF_TRY_ASSIGN(out.item.blobs, BlobsFor(tx, report));
    out.item.urgent = draft.urgent;
    return absl::OkStatus();
  }));
  QF_TRY(CheckReport(report));
  if (report.channel() == contentpb::CHANNEL_UNSPECIFIED) report.set_channel(contentpb::CHANNEL_FIELD);
  report.set_filed_at_us(session.world().clock.NowUs());
  report.set_client_version(kClientVersion);
  out.item.feed = record::Feed::Office();
  out.item.kind = recordpb::KIND_REPORT;
  out.item.audience = recordpb::AUDIENCE_OFFICE;
  out.item.content = out.content.SerializeAsString();
  out.item.item = id;
  return out;
}

}  // namespace

absl::Status CheckReport(const contentpb::Report& report) {
  if (FindViolation(report.violation()) == nullptr) return Missing("violation: choose a kind of breach from the list");
  if (TrimSpace(report.what()).empty()) return Missing("what: say what happened");
  if (report.people_size() > static_cast<int>(kPeopleMax)) return Missing("people: name at most 50 in one report");
  for (const auto& person : report.people()) {
    const bool says_who = !TrimSpace(person.name()).empty() || !TrimSpace(person.post()).empty();
    if (!says_who) return Missing("people: say a name or a post");
  }
  if (!contentpb::Stage_IsValid(report.stage())) return Missing("stage: choose one from the list");
  if (!contentpb::Channel_IsValid(report.channel())) return Missing("channel: choose one from the list");
  return absl::OkStatus();
}

absl::StatusOr<clientpb::FileReportResponse> FileReport(Session& session, const clientpb::FileReportRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.draft_id()));
  QF_TRY_ASSIGN(const Filing filing, FilingOf(session, id));
  QF_TRY_ASSIGN(Item item, session.Prepare(filing.item));
  clientpb::FileReportResponse response;
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(FileDraft(tx, item));
    QF_TRY_ASSIGN(*response.mutable_item(), Describe(tx, item, filing.content));
    return absl::OkStatus();
  }));
  clientpb::WatchResponse event;
  event.mutable_changes()->set_drafts(true);
  event.mutable_changes()->set_items(true);
  session.Tell(event);
  session.OutboxChanged();
  return response;
}

}  // namespace qf::client
