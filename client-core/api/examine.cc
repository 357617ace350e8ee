#include "client-core/api/examine.h"

#include <algorithm>

#include "client-core/store/checkpoint.h"
#include "client-core/store/item.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr uint64_t kDiskLowBytes = 200ull << 20;
constexpr uint64_t kStuckUs = kMicrosPerDay;  // docs/protocol.md, "Sync": an outbox older than a day is a fault
constexpr size_t kItemsLooked = 10'000;

clientpb::Finding Good(const char* subject, clientpb::Seen seen, uint64_t count = 0) {
  clientpb::Finding finding;
  finding.set_subject(subject);
  finding.set_ok(true);
  finding.set_seen(seen);
  finding.set_count(count);
  return finding;
}
clientpb::Finding Bad(const char* subject, clientpb::Seen seen, Reason reason, uint64_t count = 0) {
  clientpb::Finding finding = Good(subject, seen, count);
  finding.set_ok(false);
  finding.set_reason(reason);
  return finding;
}
clientpb::Finding Failed(const char* subject, const absl::Status& status) {
  return Bad(subject, clientpb::SEEN_REASON, ReasonOf(status));
}

// What one reading transaction tells of an unlocked store.
struct Facts {
  std::vector<Item> waiting;     // filed or placed
  std::vector<Item> incomplete;  // in the log, files on their way
  uint64_t undelivered = 0;
  uint64_t unproven = 0;  // acknowledged items without a receipt
  uint64_t evidence = 0;
  uint64_t last_exchange_us = 0;
  Reason last_error = Reason::REASON_UNSPECIFIED;
};

absl::StatusOr<Facts> Look(sql::ReadTxn& tx) {
  Facts facts;
  QF_TRY_ASSIGN(facts.waiting, ItemsInState(tx, ItemState::kFiled, kItemsLooked));
  QF_TRY_ASSIGN(auto placed, ItemsInState(tx, ItemState::kPlaced, kItemsLooked));
  facts.waiting.insert(facts.waiting.end(), placed.begin(), placed.end());
  QF_TRY_ASSIGN(facts.incomplete, ItemsWithFilesLeft(tx, kItemsLooked));
  QF_TRY_ASSIGN(facts.undelivered, CountUndelivered(tx));
  QF_TRY_ASSIGN(const auto proven, ItemsInState(tx, ItemState::kAcknowledged, kItemsLooked));
  for (const Item& item : proven) {
    QF_TRY_ASSIGN(const auto receipt, FindReceipt(tx, item.record_id));
    facts.unproven += !receipt.has_value();
  }
  QF_TRY_ASSIGN(facts.evidence, CountEvidence(tx));
  QF_TRY_ASSIGN(facts.last_exchange_us, GetNumber(tx, Setting::kLastExchangeUs));
  QF_TRY_ASSIGN(const uint64_t error, GetNumber(tx, Setting::kLastError));
  facts.last_error = static_cast<Reason>(error);
  return facts;
}

clientpb::Finding Clock(uint64_t now_us, uint64_t log_now_us, const Facts& facts) {
  const bool refused = facts.last_error == Reason::REASON_CLOCK;
  const bool behind = now_us + limits::kCallSkewUs < log_now_us;
  return refused || behind ? Bad("clock", clientpb::SEEN_CLOCK_WRONG, Reason::REASON_CLOCK)
                           : Good("clock", clientpb::SEEN_CLOCK_GOOD);
}

// No reason of what is wrong with the outbox: each item has its own.
clientpb::Finding Outbox(uint64_t now_us, const Facts& facts) {
  constexpr Reason kItsOwn = Reason::REASON_UNSPECIFIED;
  if (facts.waiting.empty() && facts.incomplete.empty()) {
    return facts.undelivered == 0 ? Good("outbox", clientpb::SEEN_OUTBOX_ARRIVED)
                                  : Bad("outbox", clientpb::SEEN_OUTBOX_UNDELIVERED, kItsOwn, facts.undelivered);
  }
  uint64_t oldest_us = now_us;
  for (const Item& item : facts.waiting) oldest_us = std::min(oldest_us, item.filed_at_us);
  const bool calls_succeed = facts.last_exchange_us + kStuckUs > now_us;
  const bool stuck = calls_succeed && oldest_us + kStuckUs < now_us;
  clientpb::Finding finding = stuck ? Bad("outbox", clientpb::SEEN_OUTBOX_STUCK, kItsOwn, facts.waiting.size())
                                    : Good("outbox", clientpb::SEEN_OUTBOX_WAITING, facts.waiting.size());
  finding.set_with_files(facts.incomplete.size());
  if (stuck) finding.set_at_us(oldest_us);
  return finding;
}

