#include "server/config/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::server {
namespace {

absl::Status Bad(uint64_t line, absl::string_view what) {
  return Error(Reason::REASON_CONFIG, absl::StrCat("line ", line, ": ", what));
}

uint64_t LineOf(const toml::node& node) { return node.source().begin.line; }

// How many letters have to change.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

// One name of the file: how it is checked and where it goes.
struct Entry {
  absl::string_view name;
  absl::AnyInvocable<absl::Status(const toml::node&)> take;
};

template <class Number>
Entry NumberEntry(absl::string_view name, Number& target, uint64_t least, uint64_t most) {
  return {name, [=, &target](const toml::node& node) -> absl::Status {
            const auto value = node.value_exact<int64_t>();
            if (!value || *value < 0 || static_cast<uint64_t>(*value) < least || static_cast<uint64_t>(*value) > most) {
              return Bad(LineOf(node), absl::StrCat(name, " must be a whole number from ", least, " to ", most));
            }
            target = static_cast<Number>(*value);
            return absl::OkStatus();
          }};
}

Entry TextEntry(absl::string_view name, std::string& target, absl::string_view what, bool (*fits)(absl::string_view)) {
  return {name, [=, &target](const toml::node& node) -> absl::Status {
            const auto value = node.value_exact<std::string>();
            if (!value || !fits(*value)) return Bad(LineOf(node), absl::StrCat(name, " must be ", what));
            target = *value;
            return absl::OkStatus();
          }};
}

bool IsPath(absl::string_view text) { return !text.empty() && text.size() < 4096 && !absl::StrContains(text, '\0'); }

bool IsHost(absl::string_view text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || absl::StrContains(".-:", c);
  });
}

bool IsAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535)
    return false;
  absl::string_view host = text.substr(0, colon);
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) host = host.substr(1, host.size() - 2);
  return IsHost(host);
}

bool IsLevel(absl::string_view text) {
  return text == "debug" || text == "info" || text == "warning" || text == "error";
}

std::vector<Entry> EntriesFor(Config& config) {
  constexpr uint64_t kMost = 1'000'000'000;
  std::vector<Entry> entries;
  entries.push_back(TextEntry("dir", config.dir, "a folder", IsPath));
  entries.push_back(TextEntry("listen", config.listen, "host:port, or [address]:port", IsAddress));
  entries.push_back(TextEntry("host", config.host, "a host name or an address, without port", IsHost));
  entries.push_back(TextEntry("key_file", config.key_file, "a file", IsPath));
  entries.push_back(TextEntry("log_level", config.log_level, "debug, info, warning or error", IsLevel));
  entries.push_back(NumberEntry("certificate_days", config.certificate_days, 2, 825));
  entries.push_back(NumberEntry("cache_mib", config.cache_mib, 4, 65536));
  entries.push_back(NumberEntry("queued_records", config.queued_records, 64, kMost));
  entries.push_back(NumberEntry("records_per_day", config.records_per_day, 1, kMost));
  entries.push_back(NumberEntry("mib_per_day", config.mib_per_day, 1, kMost));
  entries.push_back(NumberEntry("unsigned_calls_burst", config.unsigned_calls_burst, 0, kMost));
  entries.push_back(NumberEntry("unsigned_calls_refill_ms", config.unsigned_calls_refill_ms, 1, kMost));
  return entries;
}

absl::Status Unknown(const std::vector<Entry>& entries, absl::string_view name, uint64_t line) {
  const auto nearest = std::min_element(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    return Distance(a.name, name) < Distance(b.name, name);
  });
  return Bad(line, absl::StrCat("there is no setting of that name; the nearest is ", nearest->name));
}

// The library throws; it ends here.
absl::StatusOr<toml::table> ParseToml(Bytes text) {
  try {
    return toml::parse(std::string_view(text.data(), text.size()));
  } catch (const toml::parse_error& error) {
    const auto what = error.description();
    return Bad(error.source().begin.line, absl::string_view(what.data(), what.size()));
  }
}

}  // namespace

absl::StatusOr<Config> ParseConfig(Bytes toml_text) {
  QF_TRY_ASSIGN(const toml::table table, ParseToml(toml_text));
  Config config;
  std::vector<Entry> entries = EntriesFor(config);
  for (const auto& [key, node] : table) {
    const absl::string_view name(key.str().data(), key.str().size());
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == name; });
    if (found == entries.end()) return Unknown(entries, name, key.source().begin.line);
    QF_TRY(found->take(node));
  }
  return config;
}

}  // namespace qf::server
