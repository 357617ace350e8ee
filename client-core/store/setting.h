// Facts of a store that have one value each. The names are here, so that none is used for two things.
#pragma once

#include <optional>
#include <string>

#include "common/sql/database.h"

namespace qf::client {

enum class Setting {
  kOfficeId,          // 16 bytes
  kRootKey,           // Ed25519
  kAddress,           // host:port
  kTlsAuthorities,    // serialized record.v1.ServerKeys
  kGenesis,           // serialized record.v1.SignedHeader, verified
  kTerm,              // the term that this store knows, a number
  kHighestTerm,       // highest term ever seen
  kIncarnation,       // present incarnation; absent = mint one at the next placing
  kNewestCheckpoint,  // signed note
  kIsDesk,            // "1" once this device was certified in a desk's role: it mirrors the log from then on
  kMirrorCheckpoint,  // of a desk: the signed note whose size is that of its tree
  kLastExchangeUs,    // device clock
  kLastError,         // a Reason
  kLogInstantUs,      // newest proven instant of the log that was seen
  kServerTimeUs,      // what the server's clock said last
  kServerRolledBack,  // "1" while the server says so
  kRevoke,            // serialized server.v1.ProvedEntry that made this device drain
  kDeskAttestSize,    // up to where a desk has read this term's log, by a counting attest that was compared
  kDeskHeardUs,       // clock_at of the newest counting attest of a desk
  kFilesWhenAsked,    // "1" while a watching Sync leaves files
  kOfficeKeyBefore,   // the office's newest verified key when a new term last cut the log
  kOfficeBefore,      // serialized record.v1.Office, the newest then
  kOfficeBeforeUs,    // its clock_at
};

absl::StatusOr<std::optional<std::string>> GetSetting(sql::ReadTxn& tx, Setting setting);
absl::Status PutSetting(sql::WriteTxn& tx, Setting setting, Bytes value);
absl::Status ClearSetting(sql::WriteTxn& tx, Setting setting);

// The same for numbers; 0 if absent.
absl::StatusOr<uint64_t> GetNumber(sql::ReadTxn& tx, Setting setting);
absl::Status PutNumber(sql::WriteTxn& tx, Setting setting, uint64_t value);

}  // namespace qf::client
