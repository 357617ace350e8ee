// The commands, one file a noun. Each function makes the commands of its file; All() puts them into one tree.
#pragma once

#include <vector>

#include "tools/qingfeng/command.h"
#include "tools/qingfeng/context.h"

namespace qf::cli {

std::vector<Command> VaultCommands();     // init-office enrol session change-pin doctor wipe
std::vector<Command> ReportCommands();    // report violations attach detach drafts
std::vector<Command> ItemCommands();      // items outbox show withdraw open-attachment receipt
std::vector<Command> MessageCommands();   // inbox reply
std::vector<Command> SyncCommands();      // sync status send-files
std::vector<Command> DeskCommands();      // desk …
Command RegisterCommand();                // desk register
std::vector<Command> RosterCommands();    // invite devices certify grant publish-key revoke approve-revocation
std::vector<Command> TownshipCommands();  // townships set-townships
std::vector<Command> LogCommands();       // verify-log export-log restart end-refill
std::vector<Command> AppCommands();       // app
std::vector<Command> ProgramCommands();   // call completion manual

// The whole tree; its own args are the global options and fill `options`. The language is chosen before (text.h).
Command AllCommands(GlobalOptions* options);

}  // namespace qf::cli
