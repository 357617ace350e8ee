#include "tools/qingfeng/commands.h"

#include <iterator>
#include <utility>

#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

void AddGroup(Command* root, const char* heading, std::vector<Command> commands) {
  for (Command& command : commands) {
    command.group = heading;
    root->children.push_back(std::move(command));
  }
}

}  // namespace

Command AllCommands(GlobalOptions* options) {
  Command root;
  root.name = "qingfeng";
  root.help = Tr("The Qingfeng client on the command line: report, send, read and answer, over one encrypted store");
  root.details = Tr("Exit codes, files of reports and examples: qingfeng manual, or docs/command-line.md.");
  root.args = {
      Option("--store", &options->store, "FOLDER", Tr("the store's folder; without it $XDG_DATA_HOME/qingfeng")),
      Flag("--json", &options->json, Tr("results and errors as JSON, one object each")),
      Flag("--quiet", &options->quiet, Tr("results only: no remarks, no progress")),
      Flag("--yes", &options->yes, Tr("say yes to every confirmation")),
      Option("--pin-file", &options->pin_file, "FILE", Tr("read the PIN from a file that only its owner can read")),
      Option("--pin-fd", &options->pin_fd, "NUMBER", Tr("read the PIN from this file descriptor")),
  };
  AddGroup(&root, Tr("This device"), VaultCommands());
  AddGroup(&root, Tr("Reports"), ReportCommands());
  AddGroup(&root, Tr("What was filed"), ItemCommands());
  AddGroup(&root, Tr("Messages"), MessageCommands());
  AddGroup(&root, Tr("Sync"), SyncCommands());
  AddGroup(&root, Tr("The office's desk"), DeskCommands());
  AddGroup(&root, Tr("People and devices"), RosterCommands());
  AddGroup(&root, Tr("The office's desk"), TownshipCommands());
  AddGroup(&root, Tr("The log"), LogCommands());
  AddGroup(&root, Tr("The program"), AppCommands());
  AddGroup(&root, Tr("The program"), ProgramCommands());
  return root;
}

}  // namespace qf::cli
