#include "client-core/api/core.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "client-core/api/layout.h"
#include "client-core/api/office_facts.h"
#include "client-core/office/fingerprint.h"
#include "client-core/store/blob.h"
#include "client-core/store/replica_migrations.h"
#include "client-core/sync/driver.h"
#include "client-core/vault/pin.h"
#include "common/base/error.h"
#include "common/base/logging.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr uint64_t kBusyMs = 200;

// The names in a folder; none if there is no folder.
absl::StatusOr<std::vector<std::string>> NamesIn(Files& files, const std::string& folder) {
  QF_TRY_ASSIGN(const bool exists, files.Exists(folder));
  if (!exists) return std::vector<std::string>();
  return files.List(folder);
}

// A desk of an audience that lacks the secret of one of its published keys.
bool WaitsForKeys(Session& session, recordpb::Role role) {
  const auto held = [&](const record::EpochKey& epoch) {
    const auto& keys = session.opening_keys();
    return std::any_of(keys.begin(), keys.end(),
                       [&](const auto& pair) { return pair.public_key() == epoch.public_key; });
  };
  const auto epochs = session.authority().Epochs(record::AudienceOf(role));
  return !std::all_of(epochs.begin(), epochs.end(), held);
}

clientpb::SessionState StateOf(const record::Standing& standing) {
  if (standing.revoked.has_value() && standing.revoked->mode != recordpb::REVOKE_MODE_LOCK) {
    return clientpb::SESSION_STATE_DRAINING;
  }
  const bool certified =
      standing.role != recordpb::ROLE_UNSPECIFIED || standing.late_role != recordpb::ROLE_UNSPECIFIED;
  return certified ? clientpb::SESSION_STATE_ACTIVE : clientpb::SESSION_STATE_PROVISIONAL;
}

std::unique_ptr<PlatformSecret> SecretOf(const clientpb::OpenRequest& request, Files& files) {
  if (!request.platform_secret().empty()) {
    return NewHandedSecret(Secret(request.platform_secret()), request.platform_secret_in_hardware());
  }
  return NewFileSecret(files, request.platform_secret_file().empty() ? DefaultSecretPath(request.folder())
                                                                     : request.platform_secret_file());
}

}  // namespace

Core::Place::Place(World& world, const std::string& folder, std::unique_ptr<PlatformSecret> secret_in)
    : secret(std::move(secret_in)), vault(world.files, world.entropy, world.clock, VaultPath(folder), *secret) {}

Core::Core(ClientSeams seams)
    : seams_(std::move(seams)),
      sync_error_(Error(Reason::REASON_STATE, "this program has no network")),
      watchers_(*this),
      alive_(std::make_shared<Core*>(this)) {}

Core::~Core() {
  alive_ = nullptr;
  Lock();
}

Task Core::WhileAlive(Task task) {
  return [alive = std::weak_ptr<Core*>(alive_), task = std::move(task)]() mutable {
    if (!alive.expired()) task();
  };
}

void Core::Post(Task task) { world().loop.Post(WhileAlive(std::move(task))); }

void Core::OnWorker(Task work, Task then) { world().worker.Run(std::move(work), WhileAlive(std::move(then))); }

absl::Status Core::HasVault() const {
  if (wiped_) return Error(Reason::REASON_NOT_ENROLLED, "this store was erased");
  if (place_ == nullptr) return Error(Reason::REASON_STATE, "no store is open: call VaultService/Open first");
  QF_TRY_ASSIGN(const bool exists, place_->vault.Exists());
  return exists ? absl::OkStatus() : Error(Reason::REASON_NOT_ENROLLED, "this store belongs to no office yet");
}

absl::StatusOr<Session*> Core::Unlocked() {
  if (session_ != nullptr) return session_.get();
  QF_TRY(HasVault());
  return Error(Reason::REASON_LOCKED, "this store is locked");
}

absl::StatusOr<SyncDriver*> Core::Sync() {
  QF_TRY(Unlocked().status());
  if (sync_ == nullptr) return sync_error_;
  return sync_.get();
}

