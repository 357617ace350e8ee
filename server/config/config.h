// The configuration of qingfengd: one TOML file, every value checked. qingfengd.toml beside this header is the
// commented reference, and what `qingfengd init` writes.
//
// Secrets never stand in it. Threads: any.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/strings.h"

namespace qf::server {

struct Config {
  std::string dir = ".";             // where the store lies
  std::string listen = "[::]:8443";  // host:port for devices
  std::string host = "localhost";    // the name or address in the TLS certificate, as invitations give it
  std::string key_file;              // empty: dir/store.key
  uint32_t certificate_days = 90;
  std::string log_level = "info";  // debug, info, warning, error
  uint32_t cache_mib = 64;
  uint32_t queued_records = 8192;      // waiting for a commit; beyond it LATER(BUSY)
  uint64_t records_per_day = 20'000;   // of one device
  uint64_t mib_per_day = 4096;         // of one device
  uint32_t unsigned_calls_burst = 30;  // of one address: enrolments, unknown keys
  uint32_t unsigned_calls_refill_ms = 2000;
};

// INVALID_ARGUMENT(CONFIG), which names the line, what is wrong there, and for a name that does not exist the nearest
// one that does.
absl::StatusOr<Config> ParseConfig(Bytes toml);

// The reference file, with `dir`, `listen` and `host` of `config`.
std::string FormatConfig(const Config& config);

}  // namespace qf::server
