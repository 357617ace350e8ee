#include "client-core/store/setting.h"

#include "absl/strings/numbers.h"
#include "common/base/check.h"
#include "common/base/error.h"

namespace qf::client {
namespace {

constexpr sql::Statement kGet("SELECT value FROM setting WHERE name = $1");
constexpr sql::Statement kPut(
    "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
constexpr sql::Statement kClear("DELETE FROM setting WHERE name = $1");

// The stored names never change.
const char* NameOf(Setting setting) {
  switch (setting) {
    case Setting::kOfficeId:
      return "office_id";
    case Setting::kRootKey:
      return "root_key";
    case Setting::kAddress:
      return "address";
    case Setting::kTlsAuthorities:
      return "tls_authorities";
    case Setting::kGenesis:
      return "genesis";
    case Setting::kTerm:
      return "term";
    case Setting::kHighestTerm:
      return "highest_term";
    case Setting::kIncarnation:
      return "incarnation";
    case Setting::kNewestCheckpoint:
      return "newest_checkpoint";
    case Setting::kIsDesk:
      return "is_desk";
    case Setting::kMirrorCheckpoint:
      return "mirror_checkpoint";
    case Setting::kLastExchangeUs:
      return "last_exchange_us";
    case Setting::kLastError:
      return "last_error";
    case Setting::kLogInstantUs:
      return "log_instant_us";
    case Setting::kServerTimeUs:
      return "log_now_us";  // from when instants of the log and the server's word were one number
    case Setting::kServerRolledBack:
      return "server_rolled_back";
    case Setting::kRevoke:
      return "revoke";
    case Setting::kDeskAttestSize:
      return "desk_attest_size";
    case Setting::kDeskHeardUs:
      return "desk_heard_us";
    case Setting::kFilesWhenAsked:
      return "files_when_asked";
    case Setting::kOfficeKeyBefore:
      return "office_key_before";
    case Setting::kOfficeBefore:
      return "office_before";
    case Setting::kOfficeBeforeUs:
      return "office_before_us";
  }
  QF_CHECK(false);
  return "";
}

}  // namespace

absl::StatusOr<std::optional<std::string>> GetSetting(sql::ReadTxn& tx, Setting setting) {
  return tx.QueryValue<std::string>(kGet, {sql::Text(NameOf(setting))});
}

absl::Status PutSetting(sql::WriteTxn& tx, Setting setting, Bytes value) {
  return tx.Execute(kPut, {sql::Text(NameOf(setting)), sql::Blob(value)});
}

absl::Status ClearSetting(sql::WriteTxn& tx, Setting setting) {
  return tx.Execute(kClear, {sql::Text(NameOf(setting))});
}

absl::StatusOr<uint64_t> GetNumber(sql::ReadTxn& tx, Setting setting) {
  QF_TRY_ASSIGN(const auto value, GetSetting(tx, setting));
  uint64_t number = 0;
  if (value.has_value() && !absl::SimpleAtoi(*value, &number)) {
    return Error(Reason::REASON_STORE_DAMAGED, "a number in the store cannot be read");
  }
  return number;
}

absl::Status PutNumber(sql::WriteTxn& tx, Setting setting, uint64_t value) {
  return PutSetting(tx, setting, std::to_string(value));
}

}  // namespace qf::client
