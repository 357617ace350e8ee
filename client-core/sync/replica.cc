#include "client-core/sync/replica.h"

#include <algorithm>

#include "client-core/store/entry.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/log/format.h"
#include "common/log/leaf.h"

namespace qf::client {
namespace {

constexpr sql::Statement kReadTile("SELECT hashes FROM tile WHERE level = $1 AND tile_index = $2");
constexpr sql::Statement kPutTile(
    "INSERT INTO tile (level, tile_index, hashes) VALUES ($1, $2, $3) "
    "ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes");

}  // namespace

absl::StatusOr<std::string> MirrorTiles::ReadTile(int level, uint64_t index) {
  return database_.Read([&](sql::ReadTxn& tx) { return TilesOfTxn(tx).ReadTile(level, index); });
}

absl::StatusOr<std::string> TilesOfTxn::ReadTile(int level, uint64_t index) {
  QF_TRY_ASSIGN(auto hashes, tx_.QueryValue<std::string>(kReadTile, {level, index}));
  if (!hashes.has_value()) return Error(Reason::REASON_STORE_DAMAGED, "a part of the log's tree is not in the store");
  return *std::move(hashes);
}

absl::Status PutTile(sql::WriteTxn& tx, const log::TileRow& row) {
  return tx.Execute(kPutTile, {row.level, row.index, sql::Blob(row.hashes)});
}

absl::StatusOr<Digest> LeafHashOf(const record::Placement& place, const RecordId& record, Bytes signature) {
  QF_TRY_ASSIGN(const log::Leaf leaf, log::LeafFrom(place.ToProto(), record, Sha256(signature)));
  return log::LeafHash(log::LeafData(leaf));
}

absl::StatusOr<MirrorEdge> ReadMirrorEdge(sql::ReadTxn& tx) {
  MirrorEdge edge;
  QF_TRY_ASSIGN(edge.size, GetCursor(tx, "log"));
  QF_TRY(ForEachEntry(tx, log::Tree::TailStart(edge.size), [&](const StoredEntry& stored) -> absl::Status {
    const auto& [place, record] = stored.entry;
    if (place.position >= edge.size) return absl::OkStatus();
    QF_TRY_ASSIGN(const Digest leaf, LeafHashOf(place, record.id, record.signature));
    edge.tail.push_back(leaf);
    return absl::OkStatus();
  }));
  return edge;
}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Open(Session& session) {
  auto replica = std::unique_ptr<Replica>(new Replica(session));
  std::optional<std::string> note;
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(replica->term_, GetNumber(tx, Setting::kTerm));
    QF_TRY_ASSIGN(replica->highest_term_, GetNumber(tx, Setting::kHighestTerm));
    QF_TRY_ASSIGN(note, GetSetting(tx, Setting::kNewestCheckpoint));
    return absl::OkStatus();
  }));
  if (note.has_value()) {
    QF_TRY_ASSIGN(const log::Checkpoint checkpoint, log::ParseUnverified(*note));  // own store: verified when it came
    if (checkpoint.term == replica->term_) replica->newest_ = SignedCheckpoint{checkpoint, *note};
  }
  return replica;
}

absl::Status Replica::Write(absl::FunctionRef<absl::Status(sql::WriteTxn&)> change) {
  const uint64_t term = term_, highest_term = highest_term_;
  const std::optional<SignedCheckpoint> newest = newest_;
  absl::Status status = session_.database().Write(change);
  if (!status.ok()) term_ = term, highest_term_ = highest_term, newest_ = newest;
  return status;
}

absl::Status Replica::SawTerm(sql::WriteTxn& tx, uint64_t term) {
  if (term <= highest_term_) return absl::OkStatus();
  QF_TRY_ASSIGN(const uint64_t stored, GetNumber(tx, Setting::kHighestTerm));  // a RESTART signed here may be above
  highest_term_ = std::max(stored, term);
  return PutNumber(tx, Setting::kHighestTerm, highest_term_);
}

absl::Status Replica::SetTerm(sql::WriteTxn& tx, uint64_t term) {
  QF_TRY(SawTerm(tx, term));
  term_ = term;
  return PutNumber(tx, Setting::kTerm, term);
}

absl::StatusOr<SigningKey> Replica::LogKey() const {
  const auto key = session_.authority().LogKeyOf(term_);
  if (!key.has_value()) return Error(Reason::REASON_PROOF, "no verified record names the key that signs this log");
  return *key;
}

absl::StatusOr<SignedCheckpoint> Replica::Verified(const std::string& note) const {
  QF_TRY_ASSIGN(const SigningKey key, LogKey());
  QF_TRY_ASSIGN(const log::Checkpoint checkpoint, log::ParseCheckpoint(note, session_.office().office, key));
  if (checkpoint.term != term_) return Error(Reason::REASON_PROOF, "a checkpoint is of another term");
  return SignedCheckpoint{checkpoint, note};
}

absl::Status Replica::Keep(sql::WriteTxn& tx, const SignedCheckpoint& checkpoint) {
  if (newest_.has_value() && newest_->checkpoint.size > checkpoint.checkpoint.size) return absl::OkStatus();
  QF_TRY(PutSetting(tx, Setting::kNewestCheckpoint, checkpoint.note));
  QF_TRY(KeepForDay(tx, session_.world().clock.NowUs() / kMicrosPerDay, checkpoint));
  newest_ = checkpoint;
  return absl::OkStatus();
}

absl::StatusOr<log::Tree*> Replica::Mirror() {
  if (mirror_ != nullptr) return mirror_.get();
  QF_TRY_ASSIGN(const MirrorEdge edge, session_.database().Read(ReadMirrorEdge));
  QF_TRY_ASSIGN(mirror_, log::Tree::Open(tiles_, edge.size, edge.tail, {}));
  return mirror_.get();
}

absl::StatusOr<std::optional<Incarnation>> Replica::KnownIncarnation(sql::ReadTxn& tx) const {
  QF_TRY_ASSIGN(const auto bytes, GetSetting(tx, Setting::kIncarnation));
  if (!bytes.has_value()) return std::optional<Incarnation>();
  QF_TRY_ASSIGN(const Incarnation incarnation, Incarnation::From(*bytes));
  return std::optional<Incarnation>(incarnation);
}

absl::StatusOr<Incarnation> Replica::CurrentIncarnation(sql::WriteTxn& tx) {
  QF_TRY_ASSIGN(const auto known, KnownIncarnation(tx));
  if (known.has_value()) return *known;
  const auto fresh = session_.world().entropy.Random<Incarnation>();
  QF_TRY(PutSetting(tx, Setting::kIncarnation, fresh.bytes()));
  return fresh;
}

absl::Status Replica::DropIncarnation(sql::WriteTxn& tx) { return ClearSetting(tx, Setting::kIncarnation); }

}  // namespace qf::client
