// The life of a store: opened, made, unlocked, locked, erased. What the handlers of VaultService call, and the slot
// where all other handlers find the session.
//
//   not open → EMPTY → (MakeStore) → unlocked ⇄ LOCKED → (Erase) → WIPED → (Open) → EMPTY
//
// Making a store, so that a crash at any moment leaves nothing or all of it: the database is made and filled under a
// key that exists in memory only, then the vault is written, atomically, and with it the store exists. A database
// without a vault is noise and is swept away by the next MakeStore. Erasing goes the other way round: a note that it
// has begun, the platform secret, the vault, everything else, the note; whoever opens the folder in between finishes.
//
// Argon2id runs on the worker, one such call at a time; meanwhile another one is told BUSY.
// Lives on the loop, but for Post.
#pragma once

#include <memory>
#include <string>

#include "client-core/api/client.h"
#include "client-core/api/watchers.h"
#include "client-core/desk/desk.h"
#include "client-core/session/slot.h"
#include "client-core/vault/vault.h"
#include "common/base/files.h"

namespace qf::client {

class Core final : public SessionSlot {
 public:
  explicit Core(ClientSeams seams);
  ~Core() override;

  // --- SessionSlot
  void Post(Task task) override;
  void OnWorker(Task work, Task then) override;
  World& world() override { return *seams_.world; }
  absl::StatusOr<Session*> Unlocked() override;
  absl::StatusOr<SyncDriver*> Sync() override;
  bool ForPages() const override { return for_pages_; }
  clientpb::Session Describe() override;
  void SessionChanged() override;
  void MakeStore(NewStore store, absl::AnyInvocable<void(absl::StatusOr<std::string>)> done) override;
  void Erase() override;

  // --- VaultService
  using Done = absl::AnyInvocable<void(absl::Status)>;
  // Takes the folder for this client, and finishes an erasure that was begun. STATE when one is open; STORE_IN_USE.
  absl::Status Open(const clientpb::OpenRequest& request);
  bool is_open() const { return place_ != nullptr; }
  // OK if a folder is open and has a vault. STATE, NOT_ENROLLED.
  absl::Status HasVault() const;
  // Opens keys and store. Errors of Vault::Unlock and of the database; BUSY; LOCKED by a Lock meanwhile. When the store
  // is unlocked already, the PIN is checked and nothing else happens.
  void Unlock(const std::string& pin, Done done);
  void ChangePin(const std::string& old_pin, const std::string& new_pin, Done done);
  // Forgets keys and session, and those that a PIN under way would bring; fine if it is locked.
  void Lock();
  // Erase, and tells what could not be done: BUSY while a PIN is being tried; DISK_ERROR and the like, with the keys
  // gone all the same.
  absl::Status EraseAll();

  // OK if the platform secret is there.
  absl::Status CheckSecret() { return place_->secret->Load().status(); }

  // The desk of the unlocked session; errors of Unlocked, STATE where the program has no network.
  absl::StatusOr<Desk*> TheDesk();

  Watchers& watchers() { return watchers_; }
  const std::string& folder() const { return folder_; }
  const Vault& vault() const { return place_->vault; }

 private:
  // What work on the worker needs; outlives the core while such work runs.
  struct Place {
    Place(World& world, const std::string& folder, std::unique_ptr<PlatformSecret> secret_in);
    std::unique_ptr<PlatformSecret> secret;
    Vault vault;
    std::unique_ptr<FileLock> lock;
  };
  using Work = absl::AnyInvocable<absl::Status(Place&)>;

  // A task that does nothing once this core has gone.
  Task WhileAlive(Task task);
  // Runs `work` on the worker, then `done` on the loop with its result. BUSY.
  void WithVault(Work work, Done done);
  absl::StatusOr<std::unique_ptr<Session>> NewSession(NewStore* store, const Secret& store_key);
  absl::StatusOr<std::unique_ptr<Session>> OpenSession(const VaultKeys& keys);
  // Makes `session` the unlocked one.
  void Enter(std::unique_ptr<Session> session);
  absl::StatusOr<std::unique_ptr<sql::Database>> OpenDatabase(const Secret& key);
  // Removes everything of the layout but vault and lock.
  absl::Status SweepStore();
  // Removes sealed files that were being made, or that no row names, when the program ended.
  absl::Status SweepBlobs(sql::Database& database);

  ClientSeams seams_;
  std::string folder_;
  std::string locale_;
  std::shared_ptr<Place> place_;      // null before Open
  std::unique_ptr<Session> session_;  // null while locked
  absl::Status sync_error_;           // why there is no sync_
  std::unique_ptr<SyncDriver> sync_;  // before session_ in destruction
  std::unique_ptr<Desk> desk_;        // before session_ too
  bool busy_ = false;                 // the worker has the vault
  bool wiped_ = false;
  bool for_pages_ = false;
  uint64_t locks_ = 0;  // how often Lock was asked for: keys that come later than that are forgotten
  Watchers watchers_;
  std::shared_ptr<Core*> alive_;  // last to come, first to go: posted tasks look at it
};

}  // namespace qf::client
