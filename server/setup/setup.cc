#include "server/setup/setup.h"

#include "absl/strings/str_cat.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "common/tls/certificate.h"
#include "server/store/head_file.h"
#include "server/store/layout.h"
#include "server/store/log_book.h"
#include "server/store/log_writer.h"
#include "server/store/settings.h"

namespace qf::server {
namespace {

constexpr uint32_t kAuthorityDays = 20 * 365;

struct Keys {
  record::Signer log_key;
  std::string tls_authority;
};

absl::StatusOr<std::optional<Keys>> FindKeys(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto seed, FindSetting(tx, Setting::kLogKey));
  QF_TRY_ASSIGN(const auto authority, FindSetting(tx, Setting::kTlsAuthority));
  if (!seed || !authority) return std::nullopt;
  QF_TRY_ASSIGN(auto log_key, record::Signer::FromSeed(*seed));
  return Keys{std::move(log_key), *authority};
}

absl::StatusOr<Keys> MakeKeys(sql::Database& database, Clock& clock, Entropy& entropy) {
  Keys keys{record::Signer::Generate(entropy), {}};
  QF_TRY_ASSIGN(const tls::Authority authority, tls::MakeAuthority(clock.NowUs(), kAuthorityDays));
  keys.tls_authority = authority.certificate_der;
  QF_TRY(database.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(SaveSetting(tx, Setting::kLogKey, keys.log_key.seed()));
    QF_TRY(SaveSetting(tx, Setting::kTlsAuthority, authority.certificate_der));
    return SaveSetting(tx, Setting::kTlsAuthorityKey, authority.private_key_der.bytes());
  }));
  return keys;
}

absl::StatusOr<record::Record> ReadGenesis(const serverpb::ServerBundle& bundle) {
  QF_TRY_ASSIGN(record::Record genesis, record::ParseRecord(bundle.genesis()));
  const OfficeId office = record::OfficeIdOf(genesis.header.author);
  QF_TRY(record::VerifyGenesis(genesis.ToSignedHeader(), office).status());
  return genesis;
}

absl::Status TakeOffice(Files& files, Clock& clock, sql::Database& database, const std::string& dir,
                        const serverpb::ServerBundle& bundle, bool log_is_lost) {
  QF_TRY_ASSIGN(const auto head, HeadFile::Open(files, clock, HeadPath(dir)));
  // Before the log begins, so that a crash between the two is no missing head (head_file.h).
  QF_TRY(head->NoteDurably({record::kFirstTerm, 0, record::kFirstTerm, log_is_lost}));
  return database.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(SaveNumberSetting(tx, Setting::kTerm, record::kFirstTerm));
    return SaveSetting(tx, Setting::kGenesis, bundle.genesis().SerializeAsString());
  });
}

// GENESIS as leaf 0, by the code that appends every other entry.
absl::Status AppendGenesis(Files& files, Clock& clock, sql::Database& database, const std::string& dir,
                           const record::Record& genesis) {
  QF_TRY_ASSIGN(const auto book, LogBook::Open(files, clock, database, HeadPath(dir)));
  if (book->View().size > 0) return absl::OkStatus();
  LogWriter writer(*book, clock);
  QF_TRY(database.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(writer.Begin(tx));
    QF_TRY(writer.Append({genesis, 0, std::nullopt, false}).status());
    return writer.Finish();
  }));
  return writer.Commit();
}

}  // namespace

absl::StatusOr<serverpb::ServerRequest> InitServer(Files& files, Clock& clock, Entropy& entropy, const std::string& dir,
                                                   const Secret& store_key) {
  QF_TRY(files.MakeDir(dir));
  QF_TRY_ASSIGN(const auto database, OpenDatabase(files, clock, dir, store_key));
  QF_TRY_ASSIGN(auto keys, database->Read(FindKeys));
  if (!keys) {
    QF_TRY_ASSIGN(keys, MakeKeys(*database, clock, entropy));
  }
  serverpb::ServerRequest request;
  request.set_log_key(keys->log_key.public_key().str());
  request.set_tls_authority(keys->tls_authority);
  request.set_signature(keys->log_key.Sign(absl::StrCat(record::kServerRequestLabel, keys->tls_authority)));
  return request;
}

absl::Status InstallOffice(Files& files, Clock& clock, const std::string& dir, const Secret& store_key,
                           const serverpb::ServerBundle& bundle, LogKeyMismatch mismatch) {
  QF_TRY_ASSIGN(const record::Record genesis, ReadGenesis(bundle));
  const auto& clear = genesis.header.clear.genesis();
  QF_TRY_ASSIGN(const auto database, OpenDatabase(files, clock, dir, store_key));
  QF_TRY_ASSIGN(const auto keys, database->Read(FindKeys));
  if (!keys) return Error(Reason::REASON_STATE, "this folder is no server yet: run init first");
  QF_TRY_ASSIGN(const auto installed,
                database->Read([](sql::ReadTxn& tx) { return FindSetting(tx, Setting::kGenesis); }));
  if (installed && *installed != bundle.genesis().SerializeAsString()) {
    return Error(Reason::REASON_ENROLLED, "this server belongs to another office");
  }
  const bool own = clear.log_key() == keys->log_key.public_key().bytes();
  if (own && clear.tls_authority() != keys->tls_authority) {
    return Error(Reason::REASON_CERTIFICATE, "the bundle names another TLS authority than this server's");
  }
  if (!own && !installed && mismatch == LogKeyMismatch::kRefuse) {
    return Error(Reason::REASON_CERTIFICATE, "the bundle was made for the keys of another server");
  }
  if (!installed) QF_TRY(TakeOffice(files, clock, *database, dir, bundle, !own));
  return own ? AppendGenesis(files, clock, *database, dir, genesis) : absl::OkStatus();
}

}  // namespace qf::server
