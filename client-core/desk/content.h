// The content of records, opened and typed: what is inside the seal, for a desk that may read it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client-core/session/session.h"
#include "common/record/record.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {

// What a record says. NOT_FOUND(NOT_FOUND) while its body is not here; NOT_GRANTED and the other errors of
// Session::OpenBody; INVALID_ARGUMENT(MALFORMED) when what is inside is not of the record's kind.
absl::StatusOr<contentpb::Content> OpenContent(const Session& session, const record::Record& record);

// X25519 keys of all administrators in force, this desk's own first if it is one; at most `limit` of them.
std::vector<SealingKey> AdministratorKeys(Session& session, size_t limit);

// PERMISSION_DENIED(ROLE) unless this desk has that role and was not revoked.
absl::Status RequireRole(const Session& session, recordpb::Role role);

// ROLE unless the role of this desk reads reports, or did until its certificate ended; REVOKED. Every desk mirrors the
// log, in which authors stand by their keys; whom a key belongs to stands in the roster, which administrators read. So
// at a desk of theirs not even the list of arrivals is given: it would say who has reported, and when.
absl::Status RequireReader(const Session& session);

}  // namespace qf::client
