// Decides what sync does next. Pure: no clock, no socket, no store; an event in, effects out.
//
//   SyncMachine machine(tuning);
//   machine.Step({.kind = SyncEvent::Kind::kWanted}, &effects);                   // {kStartExchange}
//   machine.Step({.kind = SyncEvent::Kind::kExchanged, .more = true}, &effects);  // {kStartExchange}
//
// The driver (driver.h) performs the effects and feeds back what came of them. Two lanes: at most one Exchange at a
// time, and beside it at most one upload of a file, so that a large file never holds up a record.
//
// Tested by golden traces and by walking every sequence of events up to a bound: in no state may work be wanted and
// nothing be under way or timed.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/error.h"

namespace qf::client {

// How far a run of sync goes.
enum class SyncMode {
  kOnce,          // one Exchange, no file: what a background slot allows
  kUntilSettled,  // until nothing is left to do, or it fails several times in a row
  kWatch,         // until stopped, waiting for news in between
};

struct SyncTuning {
  uint64_t backoff_min_us;
  uint64_t backoff_max_us;
  uint32_t tries_max;          // failures in a row after which kUntilSettled ends
  uint64_t later_wait_max_us;  // kUntilSettled waits at most this long for a LATER, else it ends and says why
};
SyncTuning DefaultTuning();

struct SyncEvent {
  enum class Kind {
    kWanted,     // somebody asks: mode, skip_files
    kOutbox,     // something was filed
    kExchanged,  // an Exchange was answered: more, files_left, reason and retry_after_us of a LATER
    kBroken,     // an Exchange failed: reason
    kUploaded,   // the upload lane has done what it could: files_left
    kUploadBroken,
    kTimer,  // the timer that StartTimer asked for
    kStop,
  };
  Kind kind = Kind::kWanted;
  SyncMode mode = SyncMode::kUntilSettled;
  bool skip_files = false;
  bool more = false;  // records or pages are left
  bool files_left = false;
  Reason reason = Reason::REASON_UNSPECIFIED;
  uint64_t retry_after_us = 0;
  bool fatal = false;   // trying again cannot help: evidence was found, or the device was erased
  uint64_t random = 0;  // for jitter: evenly drawn by the driver for each event
};

struct SyncEffect {
  enum class Kind { kStartExchange, kStartUpload, kStartTimer, kStopTimer, kCancelAll, kEnded };
  Kind kind;
  bool wait_for_news = false;                  // of kStartExchange
  uint64_t delay_us = 0;                       // of kStartTimer
  bool settled = false;                        // of kEnded, and of waiting for news: nothing was left
  Reason reason = Reason::REASON_UNSPECIFIED;  // of kEnded: what it waits for, or why it failed
};

class SyncMachine {
 public:
  explicit SyncMachine(const SyncTuning& tuning) : tuning_(tuning) {}

  void Step(const SyncEvent& event, std::vector<SyncEffect>* effects);

  bool idle() const { return !running_; }
  bool exchanging() const { return exchanging_; }
  bool uploading() const { return uploading_; }
  bool timed() const { return timed_; }

 private:
  void Begin(const SyncEvent& event);
  void Advance(std::vector<SyncEffect>* effects);
  void Fail(const SyncEvent& event, std::vector<SyncEffect>* effects);
  void End(bool settled, Reason reason, std::vector<SyncEffect>* effects);
  uint64_t Backoff(uint64_t random) const;

  const SyncTuning tuning_;
  bool running_ = false;
  SyncMode mode_ = SyncMode::kOnce;
  bool skip_files_ = false;
  bool exchange_wanted_ = false;  // records or pages are left, or nobody has asked yet
  bool exchanging_ = false;
  bool waiting_for_news_ = false;
  bool upload_wanted_ = false;
  bool uploading_ = false;
  bool timed_ = false;
  uint32_t failures_ = 0;
};

}  // namespace qf::client
