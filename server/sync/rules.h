// The rules for one push, in an open transaction. See intake.h.
#pragma once

#include <set>
#include <vector>

#include "server/store/log_writer.h"
#include "server/store/quotas.h"
#include "server/sync/intake.h"

namespace qf::server {

// Decides on each record of `push` and appends what is to be appended. For the writer's thread, once a push.
class PushRules {
 public:
  PushRules(sql::WriteTxn& tx, LogBook& book, LogWriter& writer, const IntakeLimits& limits)
      : tx_(tx), book_(book), writer_(writer), limits_(limits), view_(book.View()) {}

  // Errors are the store's; then the whole transaction has to be given up.
  absl::StatusOr<std::vector<Outcome>> Apply(const Push& push);

  // True if `offer` begins a new term of the log as it stands.
  static bool TakesEffect(const Offer& offer, LogBook& book, const LogView& view);

 private:
  absl::StatusOr<Outcome> One(const Push& push, const Offer& offer);
  bool MayCarry(const Push& push, const Offer& offer);
  absl::StatusOr<Outcome> Held(const Offer& offer, const Stream& stream);
  absl::StatusOr<Outcome> New(const Offer& offer, bool takes_effect);
  absl::StatusOr<bool> OverQuota(const record::Record& record);
  void Count(const record::Record& record);
  record::Verdict JudgeRestart(const Offer& offer) const;
  absl::StatusOr<Outcome> Append(const NewEntry& entry);

  sql::WriteTxn& tx_;
  LogBook& book_;
  LogWriter& writer_;
  const IntakeLimits& limits_;
  const LogView view_;
  Usage usage_;
  bool caller_known_ = false;
  bool term_ended_ = false;             // by a RESTART of this very push
  std::set<record::StreamId> stopped_;  // after LATER or MALFORMED the rest of that stream waits
};

}  // namespace qf::server
