// An unlocked store: the keys of this device, its replica, and what the log says as far as it was read.
//
// For: everything that needs the person's keys: field/, desk/, sync/. Made by Unlock or Enrol, destroyed by Lock,
// Wipe and close. Lives on the loop; every method is called there.
// Not for: PINs and key wrapping (vault/), or talking to the server (sync/).
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "client-core/session/file_parts.h"
#include "client-core/store/item.h"
#include "common/base/world.h"
#include "common/log/checkpoint.h"
#include "common/record/authority.h"
#include "common/record/signing.h"
#include "common/sealing/keys.h"
#include "common/sql/database.h"
#include "qingfeng/client/v1/event.pb.h"

namespace qf::client {

// Keys of one device, out of its vault.
struct DeviceKeys {
  record::Signer signer;
  sealing::SealingKeyPair sealing;
};

// Where this device belongs, from its invitation or its ceremony; never changes but for the address and TLS
// authorities (SERVER_KEYS).
struct OfficeFacts {
  OfficeId office;
  SigningKey root;
  std::string address;                       // host:port
  std::vector<std::string> tls_authorities;  // DER
};

// What to file. The content is compressed, padded and sealed by Prepare.
struct NewItem {
  record::Feed feed;
  recordpb::Kind kind = recordpb::KIND_UNSPECIFIED;
  std::string content;                                           // serialized content.v1.Content; empty = no body
  recordpb::Audience audience = recordpb::AUDIENCE_UNSPECIFIED;  // seal to its newest epoch …
  std::vector<SealingKey> readers;                               // … and, or instead, to these (sorted out: no doubles)
  bool is_public = false;                                        // suite 0
  RecordId reference;
  recordpb::ClearPart clear;
  std::vector<record::BlobRef> blobs;
  bool urgent = false;
  ItemId item;  // empty = a new one
};

class Session {
 public:
  struct Options {
    World* world = nullptr;
    std::string folder;  // of the store
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<DeviceKeys> keys;
    OfficeFacts office;
  };
  // Reads what the store holds: authority, epoch keys, term. STORE_DAMAGED if that is not whole.
  static absl::StatusOr<std::unique_ptr<Session>> Open(Options options);
  ~Session();

  World& world() { return *options_.world; }
  sql::Database& database() { return *options_.database; }
  const std::string& folder() const { return options_.folder; }
  const OfficeFacts& office() const { return options_.office; }
  const record::Signer& signer() const { return options_.keys->signer; }
  const sealing::SealingKeyPair& sealing_keys() const { return options_.keys->sealing; }
  const SigningKey& device() const { return signer().public_key(); }

  // Files that are being put, until they are sealed.
  FileParts& file_parts() { return file_parts_; }

  // The fold over what was read. Phones hold broadcast and their inbox, desks everything.
  record::Authority& authority() { return authority_; }
  // How this device stands now, by the newest clock_at or server time that it has seen; its own clock never decides.
  record::Standing Standing() const;
  // True once this device was certified in a desk's role, also while a RESTART has cut that certificate: a desk
  // mirrors the log, a phone pulls its feeds, and one store does not do both.
  bool IsDesk() const { return is_desk_; }
  // Turns the store into a mirror if a desk's role has come into force: what was read as a phone is read again. True if
  // it did.
  absl::StatusOr<bool> BecomeDeskIfCertified();
  // Puts GENESIS and the known RESTARTs into the fold, which stand by their own proof wherever they are: after
  // Authority::Truncate.
  absl::Status RememberCeremonies();
  // What "now" means for authority: the newest proven instant of the log, or what the server's clock said last if that
  // is later. Nobody signs for the server's clock, so its word lasts until its next one: a clock that leaps for a
  // minute ends no certificate for good.
  uint64_t LogNowUs() const { return std::max(log_instant_us_, server_time_us_); }
  void SawLogTime(uint64_t at_us) { log_instant_us_ = std::max(log_instant_us_, at_us); }
  void SawServerTime(uint64_t at_us) { server_time_us_ = at_us; }
  // Both, durably in the caller's transaction.
  absl::Status KeepTimes(sql::WriteTxn& tx) const;

  // Every key pair that opens something for this device: its own, and the office keys that it holds.
  const std::vector<sealing::SealingKeyPair>& opening_keys() const { return opening_keys_; }
  // Takes an office key, durably in the caller's transaction.
  absl::Status KeepEpochSecret(sql::WriteTxn& tx, recordpb::Audience audience, uint64_t number,
                               const sealing::SealingKeyPair& pair);
  absl::Status ReloadEpochSecrets();
  // Before a new term cuts what this store has read: the office's key as it is known now. It is sealed to until a page
  // brings one again, so that a device that was cut off in between still files.
  absl::Status RememberOfficeKey(sql::WriteTxn& tx) const;

  // Compresses, pads and seals: the cryptography of filing, before the transaction. NO_EPOCH when the audience has
  // no key yet; TOO_LARGE, also for a clear part that no header holds.
  absl::StatusOr<Item> Prepare(const NewItem& item);
  // Prepare and InsertItem in a transaction of its own, then tells that items changed and wakes sync.
  absl::StatusOr<Item> File(const NewItem& item);
  // Opens the content of an entry or item that is sealed to this device or an office key it holds. NOT_GRANTED, …
  absl::StatusOr<std::string> OpenBody(const record::Header& header, Bytes body) const;
  // Seals `item` again to the newest epoch of its audience if there is a newer one. True if it changed.
  absl::StatusOr<bool> SealAgain(Item* item);

  // Called on the loop with every change, merged by whoever listens (api/).
  void OnChange(absl::AnyInvocable<void(const clientpb::WatchResponse&)> listener) { listener_ = std::move(listener); }
  void Tell(const clientpb::WatchResponse& event);
  // Tells that something filed here stands otherwise than before.
  void ItemsChanged();
  // Called on the loop after entries were applied and when a RESTART cut some: the desk's projections and duties.
  // `from` is the lowest position that may have changed.
  void OnEntries(absl::AnyInvocable<void(uint64_t from)> listener) {
    entries_listeners_.push_back(std::move(listener));
  }
  void EntriesChanged(uint64_t from);
  // What has to be done before sync may say that nothing is left: the desk's duties, which file records of their own.
  void OnCatchUp(absl::AnyInvocable<absl::Status()> listener) { catch_up_listener_ = std::move(listener); }
  absl::Status CatchUp() { return catch_up_listener_ ? catch_up_listener_() : absl::OkStatus(); }
  // Something to send: sync looks at its outbox.
  void OnOutbox(absl::AnyInvocable<void()> listener) { outbox_listener_ = std::move(listener); }
  void OutboxChanged();

 private:
  explicit Session(Options options);
  absl::Status Load();
  // The key that content for an audience is sealed to: NO_EPOCH if none was ever verified.
  absl::StatusOr<SealingKey> KeyToSealTo(recordpb::Audience audience);
  absl::StatusOr<std::string> SealFrame(const Item& item, const std::vector<SealingKey>& readers);

  Options options_;
  FileParts file_parts_;
  record::Authority authority_;
  std::vector<sealing::SealingKeyPair> opening_keys_;
  uint64_t log_instant_us_ = 0;
  uint64_t server_time_us_ = 0;
  bool is_desk_ = false;
  absl::AnyInvocable<void(const clientpb::WatchResponse&)> listener_;
  absl::AnyInvocable<void()> outbox_listener_;
  std::vector<absl::AnyInvocable<void(uint64_t)>> entries_listeners_;
  absl::AnyInvocable<absl::Status()> catch_up_listener_;
};

}  // namespace qf::client
