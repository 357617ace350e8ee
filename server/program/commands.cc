#include "server/program/commands.h"

#include <stdio.h>

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "qingfeng/server/v1/admin.pb.h"
#include "server/rpc/local_call.h"
#include "server/setup/restore.h"
#include "server/setup/setup.h"
#include "server/setup/store_key.h"
#include "server/store/layout.h"

namespace qf::server {
namespace {

constexpr uint64_t kFileBytesMax = 1 << 20;
constexpr uint64_t kAskUs = 10 * kMicrosPerSecond;
constexpr uint64_t kCopyUs = 24 * kMicrosPerHour;

void Say(const std::string& line) { printf("%s\n", line.c_str()); }

template <class Response, class Request>
absl::StatusOr<Response> Ask(const Config& config, const std::string& method, const Request& request,
                             uint64_t timeout_us) {
  QF_TRY_ASSIGN(const std::string bytes,
                CallLocal(AdminSocketPath(config.dir), absl::StrCat("qingfeng.server.v1.AdminService/", method),
                          request.SerializeAsString(), timeout_us));
  Response response;
  if (!response.ParseFromString(bytes)) return Error(Reason::REASON_PROTOCOL, "the server's answer cannot be read");
  return response;
}

}  // namespace

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  QF_TRY_ASSIGN(const std::string text, ReadFile(SystemFiles(), path, kFileBytesMax));
  return ParseConfig(text);
}

std::string KeyFileOf(const Config& config) {
  return config.key_file.empty() ? StoreKeyPath(config.dir) : config.key_file;
}

absl::Status Init(const Config& config) {
  Files& files = SystemFiles();
  QF_TRY(files.MakeDir(config.dir));
  QF_TRY_ASSIGN(const Secret key, LoadOrMakeStoreKey(files, SystemEntropy(), KeyFileOf(config)));
  QF_TRY_ASSIGN(const auto request, InitServer(files, SystemClock(), SystemEntropy(), config.dir, key));
  QF_TRY(WriteFileAtomically(files, absl::StrCat(config.dir, "/server.request"), request.SerializeAsString()));
  const std::string config_path = absl::StrCat(config.dir, "/qingfengd.toml");
  QF_TRY_ASSIGN(const bool configured, files.Exists(config_path));
  if (!configured) QF_TRY(WriteFileAtomically(files, config_path, FormatConfig(config)));
  Say("server.request is written: take it to the administrator's machine, where the office is made of it");
  return absl::OkStatus();
}

absl::Status Install(const Config& config, const std::string& bundle_path, bool replace_lost_server) {
  QF_TRY_ASSIGN(const Secret key, LoadStoreKey(SystemFiles(), KeyFileOf(config)));
  QF_TRY_ASSIGN(const std::string bytes, ReadFile(SystemFiles(), bundle_path, kFileBytesMax));
  serverpb::ServerBundle bundle;
  if (!bundle.ParseFromString(bytes)) return Error(Reason::REASON_MALFORMED, "the bundle cannot be read");
  const auto mismatch = replace_lost_server ? LogKeyMismatch::kReplaceLostServer : LogKeyMismatch::kRefuse;
  QF_TRY(InstallOffice(SystemFiles(), SystemClock(), config.dir, key, bundle, mismatch));
  Say("installed");
  return absl::OkStatus();
}

absl::Status MakeCopy(const Config& config, const std::string& to) {
  serverpb::BackupRequest request;
  request.set_to(to);
  QF_TRY_ASSIGN(const auto copy, Ask<serverpb::BackupResponse>(config, "Backup", request, kCopyUs));
  Say(absl::StrCat("copied and checked: ", copy.log_size(), " entries, ", copy.blobs(), " files"));
  return absl::OkStatus();
}

absl::Status PrintHealth(const Config& config) {
  QF_TRY_ASSIGN(const auto health,
                Ask<serverpb::GetHealthResponse>(config, "GetHealth", serverpb::GetHealthRequest(), kAskUs));
  Say(absl::StrCat("version ", health.version()));
  Say(absl::StrCat("term ", health.term(), ", ", health.log_size(), " entries"));
  if (health.rolled_back()) Say("ROLLED BACK: an administrator has to sign a RESTART");
  if (health.refilling()) Say("being refilled by its devices");
  Say(absl::StrCat(health.calls(), " calls under way"));
  Say(absl::StrCat(health.blob_bytes() >> 20, " MiB of files, ", health.free_bytes() >> 20, " MiB free"));
  return absl::OkStatus();
}

absl::Status PutBack(const Config& config, const std::string& from, const std::vector<std::string>& blobs_from) {
  QF_TRY_ASSIGN(const Secret key, LoadStoreKey(SystemFiles(), KeyFileOf(config)));
  QF_TRY_ASSIGN(const Inventory held, Restore(SystemFiles(), SystemClock(), config.dir, key, from, blobs_from));
  Say(absl::StrCat("put back: ", held.log_size, " entries, ", held.blobs, " files"));
  Say("the server takes nothing until an administrator has signed a RESTART (qingfeng restart)");
  return absl::OkStatus();
}

}  // namespace qf::server
