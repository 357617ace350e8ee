// Filing a report: from then on it is kept until it has arrived. docs/protocol.md, "Record" (filing).
// FieldService/FileReport, and what a report must say. Lives on the loop.
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/content/v1/report.pb.h"

namespace qf::client {

constexpr size_t kPeopleMax = 50;

// OK if a report can be filed: it names a kind of breach from the catalogue and says what happened. Everything else
// may be unknown to its author. INVALID_ARGUMENT(FORM), naming the answer.
absl::Status CheckReport(const contentpb::Report& report);

// Seals the draft's answers to the newest key of the office and files them, in one transaction that also takes the
// draft away: durable when it returns, against loss of power too. NOT_FOUND; FORM; NO_EPOCH before the first sync;
// TOO_LARGE. Whatever it fails with, the draft is as it was.
absl::StatusOr<clientpb::FileReportResponse> FileReport(Session& session, const clientpb::FileReportRequest& request);

}  // namespace qf::client
