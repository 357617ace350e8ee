#include "client-core/desk/keys.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client-core/office/fingerprint.h"
#include "client-core/session/evidence.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "common/sealing/seal.h"

namespace qf::client {
namespace {

using record::Audience;
using sealing::SealingKeyPair;

constexpr uint64_t kScheduleDays = limits::kEpochScheduleUs / kMicrosPerDay;
constexpr uint64_t kHoursPerDay = 24;
constexpr int kGrantAttempts = 8;

constexpr sql::Statement kSecrets("SELECT audience, number, secret_key FROM epoch_secret ORDER BY number, public_key");

// An office key that this desk made or was granted.
struct OfficeKey {
  Audience audience;
  uint64_t number;
  SealingKeyPair pair;
};

absl::StatusOr<std::vector<OfficeKey>> HeldSecrets(Session& session) {
  return session.database().Read([](sql::ReadTxn& tx) {
    return tx.QueryAll(kSecrets, {}, [](const sql::Row& row) -> absl::StatusOr<OfficeKey> {
      QF_TRY_ASSIGN(auto pair, SealingKeyPair::FromSecret(row.Get<Bytes>(2)));
      return OfficeKey{static_cast<Audience>(row.Get<int>(0)), row.Get<uint64_t>(1), std::move(pair)};
    });
  });
}

std::string SecretContent(const OfficeKey& secret) {
  contentpb::Content content;
  content.mutable_grant()->set_audience(secret.audience);
  content.mutable_grant()->set_number(secret.number);
  content.mutable_grant()->set_secret_key(std::string(secret.pair.secret_key().bytes()));
  return content.SerializeAsString();
}

ItemId GrantItemId(Session& session, const SigningKey& device, const SealingKey& key, int attempt) {
  return DutyItemId(session.device(), "grant",
                    absl::StrCat(device.bytes(), key.bytes(), U64(static_cast<uint64_t>(attempt))));
}

ItemId EpochItemId(Session& session, const SealingKey& key) {
  return DutyItemId(session.device(), "epoch", key.bytes());
}

NewItem GrantItem(const record::CertifiedDevice& device, const OfficeKey& secret, const ItemId& id) {
  NewItem item;
  item.feed = record::Feed::Inbox(device.signing_key);
  item.kind = recordpb::KIND_GRANT;
  item.content = SecretContent(secret);
  item.readers = {device.sealing_key};
  recordpb::Epoch& clear = *item.clear.mutable_epoch();
  clear.set_audience(secret.audience);
  clear.set_number(secret.number);
  clear.set_public_key(secret.pair.public_key().str());
  item.item = id;
  return item;
}

// A GRANT that is still to be filed; nullopt while an earlier one is on its way or counts. One that was refused, or
// that stands in the log and does not count, is given again.
absl::StatusOr<std::optional<NewItem>> MissingGrant(Session& session, const Roster& roster,
                                                    const record::CertifiedDevice& device, const OfficeKey& secret) {
  const SealingKey& key = secret.pair.public_key();
  const auto granted = roster.granted.find(device.signing_key);
  if (granted != roster.granted.end() && granted->second.count(key) > 0) return std::optional<NewItem>();
  for (int attempt = 0; attempt < kGrantAttempts; ++attempt) {
    const ItemId id = GrantItemId(session, device.signing_key, key, attempt);
    QF_TRY_ASSIGN(const bool waits, session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<bool> {
      QF_TRY_ASSIGN(const auto item, FindOwnItem(tx, id));
      if (!item.has_value() || item->state == ItemState::kRefused) return false;
      QF_TRY_ASSIGN(const auto entry, FindEntry(tx, item->record_id));
      return !entry.has_value();
    }));
    if (waits) return std::optional<NewItem>();
    QF_TRY_ASSIGN(const auto item, session.database().Read([&](sql::ReadTxn& tx) { return FindOwnItem(tx, id); }));
    if (!item.has_value()) return std::optional<NewItem>(GrantItem(device, secret, id));
  }
  return std::optional<NewItem>();  // never counted: somebody has to look at the certificates
}

// Desks of an audience in force now.
std::vector<record::CertifiedDevice> DesksOf(Session& session, Audience audience) {
  auto desks = session.authority().Devices(session.LogNowUs(), record::IsReaderRole);
  desks.erase(std::remove_if(desks.begin(), desks.end(),
                             [audience](const auto& desk) { return record::AudienceOf(desk.role) != audience; }),
              desks.end());
  return desks;
}

// Those of them that a person has confirmed: they were granted a key before. And this desk itself.
std::vector<record::CertifiedDevice> ConfirmedDesks(Session& session, const Roster& roster, Audience audience) {
  auto desks = DesksOf(session, audience);
  desks.erase(std::remove_if(desks.begin(), desks.end(),
                             [&](const auto& desk) {
                               return desk.signing_key != session.device() &&
                                      roster.granted.count(desk.signing_key) == 0;
                             }),
              desks.end());
  return desks;
}

bool IsPublished(const std::vector<record::EpochKey>& epochs, const SealingKey& key) {
  return std::any_of(epochs.begin(), epochs.end(), [&](const auto& epoch) { return epoch.public_key == key; });
}

uint64_t NextNumber(const std::vector<record::EpochKey>& epochs) {
  return epochs.empty() ? 1 : epochs.back().number + 1;
}

// One audience's keys, at the desk of one of its makers.
class KeyMaker {
 public:
  KeyMaker(Session& session, const Roster& roster, Audience audience)
      : session_(session), roster_(roster), audience_(audience), epochs_(session.authority().Epochs(audience)) {}

