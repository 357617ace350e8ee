#include "client-core/api/office_facts.h"

#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "qingfeng/record/v1/clear.pb.h"

namespace qf::client {
namespace {

absl::StatusOr<std::string> Needed(sql::ReadTxn& tx, Setting setting) {
  QF_TRY_ASSIGN(auto value, GetSetting(tx, setting));
  if (!value.has_value()) return Error(Reason::REASON_STORE_DAMAGED, "the store does not say whose it is");
  return *std::move(value);
}

}  // namespace

absl::Status PutOfficeFacts(sql::WriteTxn& tx, const OfficeFacts& facts) {
  recordpb::ServerKeys keys;
  keys.set_address(facts.address);
  for (const std::string& der : facts.tls_authorities) keys.add_tls_authorities(der);
  QF_TRY(PutSetting(tx, Setting::kOfficeId, facts.office.bytes()));
  QF_TRY(PutSetting(tx, Setting::kRootKey, facts.root.bytes()));
  QF_TRY(PutSetting(tx, Setting::kAddress, facts.address));
  return PutSetting(tx, Setting::kTlsAuthorities, keys.SerializeAsString());
}

absl::StatusOr<OfficeFacts> GetOfficeFacts(sql::ReadTxn& tx) {
  OfficeFacts facts;
  QF_TRY_ASSIGN(const std::string office, Needed(tx, Setting::kOfficeId));
  QF_TRY_ASSIGN(const std::string root, Needed(tx, Setting::kRootKey));
  QF_TRY_ASSIGN(facts.address, Needed(tx, Setting::kAddress));
  QF_TRY_ASSIGN(const std::string authorities, Needed(tx, Setting::kTlsAuthorities));
  QF_TRY_ASSIGN(facts.office, OfficeId::From(office));
  QF_TRY_ASSIGN(facts.root, SigningKey::From(root));
  recordpb::ServerKeys keys;
  if (!keys.ParseFromString(authorities)) {
    return Error(Reason::REASON_STORE_DAMAGED, "the store's TLS authorities cannot be read");
  }
  facts.tls_authorities.assign(keys.tls_authorities().begin(), keys.tls_authorities().end());
  return facts;
}

}  // namespace qf::client
