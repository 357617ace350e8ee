#include "client-core/sync/offering.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "client-core/store/checkpoint.h"
#include "client-core/store/entry.h"
#include "client-core/store/item.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/replica.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

std::string ReceiptBytes(const record::Placement& place, const record::Record& record, Bytes path,
                         const std::string& note) {
  recordpb::Receipt receipt;
  *receipt.mutable_placement() = place.ToProto();
  receipt.set_record_id(record.id.str());
  receipt.set_signature_sha256(Sha256(record.signature).str());
  for (; path.size() >= Digest::kSize; path.remove_prefix(Digest::kSize)) {
    receipt.add_path(std::string(path.substr(0, Digest::kSize)));
  }
  receipt.set_checkpoint(note);
  return receipt.SerializeAsString();
}

class Offering {
 public:
  explicit Offering(sql::WriteTxn& tx) : tx_(tx), tiles_(tx) {}

  absl::Status Add(const StoredEntry& stored) {
    const auto& [place, record] = stored.entry;
    std::string path = stored.proof.path;
    if (stored.proof.checkpoint_id == 0) {
      QF_TRY_ASSIGN(path, MirrorPath(place.position));
    }
    QF_TRY(LoadNote(stored.proof.checkpoint_id));
    return PutOffer(tx_, record, ReceiptBytes(place, record, path, note_), place.clock_at_us);
  }

  absl::Status AddOwn(const StoredReceipt& receipt) {
    QF_TRY_ASSIGN(const auto item, FindItemByRecord(tx_, receipt.record));
    if (!item.has_value() || item->header_bytes.empty()) return absl::OkStatus();
    recordpb::Record raw;
    raw.set_header(item->header_bytes);
    raw.set_signature(item->signature);
    raw.set_body(item->body);
    QF_TRY_ASSIGN(const record::Record record, record::ParseRecord(raw, record::SignatureCheck::kKnownGood));
    QF_TRY(LoadNote(receipt.checkpoint_id));
    return PutOffer(tx_, record, ReceiptBytes(receipt.place, record, receipt.path, note_), receipt.place.clock_at_us);
  }

 private:
  // Neighbours mostly share a checkpoint. 0 is that of the mirror.
  absl::Status LoadNote(uint64_t checkpoint) {
    if (checkpoint == note_of_) return absl::OkStatus();
    if (checkpoint == 0) {
      QF_TRY_ASSIGN(const auto note, GetSetting(tx_, Setting::kMirrorCheckpoint));
      note_ = note.value_or("");
    } else {
      QF_TRY_ASSIGN(note_, CheckpointNote(tx_, checkpoint));
    }
    note_of_ = checkpoint;
    return absl::OkStatus();
  }

  // The transaction's own tree, since the replica's reads its tiles in transactions of its own.
  absl::StatusOr<std::string> MirrorPath(uint64_t position) {
    if (tree_ == nullptr) {
      QF_TRY_ASSIGN(const MirrorEdge edge, ReadMirrorEdge(tx_));
      QF_TRY_ASSIGN(tree_, log::Tree::Open(tiles_, edge.size, edge.tail, {}));
    }
    QF_TRY_ASSIGN(const auto hashes, tree_->InclusionPath(position, tree_->size()));
    std::string packed;
    for (const Digest& hash : hashes) absl::StrAppend(&packed, hash.bytes());
    return packed;
  }

  sql::WriteTxn& tx_;
  TilesOfTxn tiles_;
  std::unique_ptr<log::Tree> tree_;
  std::optional<uint64_t> note_of_;  // whose note is loaded
  std::string note_;
};

}  // namespace

absl::Status OfferEverything(sql::WriteTxn& tx, uint64_t c) {
  Offering offering(tx);
  QF_TRY(ForEachEntry(tx, c, [&](const StoredEntry& stored) { return offering.Add(stored); }));
  return ForEachReceipt(tx, c, [&](const StoredReceipt& receipt) { return offering.AddOwn(receipt); });
}

}  // namespace qf::client