  absl::Status Tend() {
    QF_TRY_ASSIGN(const auto secrets, HeldSecrets(session_));
    QF_TRY_ASSIGN(const auto pending, Pending(secrets));
    for (const OfficeKey* secret : pending) QF_TRY(PublishIfGranted(*secret));
    QF_TRY_ASSIGN(const bool due, IsDue(secrets));
    QF_TRY_ASSIGN(const bool lately, BegunLately(secrets));
    if (pending.empty() && due && !lately) QF_TRY(Begin().status());
    return GrantMissing(secrets);
  }

  // A new key, granted and not yet published; its number.
  absl::StatusOr<uint64_t> Begin() {
    OfficeKey secret{audience_, NextNumber(epochs_), SealingKeyPair::Generate(session_.world().entropy)};
    std::vector<NewItem> grants;
    for (const auto& desk : ConfirmedDesks(session_, roster_, audience_)) {
      grants.push_back(GrantItem(desk, secret, GrantItemId(session_, desk.signing_key, secret.pair.public_key(), 0)));
    }
    QF_TRY(FileOnce(session_, grants, [&](sql::WriteTxn& tx) {
             return session_.KeepEpochSecret(tx, audience_, secret.number, secret.pair);
           }).status());
    QF_TRY(session_.ReloadEpochSecrets());
    return secret.number;
  }

  // Keys that this desk began and that may still be published: not sent to a desk that was revoked meanwhile.
  absl::StatusOr<std::vector<const OfficeKey*>> Pending(const std::vector<OfficeKey>& secrets) {
    std::vector<const OfficeKey*> pending;
    for (const OfficeKey& secret : secrets) {
      const SealingKey& key = secret.pair.public_key();
      if (secret.audience != audience_ || IsPublished(epochs_, key) || HeldByRevoked(key)) continue;
      QF_TRY_ASSIGN(const bool mine, session_.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<bool> {
        QF_TRY_ASSIGN(const auto grant, FindOwnItem(tx, GrantItemId(session_, session_.device(), key, 0)));
        QF_TRY_ASSIGN(const auto epoch, FindOwnItem(tx, EpochItemId(session_, key)));
        const bool refused = epoch.has_value() && epoch->state == ItemState::kRefused;
        return grant.has_value() && grant->state != ItemState::kRefused && !refused;
      }));
      if (mine) pending.push_back(&secret);
    }
    return pending;
  }

 private:
  absl::Status PublishIfGranted(const OfficeKey& secret) {
    const SealingKey& key = secret.pair.public_key();
    QF_TRY_ASSIGN(const auto grant, session_.database().Read([&](sql::ReadTxn& tx) {
      return FindOwnItem(tx, GrantItemId(session_, session_.device(), key, 0));
    }));
    if (!grant.has_value() || grant->state != ItemState::kAcknowledged) return absl::OkStatus();
    // Others may have published since: this one is to be the newest.
    OfficeKey newest{audience_, std::max(secret.number, NextNumber(epochs_)), secret.pair.Copy()};
    QF_TRY_ASSIGN(const NewItem item, EpochItem(newest));
    return FileOnce(
               session_, {item},
               [&](sql::WriteTxn& tx) { return session_.KeepEpochSecret(tx, audience_, newest.number, newest.pair); })
        .status();
  }

