// What a desk does with the log itself: checks it, writes it out, shows what asks for attention.
#pragma once

#include "absl/functional/any_invocable.h"
#include "client-core/desk/desk.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

// DeskService/VerifyLog: this desk's own copy, or an export. What did not hold is in the answer; errors are those of
// reading. STATE while the copy has no checkpoint of its size (a new term, before its first page), and when a RESTART
// cuts the copy meanwhile. Signatures are checked on the worker.
void VerifyLog(Desk& desk, const clientpb::VerifyLogRequest& request,
               absl::AnyInvocable<void(absl::StatusOr<clientpb::VerifyLogResponse>)> done);

// DeskService/ExportLog: a new file (export_file.h). FILE_EXISTS and the like; STATE as above. A file that could not be
// finished is removed.
void ExportLog(Desk& desk, const clientpb::ExportLogRequest& request,
               absl::AnyInvocable<void(absl::StatusOr<clientpb::ExportLogResponse>)> done);

// DeskService/ListAlarms, newest first.
absl::StatusOr<clientpb::ListAlarmsResponse> ListAlarms(Session& session, const clientpb::ListAlarmsRequest& request);

constexpr size_t kAlarmsMax = 1000;

}  // namespace qf::client
