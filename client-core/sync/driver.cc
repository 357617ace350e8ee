#include "client-core/sync/driver.h"

#include <algorithm>
#include <list>
#include <optional>
#include <set>
#include <utility>

#include "client-core/session/evidence.h"
#include "client-core/session/server_methods.h"
#include "client-core/store/blob.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "client-core/sync/adopt.h"
#include "client-core/sync/attests.h"
#include "client-core/sync/enrolment.h"
#include "client-core/sync/exchange.h"
#include "client-core/sync/uploads.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/logging.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr uint64_t kExchangeTimeoutUs = 60 * kMicrosPerSecond;

// Answers that show that the server, or somebody before it, does not tell the truth.
bool IsEvidence(Reason reason) {
  switch (reason) {
    case Reason::REASON_PROOF:
    case Reason::REASON_FORK:
    case Reason::REASON_SIGNATURE:
    case Reason::REASON_GAP:
    case Reason::REASON_MALFORMED:
    case Reason::REASON_OFFICE:
      return true;
    default:
      return false;
  }
}

class Driver final : public SyncDriver {
 public:
  Driver(SessionSlot& slot, Session& session, std::unique_ptr<rpc::Transport> transport,
         std::unique_ptr<Replica> replica, const DriverOptions& options)
      : slot_(slot),
        session_(session),
        transport_(std::move(transport)),
        replica_(std::move(replica)),
        calls_(session, *transport_),
        uploads_(session, calls_),
        machine_(options.tuning) {
    session_.OnOutbox([this, alive = std::weak_ptr<bool>(alive_)] {
      // Posted: whoever filed is inside a call of its own.
      session_.world().loop.Post([this, alive] {
        if (!alive.expired()) Step({.kind = SyncEvent::Kind::kOutbox});
      });
    });
    uploads_.OnProgress([this] { Report(false); });
  }

  ~Driver() override {
    session_.OnOutbox(nullptr);
    StopTimer();
    uploads_.Stop();
    for (Waiter& waiter : waiters_) {
      waiter.writer.Finish(Error(Reason::REASON_CANCELLED, "the store was locked"));
    }
  }

  void Sync(const clientpb::SyncRequest& request, rpc::Writer<clientpb::SyncResponse> writer) override {
    if (ended_.has_value()) FinishRun();
    SyncEvent event{.kind = SyncEvent::Kind::kWanted};
    event.mode = request.watch() ? SyncMode::kWatch : request.once() ? SyncMode::kOnce : SyncMode::kUntilSettled;
    event.skip_files = request.skip_files();
    if (machine_.idle()) total_ = clientpb::SyncResponse();
    if (machine_.idle()) upload_base_ = uploads_.counts();
    waiters_.push_back({std::move(writer), request.watch(), request.skip_files() || request.once()});
    waiters_.back().writer.OnWakeUp([this, alive = std::weak_ptr<bool>(alive_)] {
      session_.world().loop.Post([this, alive] {
        if (!alive.expired()) DropCancelled();
      });
    });
    Step(event);
  }

