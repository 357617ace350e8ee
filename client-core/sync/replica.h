// Where this device stands in the log: its term, the newest checkpoint, and of a desk its tree. docs/protocol.md,
// "Log" and "Sync" 1–2. Read once at unlock, kept in step with the store. Lives on the loop.
//
// For: the parts of sync, which share it. Not for: deciding what to do next (machine.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "client-core/session/session.h"
#include "client-core/store/checkpoint.h"
#include "common/log/tree.h"

namespace qf::client {

// The tiles of a desk's tree, out of its store; and as one transaction sees them.
class MirrorTiles final : public log::TileStore {
 public:
  explicit MirrorTiles(sql::Database& database) : database_(database) {}
  absl::StatusOr<std::string> ReadTile(int level, uint64_t index) override;

 private:
  sql::Database& database_;
};
class TilesOfTxn final : public log::TileStore {
 public:
  explicit TilesOfTxn(sql::ReadTxn& tx) : tx_(tx) {}
  absl::StatusOr<std::string> ReadTile(int level, uint64_t index) override;

 private:
  sql::ReadTxn& tx_;
};
absl::Status PutTile(sql::WriteTxn& tx, const log::TileRow& row);

// What the tree of a desk is opened with, beside its tiles.
struct MirrorEdge {
  uint64_t size = 0;
  std::vector<Digest> tail;
};
absl::StatusOr<MirrorEdge> ReadMirrorEdge(sql::ReadTxn& tx);

class Replica {
 public:
  static absl::StatusOr<std::unique_ptr<Replica>> Open(Session& session);

  Session& session() { return session_; }
  uint64_t term() const { return term_; }
  uint64_t highest_term() const { return highest_term_; }
  // One transaction on the store. What Keep, SawTerm and SetTerm change in memory is as before if it fails.
  absl::Status Write(absl::FunctionRef<absl::Status(sql::WriteTxn&)> change);
  // Notes, in memory and in the caller's Write, that a term was seen.
  absl::Status SawTerm(sql::WriteTxn& tx, uint64_t term);
  absl::Status SetTerm(sql::WriteTxn& tx, uint64_t term);

  // The key that signs checkpoints of the present term; PROOF if no verified RESTART names it.
  absl::StatusOr<SigningKey> LogKey() const;
  // Reads and verifies a checkpoint of the present term.
  absl::StatusOr<SignedCheckpoint> Verified(const std::string& note) const;

  // The newest checkpoint seen in any answer to this device's own calls; nullopt at first.
  const std::optional<SignedCheckpoint>& newest() const { return newest_; }
  // Takes a checkpoint that was verified and found consistent with newest(): newest, and that of its day.
  absl::Status Keep(sql::WriteTxn& tx, const SignedCheckpoint& checkpoint);
  // Of a new term: the old newest becomes evidence, or a candidate like any other.
  void ForgetNewest() { newest_.reset(); }

  // The tree of a desk, made from the store at first use. The same tree until the store closes.
  absl::StatusOr<log::Tree*> Mirror();

  // The incarnation that this device places in; mints one if there is none.
  absl::StatusOr<Incarnation> CurrentIncarnation(sql::WriteTxn& tx);
  absl::StatusOr<std::optional<Incarnation>> KnownIncarnation(sql::ReadTxn& tx) const;
  // The next placing takes a new one.
  absl::Status DropIncarnation(sql::WriteTxn& tx);

 private:
  explicit Replica(Session& session) : session_(session), tiles_(session.database()) {}

  Session& session_;
  uint64_t term_ = 0;
  uint64_t highest_term_ = 0;
  std::optional<SignedCheckpoint> newest_;
  MirrorTiles tiles_;
  std::unique_ptr<log::Tree> mirror_;
};

// The leaf hash of an entry, by its placement, record id and signature.
absl::StatusOr<Digest> LeafHashOf(const record::Placement& place, const RecordId& record, Bytes signature);

}  // namespace qf::client
