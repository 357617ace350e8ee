#include "server/store/settings.h"

#include "common/base/check.h"

namespace qf::server {
namespace {

constexpr sql::Statement kFind("SELECT value FROM setting WHERE name = $1");
constexpr sql::Statement kSave(
    "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
constexpr sql::Statement kDrop("DELETE FROM setting WHERE name = $1");

absl::string_view NameOf(Setting setting) {
  switch (setting) {
    case Setting::kGenesis:
      return "genesis";
    case Setting::kTerm:
      return "term";
    case Setting::kLogKey:
      return "log_key";
    case Setting::kNextLogKey:
      return "next_log_key";
    case Setting::kTlsAuthority:
      return "tls_authority";
    case Setting::kTlsAuthorityKey:
      return "tls_authority_key";
    case Setting::kSafe:
      return "safe";
  }
  QF_CHECK(false);
}

}  // namespace

absl::StatusOr<std::optional<std::string>> FindSetting(sql::ReadTxn& tx, Setting setting) {
  return tx.QueryValue<std::string>(kFind, {sql::Text(NameOf(setting))});
}

absl::Status SaveSetting(sql::WriteTxn& tx, Setting setting, Bytes value) {
  return tx.Execute(kSave, {sql::Text(NameOf(setting)), sql::Blob(value)});
}

absl::Status DropSetting(sql::WriteTxn& tx, Setting setting) { return tx.Execute(kDrop, {sql::Text(NameOf(setting))}); }

absl::StatusOr<uint64_t> NumberSetting(sql::ReadTxn& tx, Setting setting) {
  QF_TRY_ASSIGN(const auto value, FindSetting(tx, setting));
  if (!value) return 0;
  if (value->size() != sizeof(uint64_t)) return Error(Reason::REASON_STORE_DAMAGED, "a setting is no number");
  Bytes bytes = *value;
  return TakeU64(&bytes);
}

absl::Status SaveNumberSetting(sql::WriteTxn& tx, Setting setting, uint64_t value) {
  return SaveSetting(tx, setting, U64(value));
}

}  // namespace qf::server
