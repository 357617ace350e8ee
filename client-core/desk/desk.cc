#include "client-core/desk/desk.h"

#include <algorithm>
#include <utility>

#include "client-core/desk/attests.h"
#include "client-core/desk/casework.h"
#include "client-core/desk/certify.h"
#include "client-core/desk/keys.h"
#include "client-core/desk/roster.h"
#include "common/base/error.h"
#include "common/base/logging.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Schedules are kept to a quarter of an hour of the office's day, and an office day of seconds does not keep a
// machine busy.
constexpr uint64_t kTicksPerDay = 96;
constexpr uint64_t kTickMinUs = kMicrosPerSecond / 4;

}  // namespace

Desk::Desk(Session& session, std::unique_ptr<rpc::Transport> transport)
    : session_(session), transport_(std::move(transport)), server_(session, *transport_), register_(session) {
  session_.OnEntries([this, alive = std::weak_ptr<bool>(alive_)](uint64_t) {
    if (!alive.expired()) Wake();
  });
  // Sync has not done while duties would file more: everything then, however long it takes.
  session_.OnCatchUp([this] { return CatchUp(SIZE_MAX).status(); });
  SetTimer();
  Wake();
}

Desk::~Desk() {
  session_.OnCatchUp(nullptr);
  if (timer_ != 0) session_.world().loop.Cancel(timer_);
  for (auto& [key, call] : calls_) call->End(Error(Reason::REASON_SHUTDOWN, "the store was locked"));
}

void Desk::Keep(std::shared_ptr<DeskCall> call) {
  DeskCall* const key = call.get();
  calls_.emplace(key, std::move(call));
}

void Desk::Forget(DeskCall* call) { calls_.erase(call); }

void Desk::SetTimer() {
  const auto day_us = OfficeDayUs(session_);
  const uint64_t tick_us = std::max((day_us.ok() ? *day_us : kMicrosPerDay) / kTicksPerDay, kTickMinUs);
  timer_ = session_.world().loop.At(session_.world().clock.SteadyUs() + tick_us,
                                    [this, alive = std::weak_ptr<bool>(alive_)] {
                                      if (alive.expired()) return;
                                      clock_due_ = true;
                                      Wake();
                                      SetTimer();
                                    });
}

void Desk::Wake() {
  cases_.reset();
  if (awake_) return;
  awake_ = true;
  session_.world().loop.Post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) Run();
  });
}

void Desk::Run() {
  awake_ = false;
  if (!session_.IsDesk()) return;
  const auto more = StepOnce();
  if (more.ok() && *more) return Wake();
  const absl::Status status = more.ok() ? DoDuties() : more.status();
  // The next entries, or the next tick, try again.
  if (!status.ok()) Log(Level::kWarning, "desk_stopped", {{"reason", ReasonOf(status)}});
}

absl::StatusOr<bool> Desk::StepOnce() {
  QF_TRY_ASSIGN(const RegisterStep step, register_.Step());
  roster_due_ = roster_due_ || step.roster;
  QF_TRY(CompareAttests(session_, step.entries));
  Tell(step);
  return step.more;
}

absl::Status Desk::DoDuties() {
  if (!session_.IsDesk()) return absl::OkStatus();
  const record::Standing standing = session_.Standing();
  if (standing.revoked.has_value() || standing.role == recordpb::ROLE_UNSPECIFIED) return absl::OkStatus();
  if (roster_due_) {
    QF_TRY_ASSIGN(const bool new_keys, TakeGrants(session_));
    if (new_keys) Wake();  // what waits for them may be opened
  }
  if (roster_due_ || clock_due_) {
    const bool certifies = roster_due_ && standing.role == recordpb::ROLE_ADMINISTRATOR;
    const bool makes_keys = MakesKeysOf(standing.role) != recordpb::AUDIENCE_UNSPECIFIED;
    if (certifies || makes_keys) {
      QF_TRY_ASSIGN(const Roster roster, ReadRoster(session_));
      if (certifies) QF_TRY(TendEnrolments(session_, roster));
      if (makes_keys) QF_TRY(TendKeys(session_, roster));
    }
    QF_TRY(AlarmMissingGrants(session_));
  }
  roster_due_ = clock_due_ = false;  // only now: what failed is due at the next try
  return Attest(session_);
}

absl::StatusOr<bool> Desk::CatchUp(size_t steps) {
  if (!session_.IsDesk()) return true;
  for (size_t i = 0; i < steps; ++i) {
    QF_TRY_ASSIGN(const bool more, StepOnce());
    if (more) continue;
    QF_TRY(DoDuties());
    return true;
  }
  Wake();
  return false;
}

absl::StatusOr<const Desk::Cases*> Desk::CasesNow() {
  if (cases_ == nullptr) {
    auto cases = std::make_unique<Cases>();
    QF_TRY_ASSIGN(cases->folded, FoldCasesOf(session_, &cases->unread));
    QF_TRY_ASSIGN(cases->numbers,
                  session_.database().Read([&](sql::ReadTxn& tx) { return CaseOfReports(tx, cases->folded); }));
    cases_ = std::move(cases);
  }
  return cases_.get();
}

void Desk::Tell(const RegisterStep& step) {
  if (!step.arrivals && !step.messages && !step.cases && !step.roster) return;
  cases_.reset();
  clientpb::WatchResponse event;
  event.mutable_changes()->set_arrivals(step.arrivals || step.messages);
  event.mutable_changes()->set_messages(step.messages);
  event.mutable_changes()->set_cases(step.cases);
  event.mutable_changes()->set_devices(step.roster);
  session_.Tell(event);
}

}  // namespace qf::client
