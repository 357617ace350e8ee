#include "client-core/field/draft.h"

#include "client-core/field/attachment.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Answers without attachments, as they are stored.
absl::StatusOr<std::string> AnswersOf(contentpb::Report report) {
  report.clear_attachments();
  std::string bytes = report.SerializeAsString();
  if (bytes.size() > kAnswersBytesMax)
    return Error(Reason::REASON_TOO_LARGE, "the answers are too long for one report");
  return bytes;
}

}  // namespace

absl::StatusOr<contentpb::Report> ReportOf(const StoredDraft& draft) {
  contentpb::Report report;
  if (!report.ParseFromString(draft.report) || !report.MergeFromString(draft.attachments)) {
    return Error(Reason::REASON_STORE_DAMAGED, "a draft in the store cannot be read");
  }
  return report;
}

absl::StatusOr<clientpb::Draft> Describe(sql::ReadTxn& tx, const StoredDraft& draft) {
  clientpb::Draft out;
  QF_TRY_ASSIGN(*out.mutable_report(), ReportOf(draft));
  QF_TRY_ASSIGN(*out.mutable_files(), DescribeFiles(tx, draft.id, out.report().attachments()));
  out.mutable_report()->clear_attachments();
  out.set_draft_id(draft.id.str());
  out.set_saved_at_us(draft.saved_at_us);
  out.set_urgent(draft.urgent);
  return out;
}

void TellDraftsChanged(Session& session) {
  clientpb::WatchResponse event;
  event.mutable_changes()->set_drafts(true);
  session.Tell(event);
}

absl::StatusOr<clientpb::CreateDraftResponse> CreateDraft(Session& session,
                                                          const clientpb::CreateDraftRequest& request) {
  StoredDraft draft;
  draft.id = session.world().entropy.Random<ItemId>();
  draft.saved_at_us = session.world().clock.NowUs();
  QF_TRY_ASSIGN(draft.report, AnswersOf(request.report()));
  QF_TRY_ASSIGN(auto described, session.database().Write([&](sql::WriteTxn& tx) -> absl::StatusOr<clientpb::Draft> {
    QF_TRY(InsertDraft(tx, draft));
    return Describe(tx, draft);
  }));
  TellDraftsChanged(session);
  clientpb::CreateDraftResponse response;
  *response.mutable_draft() = std::move(described);
  return response;
}

absl::StatusOr<clientpb::SaveDraftResponse> SaveDraft(Session& session, const clientpb::SaveDraftRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.draft_id()));
  QF_TRY_ASSIGN(const std::string answers, AnswersOf(request.report()));
  const uint64_t now_us = session.world().clock.NowUs();
  QF_TRY(session.database().Write(
      [&](sql::WriteTxn& tx) { return SaveAnswers(tx, id, answers, request.urgent(), now_us); }));
  TellDraftsChanged(session);
  clientpb::SaveDraftResponse response;
  response.set_saved_at_us(now_us);
  return response;
}

absl::StatusOr<clientpb::GetDraftResponse> GetDraft(Session& session, const clientpb::GetDraftRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.draft_id()));
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::GetDraftResponse> {
    clientpb::GetDraftResponse response;
    QF_TRY_ASSIGN(const StoredDraft draft, GetDraft(tx, id));
    QF_TRY_ASSIGN(*response.mutable_draft(), Describe(tx, draft));
    return response;
  });
}

absl::StatusOr<clientpb::ListDraftsResponse> ListDrafts(Session& session, const clientpb::ListDraftsRequest&) {
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<clientpb::ListDraftsResponse> {
    clientpb::ListDraftsResponse response;
    QF_TRY_ASSIGN(const auto drafts, ListDrafts(tx));
    for (const StoredDraft& draft : drafts) {
      QF_TRY_ASSIGN(*response.add_drafts(), Describe(tx, draft));
    }
    return response;
  });
}

absl::StatusOr<clientpb::DiscardDraftResponse> DiscardDraft(Session& session,
                                                            const clientpb::DiscardDraftRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.draft_id()));
  QF_TRY_ASSIGN(const auto files,
                session.database().Write([&](sql::WriteTxn& tx) -> absl::StatusOr<std::vector<Digest>> {
                  QF_TRY(RemoveDraft(tx, id));
                  return ForgetFiles(tx, id);
                }));
  RemoveSealed(session, files);
  TellDraftsChanged(session);
  return clientpb::DiscardDraftResponse();
}

}  // namespace qf::client
