// qingfengd: the tree of its commands. What they do is in program/commands.h and program/run.h.
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/try.h"
#include "server/program/commands.h"
#include "server/program/log_sink.h"
#include "server/program/run.h"

namespace qf::server {
namespace {

// Exit codes: 0 fine, 1 an error that its line explains, 2 the command line is wrong.
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Words {
  std::string config_path;
  std::string dir;
  std::string listen;
  std::string host;
  std::string bundle;
  std::string to;
  std::string from;
  std::vector<std::string> blobs_from;
  bool replace_lost_server = false;
};

// The configuration file if one was named, the one in --dir if there is one, else the defaults; then the words.
absl::StatusOr<Config> ConfigOf(const Words& words) {
  Config config;
  std::string path = words.config_path;
  if (path.empty() && !words.dir.empty()) {
    path = absl::StrCat(words.dir, "/qingfengd.toml");
    QF_TRY_ASSIGN(const bool exists, SystemFiles().Exists(path));
    if (!exists) path.clear();
  }
  if (!path.empty()) {
    QF_TRY_ASSIGN(config, LoadConfig(path));
  }
  if (!words.dir.empty()) config.dir = words.dir;
  if (!words.listen.empty()) config.listen = words.listen;
  if (!words.host.empty()) config.host = words.host;
  return config;
}

absl::Status Run(const Config& config) {
  StartLogging(config.log_level);
  return RunServer(config);
}

int Tell(const absl::Status& status) {
  if (status.ok()) return 0;
  const auto remedy = RemedyOf(ReasonOf(status));
  fprintf(stderr, "qingfengd: %s [%s]\n", std::string(status.message()).c_str(), NameOf(ReasonOf(status)).c_str());
  if (!remedy.empty()) fprintf(stderr, "  %s\n", std::string(remedy).c_str());
  return kFailed;
}

int Main(int argc, char** argv) {
  BlockSignals();
  Words words;
  absl::AnyInvocable<absl::Status(const Config&)> chosen;
  CLI::App app("The Qingfeng server: one verifiable log of sealed records.");
  app.set_version_flag("--version", QF_VERSION);
  app.require_subcommand(1);
  const auto add = [&](const char* name, const char* help, absl::Status (*does)(const Words&, const Config&)) {
    CLI::App* const command = app.add_subcommand(name, help);
    command->add_option("--config", words.config_path, "Configuration file; default: qingfengd.toml in --dir");
    command->add_option("--dir", words.dir, "Folder of the store");
    command->callback([&, does] { chosen = [&words, does](const Config& config) { return does(words, config); }; });
    return command;
  };

  CLI::App* const init = add("init", "Make a folder a server's; writes server.request for the ceremony",
                             [](const Words&, const Config& config) { return Init(config); });
  init->add_option("--listen", words.listen, "host:port for devices");
  init->add_option("--host", words.host, "Host name or address for the TLS certificate, as invitations will give it");
  CLI::App* const install =
      add("install", "Take the bundle that the ceremony made: the server is the office's now",
          [](const Words& w, const Config& config) { return Install(config, w.bundle, w.replace_lost_server); });
  install->add_option("--bundle", words.bundle, "The file office.bundle")->required();
  install->add_flag(
      "--replace-lost-server", words.replace_lost_server,
      "The office's server was lost with all its copies: begin with an empty log, which its devices refill");
  CLI::App* const run =
      add("run", "Serve, until SIGTERM", [](const Words&, const Config& config) { return Run(config); });
  run->add_option("--listen", words.listen, "host:port for devices");
  run->add_option("--host", words.host, "Host name or address for the TLS certificate");
  add("check-config", "Check the configuration and say on which line something is wrong",
      [](const Words&, const Config&) { return absl::OkStatus(); });
  add("health", "How the running server is", [](const Words&, const Config& config) { return PrintHealth(config); });
  add("backup", "Copy the running server's store to a folder, and check the copy",
      [](const Words& w, const Config& config) { return MakeCopy(config, w.to); })
      ->add_option("--to", words.to, "A folder that does not exist yet")
      ->required();
  CLI::App* const restore =
      add("restore", "Put a copy back; the server then waits for an administrator's RESTART",
          [](const Words& w, const Config& config) { return PutBack(config, w.from, w.blobs_from); });
  restore->add_option("--from", words.from, "The folder of the copy")->required();
  restore->add_option("--blobs-from", words.blobs_from,
                      "More folders of files: a restored server takes back every copy");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  const auto config = ConfigOf(words);
  return Tell(config.ok() ? chosen(*config) : config.status());
}

}  // namespace
}  // namespace qf::server

int main(int argc, char** argv) { return qf::server::Main(argc, argv); }
