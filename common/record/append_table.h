// The table of protocol.md, "Feeds": which kind may be appended to which feed by which role. Default deny.
#pragma once

#include "common/record/feed.h"
#include "common/record/record.h"

namespace qf::record {

// Who appends, as far as the table cares: a role in force, or one of the authors that have none.
enum class Appender {
  kRoot,
  kServer,
  kAnyKey,
  kThread,  // kThread: the key of the thread feed itself
  kInformant,
  kSupervisor,
  kInspector,
  kContactLeader,
  kDutyOfficer,
  kInvestigator,
  kCaseManager,
  kSuperior,
  kAdministrator,
  kCustodian,
  kProvisional,  // enrolled, not certified yet
  kNone,
};

Appender AppenderOf(recordpb::Role role);

// True if a row of the table allows it.
bool MayAppend(Appender who, const Header& header);

}  // namespace qf::record