clientpb::Session Core::Describe() {
  clientpb::Session out;
  if (session_ != nullptr) {
    const record::Standing standing = session_->Standing();
    const recordpb::Role role = standing.role != recordpb::ROLE_UNSPECIFIED ? standing.role : standing.late_role;
    out.set_state(StateOf(standing));
    out.set_office_id(session_->office().office.str());
    out.set_address(session_->office().address);
    out.set_device_key(session_->device().str());
    out.set_role(role);
    out.set_fingerprint(
        FingerprintOf(session_->office().office, session_->device(), session_->sealing_keys().public_key()));
    out.set_waiting_for_keys(WaitsForKeys(*session_, role));
  } else if (wiped_) {
    out.set_state(clientpb::SESSION_STATE_WIPED);
  } else if (HasVault().ok()) {
    out.set_state(clientpb::SESSION_STATE_LOCKED);
    out.set_next_try_at_us(place_->vault.NextTryAtUs().value_or(0));
  } else if (place_ != nullptr) {
    out.set_state(clientpb::SESSION_STATE_EMPTY);
  }
  return out;
}

void Core::SessionChanged() {
  clientpb::WatchResponse event;
  *event.mutable_session() = Describe();
  watchers_.Tell(event);
}

absl::Status Core::Open(const clientpb::OpenRequest& request) {
  if (place_ != nullptr && !wiped_) return Error(Reason::REASON_STATE, "a store is open already");
  if (request.folder().empty()) return Error(Reason::REASON_FILE_MISSING, "name the folder of the store");
  if (!request.platform_secret().empty() && request.platform_secret().size() != kPlatformSecretBytes) {
    return Error(Reason::REASON_LENGTH, "a platform secret has 32 bytes");
  }
  Files& files = world().files;
  place_ = nullptr;
  QF_TRY(files.MakeDir(request.folder()));
  auto place = std::make_shared<Place>(world(), request.folder(), SecretOf(request, files));
  QF_TRY_ASSIGN(place->lock, files.Lock(LockPath(request.folder())));
  folder_ = request.folder();
  locale_ = request.locale();
  for_pages_ = request.for_pages();
  place_ = std::move(place);
  wiped_ = false;
  QF_TRY_ASSIGN(const bool erasing, files.Exists(ErasingPath(folder_)));
  if (erasing) {
    QF_TRY(EraseAll());
    wiped_ = false;  // what was wiped is another life of this folder
  }
  SessionChanged();
  return absl::OkStatus();
}

void Core::WithVault(Work work, Done done) {
  if (busy_) return done(Error(Reason::REASON_BUSY, "a PIN is being tried already", kBusyMs));
  busy_ = true;
  auto result = std::make_shared<absl::Status>();
  OnWorker([place = place_, work = std::move(work), result]() mutable { *result = work(*place); },
           [this, done = std::move(done), result]() mutable {
             busy_ = false;
             done(*result);
           });
}

absl::StatusOr<std::unique_ptr<sql::Database>> Core::OpenDatabase(const Secret& key) {
  return sql::Database::Open({.path = StorePath(folder_),
                              .files = &world().files,
                              .clock = &world().clock,
                              .key = key.Copy(),
                              .readers = 0,  // the loop is the only one who reads
                              .migrations = ReplicaMigrations()});
}

absl::StatusOr<std::unique_ptr<Session>> Core::NewSession(NewStore* store, const Secret& store_key) {
  QF_TRY(SweepStore());
  QF_TRY(world().files.MakeDir(BlobFolder(folder_)));
  QF_TRY_ASSIGN(auto database, OpenDatabase(store_key));
  QF_TRY(database->Write([&](sql::WriteTxn& tx) { return PutOfficeFacts(tx, store->office); }));
  QF_TRY_ASSIGN(auto session, Session::Open({.world = &world(),
                                             .folder = folder_,
                                             .database = std::move(database),
                                             .keys = std::make_unique<DeviceKeys>(std::move(store->keys)),
                                             .office = store->office}));
  if (store->fill != nullptr) QF_TRY(store->fill(*session));
  return session;
}