  absl::StatusOr<NewItem> EpochItem(const OfficeKey& secret) {
    NewItem item;
    item.feed = record::Feed::Broadcast();
    item.kind = recordpb::KIND_EPOCH;
    item.item = EpochItemId(session_, secret.pair.public_key());
    recordpb::Epoch& clear = *item.clear.mutable_epoch();
    clear.set_audience(audience_);
    clear.set_number(secret.number);
    clear.set_public_key(secret.pair.public_key().str());
    QF_TRY_ASSIGN(*clear.mutable_secret_for_recovery(), SealForRecovery(item, secret));
    return item;
  }

  // For whoever brings two shares together when every desk is lost.
  absl::StatusOr<std::string> SealForRecovery(const NewItem& item, const OfficeKey& secret) {
    QF_TRY_ASSIGN(const auto bytes,
                  session_.database().Read([](sql::ReadTxn& tx) { return GetSetting(tx, Setting::kGenesis); }));
    recordpb::SignedHeader signed_header;
    if (!bytes.has_value() || !signed_header.ParseFromString(*bytes)) {
      return Error(Reason::REASON_STORE_DAMAGED, "the office's first record is not in the store");
    }
    QF_TRY_ASSIGN(const auto genesis, record::VerifyGenesis(signed_header, session_.office().office));
    QF_TRY_ASSIGN(const SealingKey recovery, SealingKey::From(genesis.recovery_key()));
    const sealing::SealContext context{session_.office().office,         item.feed.name(), session_.device(),
                                       static_cast<uint64_t>(item.kind), item.item,        ""};
    return sealing::SealContent(session_.world().entropy, context, SecretContent(secret), {recovery}, {});
  }

  absl::StatusOr<bool> IsDue(const std::vector<OfficeKey>& secrets) {
    if (epochs_.empty()) return true;
    // A desk that nobody has confirmed leaves it to those who were.
    const bool confirmed = std::any_of(secrets.begin(), secrets.end(), [&](const OfficeKey& secret) {
      return IsPublished(epochs_, secret.pair.public_key());
    });
    if (!confirmed) return false;
    const record::EpochKey& newest = epochs_.back();
    if (HeldByRevoked(newest.public_key) || RevokedSince(newest.clock_at_us)) return true;
    QF_TRY_ASSIGN(const uint64_t day_us, OfficeDayUs(session_));
    return session_.LogNowUs() >= newest.clock_at_us + DueAfterUs(day_us);
  }

  // A key begun within the hour, whatever became of it: one that the server refuses is not made again at once.
  absl::StatusOr<bool> BegunLately(const std::vector<OfficeKey>& secrets) {
    QF_TRY_ASSIGN(const uint64_t day_us, OfficeDayUs(session_));
    const uint64_t now_us = session_.world().clock.NowUs();
    for (const OfficeKey& secret : secrets) {
      if (secret.audience != audience_ || IsPublished(epochs_, secret.pair.public_key())) continue;
      QF_TRY_ASSIGN(const auto grant, session_.database().Read([&](sql::ReadTxn& tx) {
        return FindOwnItem(tx, GrantItemId(session_, session_.device(), secret.pair.public_key(), 0));
      }));
      if (grant.has_value() && grant->filed_at_us + day_us / kHoursPerDay > now_us) return true;
    }
    return false;
  }

  // Makers take turns by an hour, so that one is enough; the last of them keeps the schedule.
  uint64_t DueAfterUs(uint64_t day_us) const {
    uint64_t rank = 0;
    for (const auto& desk : DesksOf(session_, audience_)) {
      if (desk.signing_key == session_.device()) break;
      if (MakesKeysOf(desk.role) == audience_) ++rank;
    }
    return (kScheduleDays - 1) * day_us + std::min(rank, kHoursPerDay) * day_us / kHoursPerDay;
  }

  // Was that key sent to a device that has no role for it any more?
  bool HeldByRevoked(const SealingKey& key) const {
    const auto holders = roster_.holders.find(key);
    if (holders == roster_.holders.end()) return false;
    return std::any_of(holders->second.begin(), holders->second.end(), [&](const SigningKey& device) {
      const record::Standing standing = session_.authority().StandingOf(device, session_.LogNowUs());
      return standing.revoked.has_value() || record::AudienceOf(standing.role) != audience_;
    });
  }

  bool RevokedSince(uint64_t clock_at_us) const {
    return std::any_of(roster_.desks.begin(), roster_.desks.end(), [&](const auto& desk) {
      const record::Standing standing = session_.authority().StandingOf(desk.first, session_.LogNowUs());
      return record::AudienceOf(desk.second) == audience_ && standing.revoked.has_value() &&
             standing.revoked->place.clock_at_us > clock_at_us;
    });
  }