clientpb::Finding Server(const Facts& facts) {
  const bool failing = facts.last_error != Reason::REASON_UNSPECIFIED;
  if (facts.last_exchange_us == 0 && !failing) return Good("server", clientpb::SEEN_SERVER_NOT_ASKED);
  clientpb::Finding finding = failing ? Bad("server", clientpb::SEEN_SERVER_FAILING, facts.last_error)
                                      : Good("server", clientpb::SEEN_SERVER_REACHED);
  finding.set_at_us(facts.last_exchange_us);
  return finding;
}

clientpb::Finding Keys(Core& core) {
  if (!core.HasVault().ok()) return Good("keys", clientpb::SEEN_KEYS_NONE);
  const absl::Status vault = core.vault().NextTryAtUs().status();
  if (!vault.ok()) return Failed("keys", vault);
  if (const absl::Status secret = core.CheckSecret(); !secret.ok()) {
    return Bad("keys", clientpb::SEEN_KEYS_NO_SECRET, ReasonOf(secret));
  }
  if (core.Describe().waiting_for_keys()) {
    return Bad("keys", clientpb::SEEN_KEYS_NOT_GRANTED, Reason::REASON_NOT_GRANTED);
  }
  return Good("keys", clientpb::SEEN_KEYS_WHOLE);
}

clientpb::Finding Disk(Core& core) {
  const auto free = core.world().files.FreeBytes(core.folder());
  if (!free.ok()) return Failed("disk", free.status());
  return *free < kDiskLowBytes ? Bad("disk", clientpb::SEEN_DISK_FREE, Reason::REASON_DISK_FULL, *free)
                               : Good("disk", clientpb::SEEN_DISK_FREE, *free);
}

clientpb::Finding Store(Session& session) {
  const absl::Status verified = session.database().Verify();
  return verified.ok() ? Good("store", clientpb::SEEN_STORE_WHOLE)
                       : Bad("store", clientpb::SEEN_STORE_ALTERED, ReasonOf(verified));
}

void AddStoreFindings(Core& core, Session& session, clientpb::ExamineResponse* out) {
  const uint64_t now_us = core.world().clock.NowUs();
  const auto facts = session.database().Read(Look);
  if (!facts.ok()) {
    *out->add_findings() = Failed("store", facts.status());
    return;
  }
  *out->add_findings() = Outbox(now_us, *facts);
  *out->add_findings() = facts->evidence == 0
                             ? Good("proofs", clientpb::SEEN_PROOFS_HELD)
                             : Bad("proofs", clientpb::SEEN_PROOFS_BROKEN, Reason::REASON_PROOF, facts->evidence);
  *out->add_findings() = facts->unproven == 0 ? Good("receipts", clientpb::SEEN_RECEIPTS_WHOLE)
                                              : Bad("receipts", clientpb::SEEN_RECEIPTS_MISSING,
                                                    Reason::REASON_STORE_DAMAGED, facts->unproven);
  *out->add_findings() = Clock(now_us, session.LogNowUs(), *facts);
  *out->add_findings() = Server(*facts);
}

// What is wrong before what is well; each in the order in which it was looked at.
clientpb::ExamineResponse WorseFirst(const clientpb::ExamineResponse& found) {
  clientpb::ExamineResponse out;
  for (const bool ok : {false, true}) {
    for (const auto& finding : found.findings()) {
      if (finding.ok() == ok) *out.add_findings() = finding;
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<clientpb::ExamineResponse> Examine(Core& core) {
  if (!core.is_open()) return Error(Reason::REASON_STATE, "no store is open: call VaultService/Open first");
  clientpb::ExamineResponse response;
  const auto session = core.Unlocked();
  if (session.ok()) {
    *response.add_findings() = Store(**session);
    AddStoreFindings(core, **session, &response);
  } else {
    clientpb::Finding closed = Good("store", clientpb::SEEN_STORE_CLOSED);
    closed.set_reason(ReasonOf(session.status()));
    *response.add_findings() = closed;
  }
  *response.add_findings() = Keys(core);
  *response.add_findings() = Disk(core);
  return WorseFirst(response);
}

}  // namespace qf::client
