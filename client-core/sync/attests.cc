#include "client-core/sync/attests.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "client-core/session/server_methods.h"
#include "client-core/store/entry.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/verify.h"
#include "qingfeng/content/v1/content.pb.h"
#include "qingfeng/server/v1/log.pb.h"

namespace qf::client {
namespace {

constexpr uint64_t kProofUs = 15 * kMicrosPerSecond;
constexpr uint64_t kUnheardUs = 7 * kMicrosPerDay;
constexpr int kLookedAt = 1000;  // attests of one fold: what re-offers bring of an old term is not read for ever

// Where the desks were heard; the attest that says more than `size` does, still to be compared.
struct Heard {
  uint64_t size = 0;
  uint64_t at_us = 0;
  std::optional<log::Checkpoint> claim;
  std::string attest;
};

// The checkpoint of this term that an attest carries. Others say nothing, and what was offered again is of another
// term: what it covered was folded then, and its size is another log's now.
std::optional<log::Checkpoint> ClaimOf(const Replica& replica, Session& session, const record::Entry& attest) {
  if (attest.place.clock_at_us != attest.place.received_at_us) return std::nullopt;
  contentpb::Content content;
  const auto body = session.OpenBody(attest.record.header, attest.record.body);
  if (!body.ok() || !content.ParseFromString(*body)) return std::nullopt;
  const auto verified = replica.Verified(content.attest().checkpoint());
  if (!verified.ok() || verified->checkpoint.size > attest.place.position) return std::nullopt;
  return verified->checkpoint;
}

// Newest first, until older ones can say nothing more: one at a position covers no more than stands before it, and
// was accepted no later than it was received.
absl::Status Fold(const Replica& replica, Session& session, sql::ReadTxn& tx, Heard* heard) {
  uint64_t before = INT64_MAX;
  for (int i = 0; i < kLookedAt; ++i) {
    QF_TRY_ASSIGN(const auto stored, NewestEntryOfKind(tx, recordpb::KIND_ATTEST, before));
    if (!stored.has_value()) return absl::OkStatus();
    const auto& [place, record] = stored->entry;
    const uint64_t covered = heard->claim.has_value() ? heard->claim->size : heard->size;
    if (place.position <= covered && place.received_at_us <= heard->at_us) return absl::OkStatus();
    before = place.position;
    const bool of_desk = record.header.feed.kind == record::FeedKind::kBroadcast;
    if (!of_desk || !session.authority().Counts(record.header, place)) continue;
    heard->at_us = std::max(heard->at_us, place.clock_at_us);
    const auto claim = ClaimOf(replica, session, stored->entry);
    if (!claim.has_value() || claim->size <= covered) continue;
    heard->claim = claim;
    heard->attest = record.ToProto().SerializeAsString();
  }
  return absl::OkStatus();
}

absl::Status Keep(Session& session, Setting setting, uint64_t value) {
  return session.database().Write([&](sql::WriteTxn& tx) { return PutNumber(tx, setting, value); });
}

absl::StatusOr<Heard> FoldNow(Replica& replica) {
  Session& session = replica.session();
  Heard heard;
  uint64_t at_us_before = 0;
  QF_TRY(session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(heard.size, GetNumber(tx, Setting::kDeskAttestSize));
    QF_TRY_ASSIGN(heard.at_us, GetNumber(tx, Setting::kDeskHeardUs));
    at_us_before = heard.at_us;
    return Fold(replica, session, tx, &heard);
  }));
  if (heard.at_us > at_us_before) QF_TRY(Keep(session, Setting::kDeskHeardUs, heard.at_us));
  return heard;
}

absl::Status TakeClaim(Session& session, uint64_t size, bool agrees) {
  if (!agrees) return Error(Reason::REASON_FORK, "a desk was shown another log than this device");
  QF_TRY(Keep(session, Setting::kDeskAttestSize, size));
  session.ItemsChanged();
  return absl::OkStatus();
}

}  // namespace

void HearDesks(Replica& replica, ServerCalls& calls, absl::AnyInvocable<void(absl::Status, std::string)> done) {
  Session& session = replica.session();
  auto heard = FoldNow(replica);
  if (!heard.ok()) return done(heard.status(), "");
  const auto& newest = replica.newest();
  if (!heard->claim.has_value() || !newest.has_value()) return done(absl::OkStatus(), "");
  const log::Checkpoint claim = *heard->claim, own = newest->checkpoint;
  if (session.IsDesk()) {
    const auto tree = replica.Mirror();
    if (!tree.ok()) return done(tree.status(), "");
    if (claim.size > (*tree)->size()) return done(absl::OkStatus(), "");
    const auto root = (*tree)->RootAt(claim.size);
    const bool agrees = root.ok() && *root == claim.root;  // if not, the desk alarms for it as for any attest
    return done(agrees ? TakeClaim(session, claim.size, true) : root.status(), "");
  }
  if (claim.size >= own.size) {  // an equal one needs no proof; of a greater one this view says nothing yet
    const bool equal = claim.size == own.size;
    return done(equal ? TakeClaim(session, claim.size, claim.root == own.root) : absl::OkStatus(), heard->attest);
  }
  serverpb::CheckConsistencyRequest request;
  request.set_old_size(claim.size);
  request.set_new_size(own.size);
  calls.Call<serverpb::CheckConsistencyResponse>(
      server_methods::kCheckConsistency, request,
      [&replica, claim, own, attest = std::move(heard->attest),
       done = std::move(done)](absl::StatusOr<serverpb::CheckConsistencyResponse> response) mutable {
        if (!response.ok() || replica.term() != claim.term) return done(absl::OkStatus(), "");
        const auto path = log::PathFromHashes(response->path());
        const bool agrees = path.ok() && log::VerifyConsistency(claim.size, claim.root, own.size, own.root, *path).ok();
        done(TakeClaim(replica.session(), claim.size, agrees), std::move(attest));
      },
      kProofUs);
}

absl::StatusOr<bool> IsOfficeUnheard(Session& session, sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(uint64_t heard_us, GetNumber(tx, Setting::kDeskHeardUs));
  QF_TRY_ASSIGN(const uint64_t asked_us, GetNumber(tx, Setting::kLastExchangeUs));
  if (const auto epoch = session.authority().NewestEpoch(recordpb::AUDIENCE_OFFICE); heard_us == 0 && epoch.has_value())
    heard_us = epoch->clock_at_us;
  return heard_us > 0 && heard_us + kUnheardUs < asked_us;
}

}  // namespace qf::client