void Core::MakeStore(NewStore store, absl::AnyInvocable<void(absl::StatusOr<std::string>)> done) {
  if (busy_) return done(Error(Reason::REASON_BUSY, "a PIN is being tried already", kBusyMs));
  const absl::Status has_vault = HasVault();
  if (has_vault.ok()) return done(Error(Reason::REASON_ENROLLED, "this store belongs to an office already"));
  if (place_ == nullptr || wiped_ || ReasonOf(has_vault) != Reason::REASON_NOT_ENROLLED) return done(has_vault);
  if (absl::Status weak = CheckPin(store.pin); !weak.ok()) return done(std::move(weak));

  auto keys = std::make_shared<VaultKeys>();
  keys->store_key = world().entropy.RandomSecret(32);
  keys->signing_seed = Secret(store.keys.signer.seed());
  keys->sealing_secret = store.keys.sealing.secret_key().Copy();
  auto pin = std::make_shared<Secret>(store.pin);
  auto session = NewSession(&store, keys->store_key);
  if (!session.ok()) return done(session.status());
  WithVault(
      [keys, pin, cost = seams_.vault_cost](Place& place) { return place.vault.Create(pin->bytes(), *keys, cost); },
      [this, pin, locale = store.locale.empty() ? locale_ : store.locale, locks = locks_, session = *std::move(session),
       done = std::move(done)](absl::Status made) mutable {
        if (!made.ok()) return done(std::move(made));
        if (locks == locks_) Enter(std::move(session));
        done(ProtectionOf(pin->bytes(), seams_.vault_cost, place_->secret->InHardware(), locale));
      });
}

absl::StatusOr<std::unique_ptr<Session>> Core::OpenSession(const VaultKeys& keys) {
  QF_TRY_ASSIGN(const bool exists, world().files.Exists(StorePath(folder_)));
  if (!exists) return Error(Reason::REASON_STORE_DAMAGED, "the store's file is not in its folder");
  QF_TRY_ASSIGN(auto database, OpenDatabase(keys.store_key));
  QF_TRY(SweepBlobs(*database));
  QF_TRY_ASSIGN(OfficeFacts office, database->Read([](sql::ReadTxn& tx) { return GetOfficeFacts(tx); }));
  QF_TRY_ASSIGN(auto signer, record::Signer::FromSeed(keys.signing_seed.bytes()));
  QF_TRY_ASSIGN(auto sealing, sealing::SealingKeyPair::FromSecret(keys.sealing_secret.bytes()));
  return Session::Open({.world = &world(),
                        .folder = folder_,
                        .database = std::move(database),
                        .keys = std::make_unique<DeviceKeys>(DeviceKeys{std::move(signer), std::move(sealing)}),
                        .office = std::move(office)});
}

void Core::Unlock(const std::string& pin_text, Done done) {
  if (absl::Status status = HasVault(); !status.ok()) return done(std::move(status));
  auto pin = std::make_shared<Secret>(pin_text);
  auto keys = std::make_shared<VaultKeys>();
  WithVault(
      [pin, keys](Place& place) -> absl::Status {
        QF_TRY_ASSIGN(*keys, place.vault.Unlock(pin->bytes()));
        return absl::OkStatus();
      },
      [this, keys, locks = locks_, done = std::move(done)](absl::Status opened) mutable {
        if (opened.ok() && locks != locks_) opened = Error(Reason::REASON_LOCKED, "it was locked again meanwhile");
        if (!opened.ok() || session_ != nullptr) {
          SessionChanged();  // a screen shows when the next try is, or has missed that it is open
          return done(std::move(opened));
        }
        auto session = OpenSession(*keys);
        if (!session.ok()) return done(session.status());
        Enter(*std::move(session));
        done(absl::OkStatus());
      });
}

void Core::ChangePin(const std::string& old_pin, const std::string& new_pin, Done done) {
  if (absl::Status status = HasVault(); !status.ok()) return done(std::move(status));
  WithVault([before = Secret(old_pin),
             after = Secret(new_pin)](Place& place) { return place.vault.ChangePin(before.bytes(), after.bytes()); },
            std::move(done));
}

