// Drafts: what a person writes before it is filed. Saved as often as the screen likes, each time durably.
// FieldService: CreateDraft, SaveDraft, GetDraft, ListDrafts, DiscardDraft. Lives on the loop.
#pragma once

#include "client-core/session/session.h"
#include "client-core/store/draft.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

// Answers of at most this size: with the keys of 32 files beside them, content stays within limits::kContentBytes.
constexpr size_t kAnswersBytesMax = 900 * 1024;

absl::StatusOr<clientpb::CreateDraftResponse> CreateDraft(Session& session,
                                                          const clientpb::CreateDraftRequest& request);
// One durable write of one row; what the request says of attachments is not looked at. NOT_FOUND, TOO_LARGE, LENGTH.
absl::StatusOr<clientpb::SaveDraftResponse> SaveDraft(Session& session, const clientpb::SaveDraftRequest& request);
absl::StatusOr<clientpb::GetDraftResponse> GetDraft(Session& session, const clientpb::GetDraftRequest& request);
absl::StatusOr<clientpb::ListDraftsResponse> ListDrafts(Session& session, const clientpb::ListDraftsRequest& request);
// Its sealed files go with it.
absl::StatusOr<clientpb::DiscardDraftResponse> DiscardDraft(Session& session,
                                                            const clientpb::DiscardDraftRequest& request);

// Answers and attachments of a draft, together. STORE_DAMAGED.
absl::StatusOr<contentpb::Report> ReportOf(const StoredDraft& draft);
// A draft as it is shown: keys of files stay inside.
absl::StatusOr<clientpb::Draft> Describe(sql::ReadTxn& tx, const StoredDraft& draft);
// Tells that drafts changed.
void TellDraftsChanged(Session& session);

}  // namespace qf::client
