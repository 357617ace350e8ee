#include "client-core/field/receipt.h"

#include "client-core/field/item.h"
#include "client-core/store/checkpoint.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/log/checkpoint.h"
#include "common/log/format.h"
#include "common/log/leaf.h"
#include "common/log/tlog_proof.h"
#include "common/log/verify.h"

namespace qf::client {
namespace {

absl::StatusOr<recordpb::Receipt> ReceiptFrom(const StoredReceipt& stored, const std::string& note, const Item& item) {
  recordpb::Receipt out;
  *out.mutable_placement() = stored.place.ToProto();
  out.set_record_id(stored.record.str());
  out.set_signature_sha256(Sha256(item.signature).str());
  for (Bytes rest = stored.path; !rest.empty(); rest.remove_prefix(Digest::kSize)) {
    QF_TRY_ASSIGN(const Digest hash, Digest::From(rest.substr(0, Digest::kSize)));
    out.add_path(hash.str());
  }
  out.set_checkpoint(note);
  return out;
}

absl::StatusOr<std::string> TlogProofOf(const recordpb::Receipt& receipt) {
  log::TlogProof proof;
  proof.position = receipt.placement().position();
  for (const std::string& hash : receipt.path()) {
    QF_TRY_ASSIGN(const Digest digest, Digest::From(hash));
    proof.path.push_back(digest);
  }
  QF_TRY_ASSIGN(const RecordId record, RecordId::From(receipt.record_id()));
  QF_TRY_ASSIGN(const Digest signature, Digest::From(receipt.signature_sha256()));
  QF_TRY_ASSIGN(const log::Leaf leaf, log::LeafFrom(receipt.placement(), record, signature));
  proof.extra = log::LeafData(leaf);
  proof.checkpoint = receipt.checkpoint();
  return log::FormatTlogProof(proof);
}

// A receipt is shown only if it verifies now: checkpoint by the key of its term, path, record id and the author's own
// signature. Gives the key.
absl::StatusOr<SigningKey> VerifyReceipt(Session& session, const clientpb::GetReceiptResponse& proof) {
  const recordpb::Receipt& receipt = proof.receipt();
  recordpb::Record raw;
  raw.set_header(proof.header().header());
  raw.set_signature(proof.header().signature());
  QF_TRY_ASSIGN(const record::Record record, record::ParseRecord(raw));
  if (record.id.bytes() != receipt.record_id()) return Error(Reason::REASON_PROOF, "a receipt is of another record");
  QF_TRY_ASSIGN(const log::Checkpoint claimed, log::ParseUnverified(receipt.checkpoint()));
  const auto log_key = session.authority().LogKeyOf(claimed.term);
  if (!log_key.has_value())
    return Error(Reason::REASON_PROOF, "no verified record names the key of this receipt's term");
  QF_TRY_ASSIGN(const log::Checkpoint checkpoint,
                log::ParseCheckpoint(receipt.checkpoint(), session.office().office, *log_key));
  QF_TRY_ASSIGN(const auto path, log::PathFromHashes(receipt.path()));
  QF_TRY_ASSIGN(const log::Leaf leaf, log::LeafFrom(receipt.placement(), record.id, Sha256(record.signature)));
  QF_TRY(
      log::VerifyInclusion(log::LeafHash(log::LeafData(leaf)), leaf.position, checkpoint.size, path, checkpoint.root));
  return *log_key;
}

}  // namespace

absl::StatusOr<clientpb::GetReceiptResponse> GetReceipt(Session& session, const clientpb::GetReceiptRequest& request) {
  QF_TRY_ASSIGN(const ItemId id, ItemId::From(request.item_id()));
  clientpb::GetReceiptResponse response;
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const Item item, GetItem(tx, id));
    QF_TRY_ASSIGN(const auto stored, FindReceipt(tx, item.record_id));
    if (!stored.has_value()) return Error(Reason::REASON_STATE, "the log has not proven it yet");
    QF_TRY_ASSIGN(const std::string note, CheckpointNote(tx, stored->checkpoint_id));
    QF_TRY_ASSIGN(*response.mutable_receipt(), ReceiptFrom(*stored, note, item));
    response.mutable_header()->set_header(item.header_bytes);
    response.mutable_header()->set_signature(item.signature);
    QF_TRY_ASSIGN(const auto state, StateOf(tx, item));
    response.set_delivered(state == clientpb::ITEM_STATE_DELIVERED);
    return absl::OkStatus();
  }));
  QF_TRY_ASSIGN(*response.mutable_tlog_proof(), TlogProofOf(response.receipt()));
  QF_TRY_ASSIGN(const SigningKey log_key, VerifyReceipt(session, response));
  response.set_log_key(log_key.str());
  return response;
}

}  // namespace qf::client
