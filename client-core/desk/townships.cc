#include "client-core/desk/townships.h"

#include <utility>

#include "client-core/desk/content.h"
#include "client-core/office/townships.h"
#include "client-core/session/office_constants.h"
#include "common/base/try.h"
#include "common/base/utf8.h"

namespace qf::client {

absl::StatusOr<clientpb::SetTownshipsResponse> SetTownships(Session& session,
                                                            const clientpb::SetTownshipsRequest& request) {
  QF_TRY(RequireRole(session, recordpb::ROLE_ADMINISTRATOR));
  QF_TRY_ASSIGN(recordpb::Office office, OfficeConstantsAsFiled(session));
  *office.mutable_townships() = request.townships();
  for (auto& township : *office.mutable_townships()) township.set_name(std::string(TrimSpace(township.name())));
  QF_TRY(CheckTownships(office));
  QF_TRY_ASSIGN(const Item filed, FileOfficeConstants(session, std::move(office)));
  clientpb::SetTownshipsResponse response;
  response.set_item_id(filed.item.str());
  return response;
}

}  // namespace qf::client
