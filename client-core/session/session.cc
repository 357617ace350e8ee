#include "client-core/session/session.h"

#include <algorithm>

#include "client-core/store/entry.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/record/authority_kinds.h"
#include "common/record/ceremony.h"
#include "common/sealing/seal.h"

namespace qf::client {
namespace {

constexpr sql::Statement kKeepSecret(
    "INSERT INTO epoch_secret (public_key, audience, number, secret_key) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (public_key) DO UPDATE SET number = CASE WHEN excluded.number > epoch_secret.number "
    "THEN excluded.number ELSE epoch_secret.number END");
constexpr sql::Statement kSecrets("SELECT secret_key FROM epoch_secret ORDER BY number DESC, public_key");

sealing::SealContext ContextOf(const OfficeId& office, const Item& item) {
  return {office,      item.feed.name(),
          item.author, static_cast<uint64_t>(item.kind),
          item.item,   item.reference.empty() ? std::string() : item.reference.str()};
}

// A record is placed later, where its size is no answer to anybody any more.
bool FitsHeader(const NewItem& item) {
  constexpr size_t kOtherFieldsBytes = 256, kBlobRefBytes = 48;
  return item.clear.ByteSizeLong() + item.blobs.size() * kBlobRefBytes + kOtherFieldsBytes <= limits::kHeaderBytes;
}

}  // namespace

Session::Session(Options options) : options_(std::move(options)), authority_(options_.office.office) {}

Session::~Session() = default;

absl::StatusOr<std::unique_ptr<Session>> Session::Open(Options options) {
  auto session = std::unique_ptr<Session>(new Session(std::move(options)));
  QF_TRY(session->Load());
  return session;
}

absl::Status Session::Load() {
  QF_TRY(RememberCeremonies());
  QF_TRY(database().Read([this](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(log_instant_us_, GetNumber(tx, Setting::kLogInstantUs));
    QF_TRY_ASSIGN(server_time_us_, GetNumber(tx, Setting::kServerTimeUs));
    QF_TRY_ASSIGN(const auto is_desk, GetSetting(tx, Setting::kIsDesk));
    is_desk_ = is_desk.has_value();
    for (const recordpb::Kind kind : record::kAuthorityKinds) {
      QF_TRY(ForEachEntryOfKind(tx, kind, 0, [this](const StoredEntry& stored) {
        authority_.Add(stored.entry.record.header, stored.entry.record.id, stored.entry.place);
        return absl::OkStatus();
      }));
    }
    return absl::OkStatus();
  }));
  return ReloadEpochSecrets();
}

absl::Status Session::RememberCeremonies() {
  return database().Read([this](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto genesis, GetSetting(tx, Setting::kGenesis));
    if (genesis.has_value()) {
      recordpb::SignedHeader signed_header;
      signed_header.ParseFromString(*genesis);
      QF_TRY(record::VerifyGenesis(signed_header, office().office).status());
      QF_TRY_ASSIGN(const record::Header header, record::ParseHeader(signed_header.header()));
      authority_.Add(header, record::IdOf(signed_header.header()), {});
    }
    QF_TRY_ASSIGN(const auto restarts, ListRestarts(tx));
    for (const recordpb::Record& raw : restarts) {
      QF_TRY_ASSIGN(const record::Record restart, record::ParseRecord(raw, record::SignatureCheck::kKnownGood));
      authority_.Add(restart.header, restart.id, {});
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> Session::BecomeDeskIfCertified() {
  if (is_desk_ || !record::IsDeskRole(Standing().role)) return false;
  QF_TRY(database().Write([](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(CutEntries(tx, 0));
    QF_TRY(LowerCursors(tx, 0));
    QF_TRY(RebuildSequencesRead(tx));
    return PutSetting(tx, Setting::kIsDesk, "1");
  }));
  is_desk_ = true;
  authority_.Truncate(0);
  QF_TRY(RememberCeremonies());
  EntriesChanged(0);
  return true;
}

absl::Status Session::KeepTimes(sql::WriteTxn& tx) const {
  QF_TRY(PutNumber(tx, Setting::kLogInstantUs, log_instant_us_));
  return PutNumber(tx, Setting::kServerTimeUs, server_time_us_);
}

record::Standing Session::Standing() const { return authority_.StandingOf(device(), LogNowUs()); }

absl::Status Session::KeepEpochSecret(sql::WriteTxn& tx, recordpb::Audience audience, uint64_t number,
                                      const sealing::SealingKeyPair& pair) {
  return tx.Execute(kKeepSecret, {pair.public_key(), audience, number, sql::Blob(pair.secret_key().bytes())});
}

absl::Status Session::ReloadEpochSecrets() {
  std::vector<sealing::SealingKeyPair> keys;
  keys.push_back(sealing_keys().Copy());
  QF_TRY(database().Read([&](sql::ReadTxn& tx) {
    return tx.Query(kSecrets, {}, [&](const sql::Row& row) -> absl::Status {
      QF_TRY_ASSIGN(auto pair, sealing::SealingKeyPair::FromSecret(row.Get<Bytes>(0)));
      keys.push_back(std::move(pair));
      return absl::OkStatus();
    });
  }));
  opening_keys_ = std::move(keys);
  return absl::OkStatus();
}

absl::StatusOr<SealingKey> Session::KeyToSealTo(recordpb::Audience audience) {
  if (const auto epoch = authority_.NewestEpoch(audience); epoch.has_value()) return epoch->public_key;
  std::optional<std::string> before;
  if (audience == recordpb::AUDIENCE_OFFICE) {
    QF_TRY_ASSIGN(before, database().Read([](sql::ReadTxn& tx) { return GetSetting(tx, Setting::kOfficeKeyBefore); }));
  }
  if (!before.has_value()) return Error(Reason::REASON_NO_EPOCH, "no verified key of the office has arrived yet");
  return SealingKey::From(*before);
}

absl::Status Session::RememberOfficeKey(sql::WriteTxn& tx) const {
  const auto epoch = authority_.NewestEpoch(recordpb::AUDIENCE_OFFICE);
  return epoch.has_value() ? PutSetting(tx, Setting::kOfficeKeyBefore, epoch->public_key.bytes()) : absl::OkStatus();
}

absl::StatusOr<Item> Session::Prepare(const NewItem& in) {
  if (!FitsHeader(in)) return Error(Reason::REASON_TOO_LARGE, "the clear part does not fit into a header");
  Item item;
  item.author = device();
  item.item = in.item.empty() ? world().entropy.Random<ItemId>() : in.item;
  item.feed = in.feed;
  item.kind = in.kind;
  item.reference = in.reference;
  item.clear = in.clear;
  if (in.urgent) item.clear.set_urgency(recordpb::URGENCY_URGENT);
  item.blobs = in.blobs;
  item.urgent = in.urgent;
  item.audience = in.audience;
  item.filed_at_us = world().clock.NowUs();
  item.files_left = static_cast<uint32_t>(in.blobs.size());
  if (in.content.empty()) return item;

  if (in.is_public) {
    QF_TRY_ASSIGN(item.body, sealing::PublicContent(in.content));
    return item;
  }
  std::vector<SealingKey> readers = in.readers;
  if (in.audience != recordpb::AUDIENCE_UNSPECIFIED) {
    QF_TRY_ASSIGN(item.epoch, KeyToSealTo(in.audience));
    readers.push_back(item.epoch);
  }
  std::sort(readers.begin(), readers.end());
  readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
  const auto* dictionary = sealing::DictionaryById(sealing::kDictionary1);
  // The frame is kept: for the owner to read, and to be sealed again when the office's key changes before the send.
  QF_TRY_ASSIGN(item.frame, sealing::MakeFrame(in.content, dictionary));
  QF_TRY_ASSIGN(item.body, SealFrame(item, readers));
  return item;
}

absl::StatusOr<std::string> Session::SealFrame(const Item& item, const std::vector<SealingKey>& readers) {
  // Of casework the size tells which step it is: four sizes tell next to nothing (docs/protocol.md, "Padding").
  sealing::SealOptions options;
  if (item.kind == recordpb::KIND_CASE_ACTION) options.padding = sealing::Padding::kClasses;
  return sealing::SealFrame(world().entropy, ContextOf(office().office, item), item.frame, readers, options);
}

absl::StatusOr<Item> Session::File(const NewItem& in) {
  QF_TRY_ASSIGN(Item item, Prepare(in));
  QF_TRY(database().Write([&](sql::WriteTxn& tx) { return InsertItem(tx, item); }));
  ItemsChanged();
  OutboxChanged();
  return item;
}

absl::StatusOr<std::string> Session::OpenBody(const record::Header& header, Bytes body) const {
  if (!body.empty() && body[0] == 0) return sealing::OpenPublicContent(body);
  const sealing::SealContext context{header.office, header.feed.name(),
                                     header.author, static_cast<uint64_t>(header.kind),
                                     header.item,   header.reference.empty() ? std::string() : header.reference.str()};
  return sealing::OpenContent(context, body, opening_keys_);
}

absl::StatusOr<bool> Session::SealAgain(Item* item) {
  // Only what goes to the office's key alone: the other readers of a body are not kept beside it.
  if (item->audience == recordpb::AUDIENCE_UNSPECIFIED || item->frame.empty()) return false;
  if (item->body.empty() || item->body[0] != 1) return false;
  const auto epoch = authority_.NewestEpoch(item->audience);
  if (!epoch.has_value() || epoch->public_key == item->epoch) return false;
  QF_TRY_ASSIGN(item->body, SealFrame(*item, {epoch->public_key}));
  item->epoch = epoch->public_key;
  return true;
}

void Session::Tell(const clientpb::WatchResponse& event) {
  if (listener_) listener_(event);
}

void Session::ItemsChanged() {
  clientpb::WatchResponse event;
  event.mutable_changes()->set_items(true);
  Tell(event);
}

void Session::EntriesChanged(uint64_t from) {
  for (auto& listener : entries_listeners_) listener(from);
}

void Session::OutboxChanged() {
  if (outbox_listener_) outbox_listener_();
}

}  // namespace qf::client
