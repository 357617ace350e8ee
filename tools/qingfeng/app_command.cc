// app: the core hosted for a browser.
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "mobile-bindings/loopback/loopback.h"
#include "qingfeng/client/v1/event.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/errors.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

struct AppOptions {
  std::string profile = "field";
  std::string address_file;
  uint64_t port = 0;
  uint64_t lock_minutes = 10;
};

constexpr uint64_t kLockMinutesMax = 8 * 60;

absl::Status CheckOptions(const AppOptions& o) {
  if (o.port > 65'535) return Error(Reason::REASON_USAGE, Tr("a port is a number up to 65535"));
  if (o.lock_minutes < 1 || o.lock_minutes > kLockMinutesMax) {
    return Error(Reason::REASON_USAGE, Tr("--lock-after takes 1 to 480 minutes"));
  }
  return absl::OkStatus();
}

absl::Status HostApp(Context& context, const AppOptions& o) {
  QF_TRY(CheckOptions(o));
  loopback::Loopback::Options options;
  options.assets = o.profile == "desk" ? loopback::DeskAssets() : loopback::FieldAssets();
  if (options.assets.empty()) {
    return Error(Reason::REASON_FILE_MISSING,
                 Tr("this program was built without its apps: run tools/build-apps, then build it again"));
  }
  options.port = static_cast<uint16_t>(o.port);
  options.idle_us = o.lock_minutes * kMicrosPerMinute;
  // The file first: whoever waits for the line reads it then. One that cannot be written ends nothing; the line is
  // there.
  options.on_address = [&](const std::string& url) {
    if (!o.address_file.empty()) {
      const absl::Status written = WriteFileAtomically(context.files(), o.address_file, absl::StrCat(url, "\n"));
      if (!written.ok()) context.console().err() << ErrorText(written, context.console()) << std::flush;
    }
    context.out() << url << std::endl;
  };
  QF_TRY_ASSIGN(Core* const core, context.OpenForPages());
  QF_TRY_ASSIGN(const auto host, loopback::Loopback::Open(core->table(), std::move(options)));
  context.Say(
      Tr("Open this address in a browser on this machine. It lets one browser in, once; the next one is shown "
         "then. Ctrl-C ends."));
  const absl::Status end = core->Stream<clientpb::WatchResponse>(
      clientpb::WatchRequest(), [](const clientpb::WatchResponse&) { return absl::OkStatus(); });
  return end.code() == absl::StatusCode::kCancelled ? absl::OkStatus() : end;
}

}  // namespace

std::vector<Command> AppCommands() {
  auto o = std::make_shared<AppOptions>();
  Command command;
  command.name = "app";
  command.help = Tr("the app in a browser of this machine, over this store");
  command.details =
      Tr("The program listens on 127.0.0.1 and prints an address. Who opens it first is let in; other users of the "
         "machine, other pages and other names for it are not. The store is unlocked on the page and locked again when "
         "nobody uses it.");
  command.args = {Option("--profile", &o->profile, "APP", Tr("which app: field or desk")).OneOf({"field", "desk"}),
                  Option("--port", &o->port, "NUMBER", Tr("the port; without it any free one")),
                  Option("--lock-after", &o->lock_minutes, "MINUTES", Tr("lock the store when nobody has used it; 10")),
                  Option("--address-file", &o->address_file, "FILE",
                         Tr("write the address to a file that only its owner can read"))};
  command.run = [o](Context& context) { return HostApp(context, *o); };
  return {std::move(command)};
}

}  // namespace qf::cli
