// The register as it is shown: lists, one arrival with its files and messages, answers. docs/protocol.md, "Feeds".
// For desks whose role reads reports: ROLE or REVOKED at every other (content.h, RequireReader).
#pragma once

#include "absl/functional/any_invocable.h"
#include "client-core/desk/desk.h"
#include "qingfeng/client/v1/desk.pb.h"

namespace qf::client {

constexpr uint32_t kArrivalsPage = 100;
constexpr uint32_t kArrivalsPageMax = 1000;

// DeskService/ListArrivals: newest first, paged by position; bounded as arrival_list.h says. Reports that have no
// effect (their author's authority had ended beyond 30 days) are left out.
absl::StatusOr<clientpb::ListArrivalsResponse> ListArrivals(Desk& desk, const clientpb::ListArrivalsRequest& request);

// DeskService/GetArrival, by any record id of it. Asks the server which files are complete, if it can be reached.
// NOT_FOUND.
void GetArrival(Desk& desk, const clientpb::GetArrivalRequest& request,
                absl::AnyInvocable<void(absl::StatusOr<clientpb::GetArrivalResponse>)> done);

// DeskService/Reply: a message to the author's inbox, sealed to that device and the office. ROLE, also once the desk's
// certificate has ended; NOT_FOUND; FORM for an empty text; TOO_LARGE above limits::kMessageTextBytes; STATE when the
// report came by a thread, which has no inbox.
absl::StatusOr<clientpb::ReplyResponse> Reply(Desk& desk, const clientpb::ReplyRequest& request);

}  // namespace qf::client
