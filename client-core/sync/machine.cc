#include "client-core/sync/machine.h"

#include <algorithm>

#include "common/base/limits.h"

namespace qf::client {
namespace {

using Event = SyncEvent::Kind;
using Effect = SyncEffect::Kind;

}  // namespace

SyncTuning DefaultTuning() {
  return {limits::kBackoffMinUs, limits::kBackoffMaxUs, /*tries_max=*/4, /*later_wait_max_us=*/30 * kMicrosPerSecond};
}

void SyncMachine::Step(const SyncEvent& event, std::vector<SyncEffect>* effects) {
  switch (event.kind) {
    case Event::kWanted:
      Begin(event);
      break;
    case Event::kOutbox:
      if (!running_) return;
      exchange_wanted_ = true;
      // An Exchange that only waits for news gives way to the one that carries the record.
      if (exchanging_ && !waiting_for_news_) return;
      break;
    case Event::kExchanged:
      exchanging_ = waiting_for_news_ = false;
      // An answer of nothing but LATER is a failure like any other: several of them in a row end a run.
      if (event.reason == Reason::REASON_UNSPECIFIED || event.more) failures_ = 0;
      exchange_wanted_ = exchange_wanted_ || event.more;
      upload_wanted_ = event.files_left && !skip_files_ && mode_ != SyncMode::kOnce;
      if (event.fatal) return End(false, event.reason, effects);
      if (mode_ == SyncMode::kOnce) return End(!event.more && !event.files_left, event.reason, effects);
      if (event.reason != Reason::REASON_UNSPECIFIED && !event.more) return Fail(event, effects);
      break;
    case Event::kBroken:
      exchanging_ = waiting_for_news_ = false;
      if (event.reason == Reason::REASON_SUPERSEDED) {
        exchange_wanted_ = true;
        break;
      }
      return Fail(event, effects);
    case Event::kUploaded:
      uploading_ = false;
      failures_ = 0;
      upload_wanted_ = false;
      // The server is asked once more: it tells what is complete now, and what is lacking still.
      exchange_wanted_ = true;
      break;
    case Event::kUploadBroken:
      uploading_ = false;
      return Fail(event, effects);
    case Event::kTimer:
      timed_ = false;
      exchange_wanted_ = true;
      break;
    case Event::kStop:
      if (running_) End(false, Reason::REASON_CANCELLED, effects);
      return;
  }
  Advance(effects);
}

void SyncMachine::Begin(const SyncEvent& event) {
  // Two that ask at once share a run: the one that goes further counts.
  mode_ = running_ ? std::max(mode_, event.mode) : event.mode;
  skip_files_ = running_ ? skip_files_ && event.skip_files : event.skip_files;
  if (!running_) failures_ = 0;
  running_ = true;
  exchange_wanted_ = true;
}

void SyncMachine::Advance(std::vector<SyncEffect>* effects) {
  if (!running_) return;
  if (upload_wanted_ && !uploading_) {
    uploading_ = true;
    effects->push_back({Effect::kStartUpload});
  }
  if (exchanging_ && !(waiting_for_news_ && exchange_wanted_)) return;
  if (exchange_wanted_) {
    if (timed_) {
      timed_ = false;
      effects->push_back({Effect::kStopTimer});
    }
    exchange_wanted_ = false;
    exchanging_ = true;
    waiting_for_news_ = false;
    effects->push_back({Effect::kStartExchange});
    return;
  }
  if (timed_) return;
  if (mode_ == SyncMode::kWatch) {
    // Beside an upload too: answers and a revocation do not wait the hours that a file may take.
    exchanging_ = waiting_for_news_ = true;
    effects->push_back({.kind = Effect::kStartExchange, .wait_for_news = true, .settled = !uploading_});
    return;
  }
  if (uploading_) return;
  End(true, Reason::REASON_UNSPECIFIED, effects);
}

// A failure, or an answer of nothing but LATER: wait, or give up and say why.
void SyncMachine::Fail(const SyncEvent& event, std::vector<SyncEffect>* effects) {
  ++failures_;
  if (event.fatal) return End(false, event.reason, effects);
  const uint64_t delay_us = std::max(event.retry_after_us, Backoff(event.random));
  const bool patient = mode_ == SyncMode::kWatch;
  if (!patient && (failures_ >= tuning_.tries_max || event.retry_after_us > tuning_.later_wait_max_us)) {
    return End(false, event.reason, effects);
  }
  if (timed_ || exchanging_) return;
  timed_ = true;
  effects->push_back({.kind = Effect::kStartTimer, .delay_us = delay_us});
}

void SyncMachine::End(bool settled, Reason reason, std::vector<SyncEffect>* effects) {
  if (timed_) effects->push_back({Effect::kStopTimer});
  if (exchanging_ || uploading_) effects->push_back({Effect::kCancelAll});
  running_ = exchanging_ = waiting_for_news_ = uploading_ = timed_ = exchange_wanted_ = upload_wanted_ = false;
  effects->push_back({.kind = Effect::kEnded, .settled = settled, .reason = reason});
}

// Full jitter: evenly between nothing and a bound that doubles with each failure.
uint64_t SyncMachine::Backoff(uint64_t random) const {
  const uint32_t doublings = std::min<uint32_t>(failures_ == 0 ? 0 : failures_ - 1, 20);
  const uint64_t bound = std::min(tuning_.backoff_max_us, tuning_.backoff_min_us << doublings);
  return random % (bound + 1);
}

}  // namespace qf::client