  absl::Status GrantMissing(const std::vector<OfficeKey>& secrets) {
    std::vector<NewItem> grants;
    for (const auto& desk : ConfirmedDesks(session_, roster_, audience_)) {
      for (const OfficeKey& secret : secrets) {
        if (secret.audience != audience_ || !IsPublished(epochs_, secret.pair.public_key())) continue;
        QF_TRY_ASSIGN(auto grant, MissingGrant(session_, roster_, desk, secret));
        if (grant.has_value()) grants.push_back(*std::move(grant));
      }
    }
    return FileOnce(session_, grants).status();
  }

  Session& session_;
  const Roster& roster_;
  const Audience audience_;
  const std::vector<record::EpochKey> epochs_;
};

// A GRANT in the own inbox, if it counts and comes from a maker of keys of this desk's audience.
absl::StatusOr<std::optional<OfficeKey>> SecretIn(Session& session, const StoredEntry& stored, Audience audience) {
  const auto& [place, record] = stored.entry;
  if (!session.authority().Counts(record.header, place)) return std::optional<OfficeKey>();
  const record::Role author = session.authority().StandingOf(record.header.author, place.clock_at_us).role;
  if (MakesKeysOf(author) != audience || record.header.clear.epoch().audience() != audience)
    return std::optional<OfficeKey>();
  const auto content = OpenContent(session, record);
  if (!content.ok()) return std::optional<OfficeKey>();
  auto pair = SealingKeyPair::FromSecret(content->grant().secret_key());
  if (!pair.ok() || pair->public_key().bytes() != record.header.clear.epoch().public_key())
    return std::optional<OfficeKey>();
  return std::optional<OfficeKey>(OfficeKey{audience, record.header.clear.epoch().number(), *std::move(pair)});
}

}  // namespace

record::Audience MakesKeysOf(record::Role role) {
  if (role == recordpb::ROLE_CASE_MANAGER) return recordpb::AUDIENCE_OFFICE;
  return role == recordpb::ROLE_SUPERIOR ? recordpb::AUDIENCE_OVERSIGHT : recordpb::AUDIENCE_UNSPECIFIED;
}

absl::StatusOr<bool> TakeGrants(Session& session) {
  const Audience audience = record::AudienceOf(session.Standing().role);
  if (audience == recordpb::AUDIENCE_UNSPECIFIED) return false;
  QF_TRY_ASSIGN(const auto held, HeldSecrets(session));
  std::set<std::string> known;
  for (const OfficeKey& secret : held) known.insert(secret.pair.public_key().str());
  QF_TRY_ASSIGN(const auto grants,
                session.database().Read([](sql::ReadTxn& tx) { return EntriesOfKind(tx, recordpb::KIND_GRANT); }));
  std::vector<OfficeKey> fresh;
  for (const StoredEntry& stored : grants) {
    const record::Header& header = stored.entry.record.header;
    if (!(header.feed == record::Feed::Inbox(session.device()))) continue;
    if (known.count(header.clear.epoch().public_key()) > 0) continue;
    QF_TRY_ASSIGN(auto secret, SecretIn(session, stored, audience));
    if (secret.has_value()) fresh.push_back(*std::move(secret));
  }
  if (fresh.empty()) return false;
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    for (const OfficeKey& secret : fresh)
      QF_TRY(session.KeepEpochSecret(tx, secret.audience, secret.number, secret.pair));
    return absl::OkStatus();
  }));
  QF_TRY(session.ReloadEpochSecrets());
  return true;
}

absl::Status TendKeys(Session& session, const Roster& roster) {
  const Audience audience = MakesKeysOf(session.Standing().role);
  if (audience == recordpb::AUDIENCE_UNSPECIFIED) return absl::OkStatus();
  return KeyMaker(session, roster, audience).Tend();
}

