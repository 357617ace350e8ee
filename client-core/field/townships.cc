#include "client-core/field/townships.h"

#include "client-core/office/townships.h"
#include "client-core/session/office_constants.h"
#include "common/base/try.h"

namespace qf::client {

absl::StatusOr<clientpb::ListTownshipsResponse> ListTownships(Session& session, const clientpb::ListTownshipsRequest&) {
  QF_TRY_ASSIGN(recordpb::Office office, OfficeConstantsAsFiled(session));
  DropWrongTownships(&office);
  clientpb::ListTownshipsResponse response;
  response.mutable_townships()->Swap(office.mutable_townships());
  return response;
}

}  // namespace qf::client
