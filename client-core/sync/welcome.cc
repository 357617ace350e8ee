#include "client-core/sync/welcome.h"

#include <set>

#include "client-core/store/blob.h"
#include "client-core/store/entry.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/placing.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"

namespace qf::client {
namespace {

constexpr sql::Statement kSettle(
    "UPDATE item SET settled_size = $1 WHERE state = 3 AND settled_size IS NULL AND files_left = 0");
constexpr sql::Statement kUnsettle("UPDATE item SET settled_size = NULL WHERE record_id = $1");
constexpr sql::Statement kUnsettleOffered(
    "UPDATE item SET settled_size = NULL WHERE record_id IN (SELECT record_id FROM offer WHERE pending = 1)");
constexpr sql::Statement kDroppable(
    "SELECT item_id FROM item WHERE state = 3 AND settled_size < $1 AND body IS NOT NULL LIMIT 64");
constexpr sql::Statement kDropBody("UPDATE item SET body = NULL WHERE waiting = 0 AND item_id = $1");

// After the rows say that they are gone: a crash in between leaves a file that nobody needs.
absl::Status RemoveFilesOf(Session& session, const ItemId& item) {
  QF_TRY_ASSIGN(const auto blobs, session.database().Read([&](sql::ReadTxn& tx) { return BlobsOf(tx, item); }));
  for (const StoredBlob& blob : blobs) {
    const absl::Status removed = session.world().files.Remove(BlobPath(session.folder(), blob.sha256));
    if (!removed.ok() && ReasonOf(removed) != Reason::REASON_FILE_MISSING) return removed;
  }
  return absl::OkStatus();
}

// The last record that the log holds of each stream of our incarnation is one that we placed there.
absl::StatusOr<bool> IsAheadOfUs(sql::ReadTxn& tx, const Incarnation& incarnation, const serverpb::Welcome& welcome) {
  for (const auto& held : welcome.held()) {
    if (held.sequence() == 0) continue;
    QF_TRY_ASSIGN(const auto item, FindItemByPlace(tx, incarnation, held.feed(), held.sequence()));
    if (!item.has_value() || item->record_id.bytes() != held.record_id()) return true;
  }
  return false;
}

// A REVOKE with its proof, by an administrator that our own fold knows.
absl::StatusOr<record::Entry> ProvenEntry(const serverpb::ProvedEntry& proved, const AnswerProofs& proofs) {
  QF_TRY_ASSIGN(record::Entry entry, record::ParseEntry(proved.entry()));
  QF_TRY(proofs.PathOf(entry.place, entry.record.id, entry.record.signature, proved.path()).status());
  return entry;
}

absl::StatusOr<std::optional<record::Revocation>> TakeRevoke(Replica& replica, const serverpb::Welcome& welcome,
                                                             const AnswerProofs& proofs) {
  Session& session = replica.session();
  QF_TRY_ASSIGN(const record::Entry revoke, ProvenEntry(welcome.revoke(), proofs));
  session.authority().Add(revoke.record.header, revoke.record.id, revoke.place);
  if (welcome.has_revoke_approval()) {
    QF_TRY_ASSIGN(const record::Entry approval, ProvenEntry(welcome.revoke_approval(), proofs));
    session.authority().Add(approval.record.header, approval.record.id, approval.place);
  }
  session.SawServerTime(welcome.server_time_us());
  return session.Standing().revoked;  // nullopt unless it counts: then it was no REVOKE for this device
}

}  // namespace

absl::StatusOr<WelcomeResult> TakeWelcome(Replica& replica, const serverpb::Welcome& welcome,
                                          const AnswerProofs& proofs) {
  WelcomeResult result;
  Session& session = replica.session();
  if (welcome.has_revoke()) {
    QF_TRY_ASSIGN(result.revoked, TakeRevoke(replica, welcome, proofs));
  }
  session.SawServerTime(welcome.server_time_us());
  QF_TRY(replica.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(replica.Keep(tx, proofs.checkpoint()));
    QF_TRY(session.KeepTimes(tx));
    if (record::IsBelievable(welcome.highest_term(), replica.term())) {
      QF_TRY(replica.SawTerm(tx, welcome.highest_term()));
    }
    if (result.revoked.has_value()) QF_TRY(PutSetting(tx, Setting::kRevoke, welcome.revoke().SerializeAsString()));
    QF_TRY_ASSIGN(const auto incarnation, replica.KnownIncarnation(tx));
    if (!incarnation.has_value()) return absl::OkStatus();
    QF_TRY_ASSIGN(result.rolled_back, IsAheadOfUs(tx, *incarnation, welcome));
    return result.rolled_back ? PlaceAnew(replica, tx) : absl::OkStatus();
  }));
  return result;
}

absl::Status SettleAndDrop(Replica& replica, const serverpb::Welcome& welcome) {
  Session& session = replica.session();
  std::vector<ItemId> droppable;
  QF_TRY(session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    // A full list may have left something out: then nothing settles by it.
    const bool whole_list = static_cast<size_t>(welcome.lacking_size()) < limits::kLackingPerWelcome;
    if (whole_list && !welcome.refilling()) QF_TRY(tx.Execute(kSettle, {welcome.log_size()}));
    for (const auto& id : welcome.lacking()) QF_TRY(tx.Execute(kUnsettle, {sql::Blob(id)}));
    QF_TRY(tx.Execute(kUnsettleOffered));
    QF_TRY_ASSIGN(droppable, tx.QueryAll(kDroppable, {welcome.safe_size()},
                                         [](const sql::Row& row) { return row.Get<ItemId>(0); }));
    for (const ItemId& item : droppable) {
      QF_TRY(tx.Execute(kDropBody, {item}));
      QF_TRY(MarkBlobsGone(tx, item));
    }
    return absl::OkStatus();
  }));
  for (const ItemId& item : droppable) QF_TRY(RemoveFilesOf(session, item));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RecordId>> CanGive(Replica& replica, const serverpb::Welcome& welcome) {
  return replica.session().database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<std::vector<RecordId>> {
    std::vector<RecordId> out;
    for (const auto& bytes : welcome.lacking()) {
      const auto id = RecordId::From(bytes);
      if (!id.ok()) continue;
      QF_TRY_ASSIGN(const auto item, FindItemByRecord(tx, *id));
      QF_TRY_ASSIGN(const auto entry, FindEntry(tx, *id));
      const bool own =
          item.has_value() && item->state != ItemState::kFiled && (!item->body.empty() || !item->blobs.empty());
      const bool mirrored =
          entry.has_value() && (!entry->entry.record.body.empty() || !entry->entry.record.header.blobs.empty());
      if (own || mirrored) out.push_back(*id);
    }
    return out;
  });
}

}  // namespace qf::client
