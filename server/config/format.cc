#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/config/config.h"
#include "server/config/reference.h"

namespace qf::server {
namespace {

// Inside the quotes of a basic TOML string.
std::string Quoted(absl::string_view text) { return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}); }

}  // namespace

std::string FormatConfig(const Config& config) {
  return absl::StrReplaceAll(
      kReferenceConfig,
      {{"%DIR%", Quoted(config.dir)}, {"%LISTEN%", Quoted(config.listen)}, {"%HOST%", Quoted(config.host)}});
}

}  // namespace qf::server
