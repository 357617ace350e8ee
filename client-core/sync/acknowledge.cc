#include "client-core/sync/acknowledge.h"

#include <set>

#include "client-core/store/blob.h"
#include "client-core/store/offer.h"
#include "client-core/sync/placing.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr uint32_t kMalformedMax = 3;  // then the sequence is voided (docs/protocol.md, "Sync" 4)

// One acknowledgement, verified.
struct Answer {
  const Pushed* pushed = nullptr;
  const serverpb::Acknowledgement* said = nullptr;
  record::Placement place;
  std::string path;
  record::Record held;  // of CONFLICT
};

absl::StatusOr<Answer> VerifyAnswer(const Pushed& pushed, const serverpb::Acknowledgement& said,
                                    const AnswerProofs* proofs) {
  Answer answer{&pushed, &said, {}, {}, {}};
  switch (said.fate()) {
    case serverpb::FATE_LATER:
    case serverpb::FATE_MALFORMED:
    case serverpb::FATE_HELD:
      return answer;
    case serverpb::FATE_STORED:
    case serverpb::FATE_DUPLICATE:
    case serverpb::FATE_REFUSED:
    case serverpb::FATE_CONFLICT:
      break;
    default:
      return Error(Reason::REASON_PROTOCOL, "the server answers in a way that this program does not know");
  }
  if (proofs == nullptr) return Error(Reason::REASON_PROOF, "an answer came without proof");
  const record::Record* proven = &pushed.record;
  if (said.fate() == serverpb::FATE_CONFLICT) {
    QF_TRY_ASSIGN(answer.held, record::ParseRecord(said.held()));
    if (answer.held.header.stream() == pushed.record.header.stream() &&
        answer.held.header.sequence == pushed.record.header.sequence) {
      proven = &answer.held;
    } else {
      return Error(Reason::REASON_PROOF, "a conflict names a record of another place");
    }
  }
  answer.place = record::Placement::From(said.placement());
  if ((said.fate() == serverpb::FATE_REFUSED) != (answer.place.verdict != 0) &&
      said.fate() != serverpb::FATE_CONFLICT) {
    return Error(Reason::REASON_PROOF, "an answer and its entry disagree");
  }
  QF_TRY_ASSIGN(answer.path, proofs->PathOf(answer.place, proven->id, proven->signature, said.path()));
  return answer;
}

class Taker {
 public:
  Taker(Replica& replica, sql::WriteTxn& tx, const AnswerProofs* proofs, Refill refill, PushResult* result)
      : replica_(replica), tx_(tx), proofs_(proofs), refill_(refill), result_(*result) {}

  absl::Status Take(const Answer& answer) {
    const RecordId& id = answer.pushed->record.id;
    QF_TRY_ASSIGN(auto item, FindItemByRecord(tx_, id));
    if (item.has_value() && IsBehindAHole(answer, *item)) {
      ++result_.answered;
      return PlaceItemAnew(tx_, *std::move(item), answer.pushed->record);
    }
    switch (answer.said->fate()) {
      case serverpb::FATE_LATER:
      case serverpb::FATE_HELD:
        if (result_.later == Reason::REASON_UNSPECIFIED) {
          result_.later = answer.said->reason();
          result_.retry_after_ms = answer.said->retry_after_ms();
        }
        return absl::OkStatus();
      case serverpb::FATE_MALFORMED:
        return item.has_value() ? TakeMalformed(*std::move(item)) : AnswerOffer(tx_, id);
      case serverpb::FATE_CONFLICT:
        ++result_.answered;
        return TakeConflict(answer, std::move(item));
      default:
        ++result_.answered;
        QF_TRY(AnswerOffer(tx_, id));
        return item.has_value() ? TakeEntry(answer, *std::move(item)) : NoteMissing(answer);
    }
  }

 private:
  // Acknowledged once, and what stood before it is neither in this term's log nor in this pack.
  bool IsBehindAHole(const Answer& answer, const Item& item) {
    const record::StreamId stream = answer.pushed->record.header.stream();
    const bool first = streams_.insert(stream).second;
    if (answer.said->fate() != serverpb::FATE_LATER || answer.said->reason() != Reason::REASON_GAP) return false;
    if (refill_ == Refill::kGoesOn || item.state == ItemState::kPlaced) return false;
    if (first) holes_.insert(stream);
    return holes_.count(stream) > 0;
  }

  absl::Status Prove(const Answer& answer, const RecordId& id) {
    QF_TRY_ASSIGN(const uint64_t checkpoint, KeepCheckpoint(tx_, proofs_->checkpoint()));
    replica_.session().SawLogTime(answer.place.received_at_us);
    return PutReceipt(tx_, {id, answer.place, answer.path, checkpoint});
  }