absl::Status AlarmMissingGrants(Session& session) {
  const Audience audience = record::AudienceOf(session.Standing().role);
  if (audience == recordpb::AUDIENCE_UNSPECIFIED) return absl::OkStatus();
  QF_TRY_ASSIGN(const auto held, HeldSecrets(session));
  const auto holds = [&](const SealingKey& key) {
    return std::any_of(held.begin(), held.end(),
                       [&](const OfficeKey& secret) { return secret.pair.public_key() == key; });
  };
  const auto epochs = session.authority().Epochs(audience);
  if (std::none_of(epochs.begin(), epochs.end(), [&](const auto& epoch) { return holds(epoch.public_key); })) {
    return absl::OkStatus();  // a new desk: it waits for a case manager
  }
  QF_TRY_ASSIGN(const uint64_t day_us, OfficeDayUs(session));
  for (const auto& epoch : epochs) {
    if (holds(epoch.public_key)) {  // granted after all: a case manager's desk was cut off in between
      QF_TRY(WithdrawEvidence(session, Reason::REASON_NOT_GRANTED, epoch.public_key.bytes()));
      continue;
    }
    if (epoch.clock_at_us + day_us / kHoursPerDay > session.LogNowUs()) continue;
    QF_TRY(KeepEvidenceOnce(session,
                            {Reason::REASON_NOT_GRANTED, "an office key was published that this desk was not granted",
                             epoch.public_key.str(), session.world().clock.NowUs()}));
  }
  return absl::OkStatus();
}

absl::StatusOr<clientpb::GrantKeysResponse> GrantKeys(Session& session, const clientpb::GrantKeysRequest& request) {
  const record::Standing own = session.Standing();
  const Audience audience = own.revoked.has_value() ? recordpb::AUDIENCE_UNSPECIFIED : MakesKeysOf(own.role);
  if (audience == recordpb::AUDIENCE_UNSPECIFIED)
    return Error(Reason::REASON_ROLE, "a case manager grants the office's keys");
  QF_TRY_ASSIGN(const SigningKey key, SigningKey::From(request.device_key()));
  const auto desks = DesksOf(session, audience);
  const auto desk = std::find_if(desks.begin(), desks.end(), [&](const auto& d) { return d.signing_key == key; });
  if (desk == desks.end()) return Error(Reason::REASON_NOT_FOUND, "no certified desk of this audience has that key");
  if (!SameFingerprint(FingerprintOf(session.office().office, desk->signing_key, desk->sealing_key),
                       request.fingerprint())) {
    return Error(Reason::REASON_FINGERPRINT, "the fingerprint that was read aloud is not this device's");
  }
  QF_TRY_ASSIGN(const Roster roster, ReadRoster(session));
  QF_TRY_ASSIGN(const auto secrets, HeldSecrets(session));
  std::vector<NewItem> grants;
  bool holds_any = false;
  for (const OfficeKey& secret : secrets) {
    if (secret.audience != audience) continue;
    holds_any = true;
    QF_TRY_ASSIGN(auto grant, MissingGrant(session, roster, *desk, secret));
    if (grant.has_value()) grants.push_back(*std::move(grant));
  }
  if (!holds_any) return Error(Reason::REASON_NOT_GRANTED, "this desk has no office key that it could grant");
  QF_TRY_ASSIGN(const size_t granted, FileOnce(session, grants));
  clientpb::GrantKeysResponse response;
  response.set_granted(static_cast<uint32_t>(granted));
  return response;
}

absl::StatusOr<clientpb::PublishEpochResponse> PublishEpoch(Session& session,
                                                            const clientpb::PublishEpochRequest& request) {
  const record::Standing own = session.Standing();
  const Audience audience =
      request.audience() == recordpb::AUDIENCE_UNSPECIFIED ? recordpb::AUDIENCE_OFFICE : request.audience();
  if (own.revoked.has_value() || MakesKeysOf(own.role) != audience) {
    return Error(Reason::REASON_ROLE, "the role of this device does not make keys of that audience");
  }
  QF_TRY_ASSIGN(const Roster roster, ReadRoster(session));
  KeyMaker maker(session, roster, audience);
  QF_TRY_ASSIGN(const auto secrets, HeldSecrets(session));
  QF_TRY_ASSIGN(const auto pending, maker.Pending(secrets));
  clientpb::PublishEpochResponse response;
  if (pending.empty()) {
    QF_TRY_ASSIGN(const uint64_t number, maker.Begin());
    response.set_number(number);
  } else {
    response.set_number(pending.back()->number);
  }
  return response;
}

bool HasAllKeys(Session& session, const Roster& roster, const SigningKey& device, record::Role role) {
  const auto granted = roster.granted.find(device);
  const auto epochs = session.authority().Epochs(record::AudienceOf(role));
  return granted != roster.granted.end() && std::all_of(epochs.begin(), epochs.end(), [&](const auto& epoch) {
           return granted->second.count(epoch.public_key) > 0;
         });
}

}  // namespace qf::client
