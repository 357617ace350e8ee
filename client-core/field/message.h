// Messages with the office about own reports, both ways. FieldService: ListMessages, SendMessage. Lives on the loop.
// What the office writes comes in the inbox, sealed to this device; it is opened once and kept (store/message.h).
#pragma once

#include "client-core/session/session.h"
#include "qingfeng/client/v1/field.pb.h"

namespace qf::client {

// In the order in which the server took them; own ones that it has not yet, last. `author_counts` says whether the
// author's key was in force when the log took it: one that does not count is shown as such, never hidden. NOT_FOUND.
absl::StatusOr<clientpb::ListMessagesResponse> ListMessages(Session& session,
                                                            const clientpb::ListMessagesRequest& request);
// Files a message to the office. FORM without text, TOO_LARGE; NOT_FOUND unless it is about a report filed here;
// NO_EPOCH.
absl::StatusOr<clientpb::SendMessageResponse> SendMessage(Session& session,
                                                          const clientpb::SendMessageRequest& request);

// Opens and keeps what came into the inbox since the last time. Entries that do not open are left for the next time.
absl::Status FoldInbox(Session& session);

}  // namespace qf::client
