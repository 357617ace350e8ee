// What the server knows beside the log, by name: its office, its keys, its term. All of it is in the encrypted store,
// so a copy of the store is a whole server, but for the key that opens it.
#pragma once

#include <optional>
#include <string>

#include "common/sql/database.h"

namespace qf::server {

enum class Setting {
  kGenesis,          // Record: the office; absent before `install`
  kTerm,             // 8 bytes: the term in effect
  kLogKey,           // seed of the key that signs checkpoints of that term
  kNextLogKey,       // seed of the key that the next RESTART will name; made when it is first asked for
  kTlsAuthority,     // X.509, DER
  kTlsAuthorityKey,  // PKCS #8, DER
  kSafe,             // 8 bytes: below this size a verified backup holds records and blobs
};

absl::StatusOr<std::optional<std::string>> FindSetting(sql::ReadTxn& tx, Setting setting);
absl::Status SaveSetting(sql::WriteTxn& tx, Setting setting, Bytes value);
absl::Status DropSetting(sql::WriteTxn& tx, Setting setting);

// The same for those of 8 bytes, big-endian. 0 if absent.
absl::StatusOr<uint64_t> NumberSetting(sql::ReadTxn& tx, Setting setting);
absl::Status SaveNumberSetting(sql::WriteTxn& tx, Setting setting, uint64_t value);

}  // namespace qf::server
