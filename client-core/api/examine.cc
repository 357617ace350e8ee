#include "client-core/api/examine.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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

clientpb::Finding Good(const char* subject, absl::string_view what) {
  clientpb::Finding finding;
  finding.set_subject(subject);
  finding.set_ok(true);
  finding.set_what(std::string(what));
  return finding;
}
clientpb::Finding Bad(const char* subject, absl::string_view what, absl::string_view remedy) {
  clientpb::Finding finding = Good(subject, what);
  finding.set_ok(false);
  finding.set_remedy(std::string(remedy));
  return finding;
}
clientpb::Finding Of(const char* subject, const absl::Status& status, absl::string_view good) {
  return status.ok() ? Good(subject, good) : Bad(subject, status.message(), RemedyOf(ReasonOf(status)));
}

constexpr char kLookAtReasons[] = "look at the reasons in the list of items; tell the office";

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

std::string Since(uint64_t then_us, uint64_t now_us) {
  const uint64_t minutes = now_us > then_us ? (now_us - then_us) / kMicrosPerMinute : 0;
  if (minutes < 120) return absl::StrCat(minutes, " minutes");
  return minutes < 2 * 24 * 60 ? absl::StrCat(minutes / 60, " hours") : absl::StrCat(minutes / (24 * 60), " days");
}

clientpb::Finding Clock(uint64_t now_us, uint64_t log_now_us, const Facts& facts) {
  const bool refused = facts.last_error == Reason::REASON_CLOCK;
  if (refused || now_us + limits::kCallSkewUs < log_now_us) {
    return Bad("clock",
               refused ? "the server says that this device's clock is wrong"
                       : "this device's clock is behind what the log has shown already",
               RemedyOf(Reason::REASON_CLOCK));
  }
  return Good("clock", "not behind the log");
}

clientpb::Finding Outbox(uint64_t now_us, const Facts& facts) {
  if (facts.waiting.empty() && facts.incomplete.empty()) {
    if (facts.undelivered == 0) return Good("outbox", "everything filed here has arrived");
    return Bad("outbox", absl::StrCat(facts.undelivered, " of what was filed has not arrived, or not whole"),
               kLookAtReasons);
  }
  const std::string what = absl::StrCat(facts.waiting.size(), " records and the files of ", facts.incomplete.size(),
                                        " more are on their way");
  uint64_t oldest_us = now_us;
  for (const Item& item : facts.waiting) oldest_us = std::min(oldest_us, item.filed_at_us);
  const bool calls_succeed = facts.last_exchange_us + kStuckUs > now_us;
  if (calls_succeed && oldest_us + kStuckUs < now_us) {
    return Bad("outbox", absl::StrCat(what, ", the oldest since ", Since(oldest_us, now_us), ", though calls succeed"),
               kLookAtReasons);
  }
  return Good("outbox", what);
}

clientpb::Finding Server(uint64_t now_us, const Facts& facts) {
  if (facts.last_exchange_us == 0 && facts.last_error == Reason::REASON_UNSPECIFIED) {
    return Good("server", "not asked yet");
  }
  const std::string seen = facts.last_exchange_us == 0
                               ? "no exchange has succeeded yet"
                               : absl::StrCat("last exchange ", Since(facts.last_exchange_us, now_us), " ago");
  if (facts.last_error == Reason::REASON_UNSPECIFIED) return Good("server", seen);
  return Bad("server", absl::StrCat(seen, "; the last try failed: ", qf::NameOf(facts.last_error)),
             RemedyOf(facts.last_error));
}

clientpb::Finding Keys(Core& core) {
  if (!core.HasVault().ok()) return Good("keys", "no keys have been made yet");
  const absl::Status vault = core.vault().NextTryAtUs().status();
  if (!vault.ok()) return Of("keys", vault, "");
  if (const absl::Status secret = core.CheckSecret(); !secret.ok()) {
    return Bad("keys", secret.message(), "put the file back: without it nothing opens this store");
  }
  if (core.Describe().waiting_for_keys()) {
    return Bad("keys", "this desk waits for the office's keys", RemedyOf(Reason::REASON_NOT_GRANTED));
  }
  return Good("keys", "the vault file is whole and its platform secret is there");
}

clientpb::Finding Disk(Core& core) {
  const auto free = core.world().files.FreeBytes(core.folder());
  if (!free.ok()) return Of("disk", free.status(), "");
  const std::string what = absl::StrCat(*free >> 20, " MiB free");
  return *free < kDiskLowBytes ? Bad("disk", what, RemedyOf(Reason::REASON_DISK_FULL)) : Good("disk", what);
}

void AddStoreFindings(Core& core, Session& session, clientpb::ExamineResponse* out) {
  const uint64_t now_us = core.world().clock.NowUs();
  const auto facts = session.database().Read(Look);
  if (!facts.ok()) {
    *out->add_findings() = Of("store", facts.status(), "");
    return;
  }
  *out->add_findings() = Outbox(now_us, *facts);
  *out->add_findings() =
      facts->evidence == 0
          ? Good("proofs", "every proof that the server gave has held")
          : Bad("proofs", absl::StrCat(facts->evidence, " proofs or answers of the server did not hold; they are kept"),
                RemedyOf(Reason::REASON_PROOF));
  *out->add_findings() =
      facts->unproven == 0 ? Good("receipts", "everything that left the outbox has its receipt")
                           : Bad("receipts", absl::StrCat(facts->unproven, " items left the outbox without a receipt"),
                                 RemedyOf(Reason::REASON_STORE_DAMAGED));
  *out->add_findings() = Clock(now_us, session.LogNowUs(), *facts);
  *out->add_findings() = Server(now_us, *facts);
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
    *response.add_findings() = Of("store", (*session)->database().Verify(), "every page reads and checks");
    AddStoreFindings(core, **session, &response);
  } else {
    *response.add_findings() = Good("store", absl::StrCat("not looked into: ", session.status().message()));
  }
  *response.add_findings() = Keys(core);
  *response.add_findings() = Disk(core);
  return WorseFirst(response);
}

}  // namespace qf::client
