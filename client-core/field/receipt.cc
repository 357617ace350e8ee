#include "client-core/field/receipt.h"

#include "client-core/field/item.h"
#include "client-core/store/checkpoint.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/log/checkpoint.h"
#include "common/log/leaf.h"
#include "common/log/tlog_proof.h"

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
  QF_TRY_ASSIGN(const log::Checkpoint checkpoint, log::ParseUnverified(response.receipt().checkpoint()));
  const auto log_key = session.authority().LogKeyOf(checkpoint.term);
  if (log_key.has_value()) response.set_log_key(log_key->str());
  return response;
}

}  // namespace qf::client