  // STORED, DUPLICATE or REFUSED of an own record.
  absl::Status TakeEntry(const Answer& answer, Item item) {
    QF_TRY(Prove(answer, item.record_id));
    if (item.state == ItemState::kPlaced) ++result_.sent;
    if (answer.said->fate() == serverpb::FATE_REFUSED) {
      item.state = ItemState::kRefused;
      item.reason = static_cast<Reason>(answer.place.verdict);
      return UpdateItem(tx_, item);
    }
    item.state = item.kind == recordpb::KIND_VOID ? ItemState::kVoid : ItemState::kAcknowledged;
    item.reason = Reason::REASON_UNSPECIFIED;
    item.files_left = 0;
    for (const auto& missing : answer.said->missing_blobs()) {
      QF_TRY_ASSIGN(const Digest blob, Digest::From(missing));
      QF_TRY(ResetBlob(tx_, blob));
      ++item.files_left;
    }
    if (item.files_left == 0) QF_TRY(CompleteBlobs(tx_, item.item));
    return UpdateItem(tx_, item);
  }

  absl::Status NoteMissing(const Answer& answer) {
    for (const auto& missing : answer.said->missing_blobs()) {
      QF_TRY_ASSIGN(const Digest blob, Digest::From(missing));
      result_.missing_of_others.emplace_back(answer.pushed->record.id, blob);
    }
    return absl::OkStatus();
  }

  absl::Status TakeMalformed(Item item) {
    if (++item.malformed < kMalformedMax) return UpdateItem(tx_, item);
    return VoidItem(replica_, tx_, std::move(item));
  }

  absl::Status TakeConflict(const Answer& answer, std::optional<Item> item) {
    const record::Record& held = answer.held;
    QF_TRY(AnswerOffer(tx_, answer.pushed->record.id));
    if (held.header.author != replica_.session().device()) {  // somebody else's, offered again: its place is taken
      return absl::OkStatus();
    }
    if (!item.has_value()) return absl::OkStatus();
    const bool same_item = held.header.item == item->item;
    const bool same_as_voided = item->kind == recordpb::KIND_VOID && HoldsDamaged(held.header.item);
    if (same_item || same_as_voided) return Adopt(answer, *std::move(item));
    // The log holds another record that our own key signed there: this store was rolled back.
    result_.rolled_back = true;
    if (item->state == ItemState::kAcknowledged && !item->body.empty()) {
      item->state = ItemState::kPlaced;
      QF_TRY(UpdateItem(tx_, *item));
    }
    return PlaceAnew(replica_, tx_);
  }

  bool HoldsDamaged(const ItemId& id) {
    const auto damaged = GetItem(tx_, id);
    return damaged.ok() && damaged->state == ItemState::kDamaged;
  }

  // The log has the very item already, in other bytes: it is acknowledged as it stands there.
  absl::Status Adopt(const Answer& answer, Item item) {
    const record::Record& held = answer.held;
    QF_TRY(Prove(answer, held.id));
    if (item.kind == recordpb::KIND_VOID) {
      item.state = ItemState::kVoid;
      item.incarnation = Incarnation();
      item.sequence = 0;
      QF_TRY(UpdateItem(tx_, item));
      QF_TRY_ASSIGN(item, GetItem(tx_, held.header.item));
    }
    item.state = answer.place.verdict == 0 ? ItemState::kAcknowledged : ItemState::kRefused;
    item.reason = static_cast<Reason>(answer.place.verdict);
    item.incarnation = held.header.incarnation;
    item.sequence = held.header.sequence;
    item.header_bytes = held.header_bytes;
    item.signature = held.signature;
    item.record_id = held.id;
    ++result_.sent;
    return UpdateItem(tx_, item);
  }

  Replica& replica_;
  sql::WriteTxn& tx_;
  const AnswerProofs* proofs_;
  const Refill refill_;
  PushResult& result_;
  std::set<record::StreamId> streams_;  // of own records in this pack so far
  std::set<record::StreamId> holes_;    // of these, those whose first record has a hole before it
};

}  // namespace

absl::StatusOr<PushResult> TakeAcknowledgements(
    Replica& replica, const std::vector<Pushed>& push,
    const google::protobuf::RepeatedPtrField<serverpb::Acknowledgement>& answers, const AnswerProofs* proofs,
    Refill refill) {
  if (static_cast<size_t>(answers.size()) != push.size()) {
    return Error(Reason::REASON_PROTOCOL, "the server did not answer every record");
  }
  std::vector<Answer> verified;
  for (size_t i = 0; i < push.size(); ++i) {
    QF_TRY_ASSIGN(Answer answer, VerifyAnswer(push[i], answers[static_cast<int>(i)], proofs));
    if (answer.said->fate() == serverpb::FATE_CONFLICT && answer.held.header.author != push[i].record.header.author) {
      return Error(Reason::REASON_FORK, "the server names a record that its author did not sign");
    }
    verified.push_back(std::move(answer));
  }
  PushResult result;
  QF_TRY(replica.session().database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    result = PushResult();
    Taker taker(replica, tx, proofs, refill, &result);
    // Conflicts last: what was acknowledged in the same answer stays where it is, everything else is placed anew.
    for (const bool conflicts : {false, true}) {
      for (const Answer& answer : verified) {
        if ((answer.said->fate() == serverpb::FATE_CONFLICT) == conflicts) QF_TRY(taker.Take(answer));
      }
    }
    return absl::OkStatus();
  }));
  return result;
}

}  // namespace qf::client