  absl::StatusOr<clientpb::GetSyncStatusResponse> Status() override {
    clientpb::GetSyncStatusResponse status;
    status.set_term(replica_->term());
    if (replica_->newest().has_value()) status.set_checkpoint_size(replica_->newest()->checkpoint.size);
    QF_TRY(session_.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
      QF_TRY_ASSIGN(const uint64_t last, GetNumber(tx, Setting::kLastExchangeUs));
      QF_TRY_ASSIGN(const uint64_t error, GetNumber(tx, Setting::kLastError));
      QF_TRY_ASSIGN(const uint64_t records, CountWaiting(tx));
      QF_TRY_ASSIGN(const uint64_t bytes, FileBytesLeft(tx));
      QF_TRY_ASSIGN(const uint64_t offers, CountPendingOffers(tx));
      QF_TRY_ASSIGN(const uint64_t evidence, CountEvidence(tx));
      QF_TRY_ASSIGN(const auto rolled_back, GetSetting(tx, Setting::kServerRolledBack));
      QF_TRY_ASSIGN(const bool unheard, IsOfficeUnheard(session_, tx));
      QF_TRY_ASSIGN(const auto when_asked, GetSetting(tx, Setting::kFilesWhenAsked));
      status.set_last_exchange_us(last);
      status.set_last_error(static_cast<Reason>(error));
      status.set_records_left(static_cast<uint32_t>(records));
      status.set_file_bytes_left(bytes);
      status.set_reoffers_left(static_cast<uint32_t>(offers));
      status.set_evidence(static_cast<uint32_t>(evidence));
      status.set_server_rolled_back(rolled_back.has_value());
      status.set_files_when_asked(when_asked.has_value());
      status.set_office_unheard(unheard);
      return absl::OkStatus();
    }));
    return status;
  }

 private:
  struct Waiter {
    rpc::Writer<clientpb::SyncResponse> writer;
    bool watches;
    bool skips_files;
  };

  void Step(SyncEvent event) {
    event.random = session_.world().entropy.Uint64();
    std::vector<SyncEffect> effects;
    machine_.Step(event, &effects);
    for (const SyncEffect& effect : effects) Perform(effect);
  }

  void Perform(const SyncEffect& effect) {
    switch (effect.kind) {
      case SyncEffect::Kind::kStartExchange:
        if (effect.wait_for_news && effect.settled) OnNothingLeft();
        return StartExchange(effect.wait_for_news);
      case SyncEffect::Kind::kStartUpload:
        return uploads_.Start(missing_of_others_, [this](absl::Status status) { OnUploaded(std::move(status)); });
      case SyncEffect::Kind::kStartTimer:
        retry_in_ms_ = effect.delay_us / 1000;
        timer_ = session_.world().loop.At(session_.world().clock.SteadyUs() + effect.delay_us, [this] {
          timer_ = 0, retry_in_ms_ = 0, Step({.kind = SyncEvent::Kind::kTimer});
        });
        Report(false);
        return FinishBesideWatch(Error(waiting_, "sync has not come to its end"));
      case SyncEffect::Kind::kStopTimer:
        return StopTimer();
      case SyncEffect::Kind::kCancelAll:
        ++exchange_;
        uploads_.Stop();
        return calls_.CancelAll();
      case SyncEffect::Kind::kEnded:
        return OnEnded(effect);
    }
  }

  void StopTimer() {
    if (timer_ != 0) session_.world().loop.Cancel(timer_);
    timer_ = 0;
    retry_in_ms_ = 0;
  }

  // --- the lane of records

  void StartExchange(bool wait_for_news) {
    ++exchange_;  // an older one that still waits for news does not count any more
    auto first = NeedsFirstContact(*replica_);
    if (!first.ok()) return OnBroken(first.status());
    if (*first) {
      return MakeFirstContact(*replica_, calls_, [this, exchange = exchange_](absl::Status status) {
        if (exchange != exchange_) return;
        if (!status.ok()) return OnBroken(status);
        slot_.SessionChanged();
        Ask(false);
      });
    }
    Ask(wait_for_news);
  }

  void Ask(bool wait_for_news) {
    auto draining = IsDraining(*replica_);
    if (!draining.ok()) return OnBroken(draining.status());
    RequestOptions options;
    options.wait_ms = wait_for_news ? limits::kWaitForNewsUs / 1000 : 0;
    options.pull = !*draining;
    options.lacking = std::exchange(lacking_, {});
    auto request = BuildRequest(*replica_, options);
    if (!request.ok()) return OnBroken(request.status());
    auto shared = std::make_shared<Request>(*std::move(request));
    calls_.Call<serverpb::ExchangeResponse>(
        server_methods::kExchange, shared->message,
        [this, shared, exchange = exchange_](absl::StatusOr<serverpb::ExchangeResponse> response) {
          if (exchange != exchange_) return;
          if (!response.ok()) return OnBroken(response.status());
          OnAnswer(*shared, *response);
        },
        kExchangeTimeoutUs + (wait_for_news ? limits::kWaitForNewsUs : 0));
  }

  void OnAnswer(const Request& request, const serverpb::ExchangeResponse& response) {
    auto result = TakeExchange(*replica_, request, response);
    if (!result.ok()) return OnBroken(result.status(), response.SerializeAsString());
    if (result->newer_term) {
      return AdoptTerm(*replica_, calls_, response.welcome(), [this, exchange = exchange_](absl::Status status) {
        if (exchange != exchange_) return;
        if (!status.ok()) return OnBroken(status);
        OnExchanged({.more = true});
      });
    }
    if (result->erase || result->drained) return Erase();
    Hear();
    OnExchanged(*std::move(result));
  }

  // Beside the lane of records, which it never holds up: its call may be swallowed on the way. Attests that come
  // meanwhile are heard with the next answer.
  void Hear() {
    if (hearing_) return;
    hearing_ = true;
    HearDesks(*replica_, calls_, [this](absl::Status status, const std::string& attest) {
      hearing_ = false;
      // Sending goes on all the same: what a desk was not shown has to stand somewhere.
      if (IsEvidence(ReasonOf(status))) KeepProof(status, attest);
      if (ended_.has_value()) FinishRun();
    });
  }

  void OnExchanged(ExchangeResult result) {
    NoteContact(result.reason, true);
    total_.set_records_sent(total_.records_sent() + result.records_sent);
    total_.set_entries_read(total_.entries_read() + result.entries_read);
    missing_of_others_ = std::move(result.missing_of_others);
    // Each record that the server lacks is given once in a run: what it cannot use now would come for ever.
    for (const RecordId& id : result.lacking) {
      if (given_.insert(id).second) lacking_.push_back(id);
    }
    if (result.entries_read > 0 || result.records_sent > 0) {
      clientpb::WatchResponse event;
      event.mutable_changes()->set_items(true);
      event.mutable_changes()->set_messages(result.entries_read > 0);
      session_.Tell(event);
      slot_.SessionChanged();
    }
    waiting_ = result.reason;
    Report(false);
    Step({.kind = SyncEvent::Kind::kExchanged,
          .more = result.more || !lacking_.empty(),
          .files_left = result.files_left && !FilesWait(),
          .reason = result.reason,
          .retry_after_us = result.retry_after_ms * 1000});
  }

  void OnBroken(const absl::Status& status, const std::string& answer = "") {
    const Reason reason = ReasonOf(status);
    NoteContact(reason, false);
    if (IsEvidence(reason)) KeepProof(status, answer);
    waiting_ = reason;
    Log(Level::kWarning, "sync_broken", {{"reason", reason}});
    Step({.kind = SyncEvent::Kind::kBroken,
          .reason = reason,
          .retry_after_us = RetryAfterMs(status) * 1000,
          .fatal = IsEvidence(reason) || IsFinal(reason)});
  }

  // Trying again with the same bytes cannot help: a person has to do something.
  static bool IsFinal(Reason reason) {
    switch (reason) {
      case Reason::REASON_TOKEN:
      case Reason::REASON_USED:
      case Reason::REASON_EXPIRED:
      case Reason::REASON_REVOKED:
      case Reason::REASON_CERTIFICATE:
      case Reason::REASON_STORE_DAMAGED:
      case Reason::REASON_STORE_CLOSED:
      case Reason::REASON_METHOD:
        return true;
      default:
        return false;
    }
  }

  void KeepProof(const absl::Status& status, const std::string& answer) {
    KeepEvidenceOnce(session_,
                     {ReasonOf(status), std::string(status.message()), answer, session_.world().clock.NowUs()})
        .IgnoreError();
  }

  // `reason`: why nothing goes on; the server may have `answered` all the same, with LATER.
  void NoteContact(Reason reason, bool answered) {
    (void)session_.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      QF_TRY(PutNumber(tx, Setting::kLastError, reason));
      if (!answered) return absl::OkStatus();
      return PutNumber(tx, Setting::kLastExchangeUs, session_.world().clock.NowUs());
    });
  }

  // Everything that was filed has been proven, or two administrators say so: keys first, then everything.
  void Erase() {
    Step({.kind = SyncEvent::Kind::kStop});
    slot_.Post([&slot = slot_] { slot.Erase(); });  // posted: it ends this driver
  }

  // --- the lane of files

  void OnUploaded(absl::Status status) {
    missing_of_others_.clear();
    session_.ItemsChanged();
    if (status.ok()) return Step({.kind = SyncEvent::Kind::kUploaded});
    waiting_ = ReasonOf(status);
    Step({.kind = SyncEvent::Kind::kUploadBroken,
          .reason = ReasonOf(status),
          .retry_after_us = RetryAfterMs(status) * 1000,
          .fatal = IsFinal(ReasonOf(status))});
  }

  // --- those who look on

  void Report(bool settled) {
    clientpb::SyncResponse response = total_;
    (void)session_.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
      QF_TRY_ASSIGN(const uint64_t records, CountWaiting(tx));
      QF_TRY_ASSIGN(const uint64_t offers, CountPendingOffers(tx));
      QF_TRY_ASSIGN(const uint64_t bytes, FileBytesLeft(tx));
      response.set_records_left(static_cast<uint32_t>(records + offers));
      response.set_file_bytes_left(bytes);
      return absl::OkStatus();
    });
    const UploadCounts& counts = uploads_.counts();
    response.set_file_bytes_sent(counts.sent_bytes - upload_base_.sent_bytes);
    response.set_file_bytes_resent(counts.resent_bytes - upload_base_.resent_bytes);
    response.set_files_resumed(counts.resumed_files - upload_base_.resumed_files);
    response.set_file_bytes_saved(counts.saved_bytes - upload_base_.saved_bytes);
    response.set_settled(settled);
    response.set_waiting(waiting_);
    response.set_retry_in_ms(retry_in_ms_);
    for (Waiter& waiter : waiters_) {
      if (settled || waiter.writer.WantsMore()) waiter.writer.Send(response);
    }
    clientpb::WatchResponse event;
    *event.mutable_sync() = response;
    session_.Tell(event);
  }

  // A run that watches goes on; whoever shares it and only wanted everything sent has that now.
  void OnNothingLeft() {
    waiting_ = Reason::REASON_UNSPECIFIED;
    Report(true);
    FinishBesideWatch(absl::OkStatus());
  }
  // Who shares a run that watches does not wait for ever: the first failure is his answer, and the run tries again.
  void FinishBesideWatch(const absl::Status& status) {
    const auto watches = [](const Waiter& waiter) { return waiter.watches; };
    if (std::none_of(waiters_.begin(), waiters_.end(), watches)) return;
    waiters_.remove_if([&](Waiter& waiter) {
      if (!waiter.watches) waiter.writer.Finish(status);
      return !waiter.watches;
    });
  }
  // Files wait until a person asks, and nobody has.
  bool FilesWait() {
    const auto asks = [](const Waiter& waiter) { return !waiter.watches && !waiter.skips_files; };
    if (std::any_of(waiters_.begin(), waiters_.end(), asks)) return false;
    const auto when_asked =
        session_.database().Read([](sql::ReadTxn& tx) { return GetSetting(tx, Setting::kFilesWhenAsked); });
    return when_asked.ok() && when_asked->has_value();
  }

  // A run that has come to its end looks once more: a desk's duties may have filed something in answer to what was
  // read.
  bool FoundMore() {
    const absl::Status caught_up = session_.CatchUp();
    if (!caught_up.ok()) Log(Level::kWarning, "catch_up_failed", {{"reason", ReasonOf(caught_up)}});
    const auto waiting = session_.database().Read([](sql::ReadTxn& tx) { return CountWaiting(tx); });
    return waiting.ok() && *waiting > 0;
  }

  // A refused ENROL has left the outbox, and yet nothing is up to date: every run says so again.
  void SayRefusal(SyncEffect& effect) {
    const auto refusal = RefusalOfEnrolment(*replica_);
    if (!effect.settled || !refusal.ok() || *refusal == Reason::REASON_UNSPECIFIED) return;
    effect.settled = false;
    effect.reason = *refusal;
    NoteContact(*refusal, false);
  }

  void OnEnded(SyncEffect effect) {
    if (effect.settled && !waiters_.empty() && FoundMore())
      return Step({.kind = SyncEvent::Kind::kWanted, .mode = SyncMode::kUntilSettled});
    ended_ = effect;
    // A program that syncs and ends has heard the desks by then.
    if (!hearing_ || !effect.settled) FinishRun();
  }

  void FinishRun() {
    SyncEffect effect = *std::exchange(ended_, std::nullopt);
    SayRefusal(effect);
    given_.clear();
    waiting_ = effect.reason;
    Report(effect.settled);
    std::list<Waiter> waiters = std::move(waiters_);
    waiters_.clear();
    for (Waiter& waiter : waiters) {
      waiter.writer.Finish(effect.settled || effect.reason == Reason::REASON_UNSPECIFIED
                               ? absl::OkStatus()
                               : Error(effect.reason, "sync has not come to its end"));
    }
  }

  // Whoever watched and left: the run goes on only while somebody waits for it.
  void DropCancelled() {
    waiters_.remove_if([](Waiter& waiter) {
      if (!waiter.writer.Cancelled()) return false;
      waiter.writer.Finish(Error(Reason::REASON_CANCELLED, "cancelled"));
      return true;
    });
    if (waiters_.empty() && !machine_.idle()) Step({.kind = SyncEvent::Kind::kStop});
  }

  SessionSlot& slot_;
  Session& session_;
  std::unique_ptr<rpc::Transport> transport_;
  std::unique_ptr<Replica> replica_;
  ServerCalls calls_;
  Uploads uploads_;
  SyncMachine machine_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::list<Waiter> waiters_;
  clientpb::SyncResponse total_;
  UploadCounts upload_base_;
  uint64_t exchange_ = 0;  // the one whose answer counts
  bool hearing_ = false;
  std::optional<SyncEffect> ended_;  // a run that came to its end, and is told once the desks are heard
  TimerId timer_ = 0;
  uint64_t retry_in_ms_ = 0;
  Reason waiting_ = Reason::REASON_UNSPECIFIED;
  std::set<RecordId> given_;
  std::vector<RecordId> lacking_;
  std::vector<std::pair<RecordId, Digest>> missing_of_others_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SyncDriver>> NewSyncDriver(SessionSlot& slot, Session& session,
                                                          std::unique_ptr<rpc::Transport> transport,
                                                          const DriverOptions& options) {
  QF_TRY_ASSIGN(auto replica, Replica::Open(session));
  return std::make_unique<Driver>(slot, session, std::move(transport), std::move(replica), options);
}

}  // namespace qf::client
