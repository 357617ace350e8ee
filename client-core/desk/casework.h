// Opening cases and listing them. docs/protocol.md, "Case actions"; the fold is rules/case_fold.h.
#pragma once

#include <map>

#include "client-core/desk/arrival_store.h"
#include "client-core/rules/case_fold.h"
#include "client-core/session/session.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

class Desk;

// The fold over every action of the register; `unread` is how many of them this desk cannot open.
absl::StatusOr<CaseRegister> FoldCasesOf(Session& session, uint64_t* unread);

// Number of the case that each report is in; of two the first.
absl::StatusOr<std::map<ThingId, uint64_t>> CaseOfReports(sql::ReadTxn& tx, const CaseRegister& cases);

// DeskService/OpenCase, of a desk of the audience office: files an OPEN with the next number, own ones on their way
// counted. FORM without reports; NOT_FOUND for what is no arrival; STATE for one that has a case; NOT_GRANTED while
// actions cannot be opened here, and BUSY while the log is still being read, since the next number is then not known.
absl::StatusOr<clientpb::OpenCaseResponse> OpenCase(Desk& desk, const clientpb::OpenCaseRequest& request);

// DeskService/ListCases. ROLE or REVOKED where reports are not read.
absl::StatusOr<clientpb::ListCasesResponse> ListCases(Desk& desk, const clientpb::ListCasesRequest& request);

}  // namespace qf::client