void Core::Enter(std::unique_ptr<Session> session) {
  session_ = std::move(session);
  session_->OnChange([this](const clientpb::WatchResponse& event) { watchers_.Tell(event); });
  if (seams_.transport) {
    auto transport = seams_.transport(session_->office());
    auto driver = transport.ok() ? NewSyncDriver(*this, *session_, *std::move(transport), {})
                                 : absl::StatusOr<std::unique_ptr<SyncDriver>>(transport.status());
    sync_error_ = driver.status();
    if (driver.ok()) sync_ = *std::move(driver);
    if (auto own = seams_.transport(session_->office()); own.ok()) {
      desk_ = std::make_unique<Desk>(*session_, *std::move(own));
    }
  }
  SessionChanged();
}

absl::StatusOr<Desk*> Core::TheDesk() {
  QF_TRY(Unlocked().status());
  if (desk_ == nullptr)
    return sync_error_.ok() ? Error(Reason::REASON_STATE, "this program has no network") : sync_error_;
  return desk_.get();
}

void Core::Lock() {
  ++locks_;
  if (session_ == nullptr) return;
  desk_ = nullptr;
  sync_ = nullptr;
  session_ = nullptr;
  SessionChanged();
}

void Core::Erase() {
  if (busy_) {  // the worker has the vault in its hands and would write it again
    world().loop.At(world().clock.SteadyUs() + kBusyMs * 1000, WhileAlive([this] { Erase(); }));
    return;
  }
  if (absl::Status status = EraseAll(); !status.ok()) {
    Log(Level::kError, "erase_incomplete", {{"reason", ReasonOf(status)}});
  }
}

absl::Status Core::EraseAll() {
  if (place_ == nullptr) return Error(Reason::REASON_STATE, "no store is open");
  if (busy_) return Error(Reason::REASON_BUSY, "a PIN is being tried", kBusyMs);
  Files& files = world().files;
  // A full disk cannot take the note; the keys go all the same, and before the store, whose closing takes a while.
  const absl::Status noted = WriteFileAtomically(files, ErasingPath(folder_), "");
  absl::Status first = place_->vault.Destroy();
  desk_ = nullptr;
  sync_ = nullptr;
  session_ = nullptr;
  first.Update(SweepStore());
  for (const char* suffix : {".new", ""}) {
    if (first.ok()) first.Update(RemoveIfThere(files, ErasingPath(folder_) + suffix));
  }
  first.Update(files.SyncDir(folder_));
  if (!noted.ok()) Log(Level::kWarning, "erase_not_noted", {{"reason", ReasonOf(noted)}});
  wiped_ = true;
  SessionChanged();
  return first;
}

absl::Status Core::SweepStore() {
  Files& files = world().files;
  QF_TRY_ASSIGN(const auto blobs, NamesIn(files, BlobFolder(folder_)));
  absl::Status first;
  for (const std::string& name : blobs) first.Update(files.Remove(BlobFolder(folder_) + "/" + name));
  for (const char* suffix : {"", "-wal", "-shm", ".lock", ".new", ".new-wal", ".new-shm", ".new.lock"}) {
    first.Update(RemoveIfThere(files, StorePath(folder_) + suffix));
  }
  first.Update(files.SyncDir(folder_));
  return first;
}

absl::Status Core::SweepBlobs(sql::Database& database) {
  Files& files = world().files;
  QF_TRY_ASSIGN(const auto names, NamesIn(files, BlobFolder(folder_)));
  for (const std::string& name : names) {
    bool known = false;
    if (const auto sha256 = Digest::FromHexText(name); sha256.ok()) {
      QF_TRY_ASSIGN(const auto row, database.Read([&](sql::ReadTxn& tx) { return FindBlob(tx, *sha256); }));
      // Dropped, and the program ended before the file went. One that is damaged, and that the server lacks, stays.
      const bool dropped = row.has_value() && !row->here && row->complete;
      known = row.has_value() && !dropped;
    }
    if (!known) QF_TRY(files.Remove(BlobFolder(folder_) + "/" + name));
  }
  return absl::OkStatus();
}

}  // namespace qf::client
