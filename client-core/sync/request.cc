#include "client-core/sync/request.h"

#include <map>

#include "client-core/session/version.h"
#include "client-core/store/entry.h"
#include "client-core/store/offer.h"
#include "client-core/sync/placing.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Priors of one request share tables of hashes, one a checkpoint.
class PriorTables {
 public:
  explicit PriorTables(serverpb::ExchangeRequest& request) : request_(request) {}

  void Add(const recordpb::Receipt& receipt, serverpb::Prior* prior) {
    *prior->mutable_placement() = receipt.placement();
    auto [table, fresh] = tables_.try_emplace(receipt.checkpoint());
    if (fresh) {
      table->second.index = static_cast<uint32_t>(request_.prior_proofs_size());
      request_.add_prior_proofs()->set_checkpoint(receipt.checkpoint());
    }
    auto* proofs = request_.mutable_prior_proofs(static_cast<int>(table->second.index));
    prior->set_proofs(table->second.index);
    for (const std::string& node : receipt.path()) {
      const auto [at, added] = table->second.nodes.try_emplace(node, static_cast<uint32_t>(table->second.nodes.size()));
      if (added) proofs->mutable_nodes()->append(node);
      prior->mutable_path()->add_nodes(at->second);
    }
  }

 private:
  struct Table {
    uint32_t index = 0;
    std::map<std::string, uint32_t> nodes;
  };
  serverpb::ExchangeRequest& request_;
  std::map<std::string, Table> tables_;
};

absl::Status FillHello(Replica& replica, const RequestOptions& options, serverpb::Hello* hello) {
  Session& session = replica.session();
  hello->set_client_version(kClientVersion);
  hello->set_protocol_revision(kProtocolRevision);
  hello->set_term(replica.term());
  if (replica.newest().has_value()) hello->set_checkpoint(replica.newest()->note);
  hello->set_wait_ms(options.wait_ms);
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY_ASSIGN(const auto incarnation, replica.KnownIncarnation(tx));
    if (incarnation.has_value()) {
      hello->set_incarnation(incarnation->str());
      QF_TRY_ASSIGN(const auto streams, ListPlaced(tx, *incarnation));
      for (const auto& [feed, sequence] : streams) {
        auto* placed = hello->add_placed();
        placed->set_feed(feed);
        placed->set_sequence(sequence);
      }
    }
    if (!options.pull) return absl::OkStatus();
    std::vector<record::Feed> feeds;
    if (session.IsDesk()) {
      feeds = {record::Feed::Log()};
      QF_TRY_ASSIGN(const auto wanted, EntriesWithoutBody(tx, limits::kAwaitedBodies));
      for (const RecordId& record : wanted) hello->add_bodies_wanted(record.str());
    } else {
      feeds = {record::Feed::Broadcast(), record::Feed::Replies(), record::Feed::Inbox(session.device())};
    }
    for (const record::Feed& feed : feeds) {
      QF_TRY_ASSIGN(const uint64_t position, GetCursor(tx, feed.name()));
      auto* cursor = hello->add_cursors();
      cursor->set_feed(feed.name());
      cursor->set_position(position);
    }
    return absl::OkStatus();
  });
}

void AddPush(Request* request, record::Record record, bool again) {
  *request->message.add_push()->mutable_record() = record.ToProto();
  request->push.push_back({std::move(record), again});
}

// Records that Welcome listed as lacking, as far as this store has something to give.
absl::Status AddLacking(Replica& replica, const std::vector<RecordId>& lacking, Request* request) {
  return replica.session().database().Read([&](sql::ReadTxn& tx) -> absl::Status {
    size_t bytes = 0;
    for (const RecordId& id : lacking) {
      QF_TRY_ASSIGN(const auto item, FindItemByRecord(tx, id));
      QF_TRY_ASSIGN(const auto entry, FindEntry(tx, id));
      recordpb::Record raw;
      if (item.has_value() && !(item->body.empty() && item->files_left == 0 && entry.has_value())) {
        raw.set_header(item->header_bytes);
        raw.set_signature(item->signature);
        raw.set_body(item->body);
      } else if (entry.has_value()) {
        raw = entry->entry.record.ToProto();
      } else {
        continue;
      }
      bytes += raw.ByteSizeLong();
      if (request->push.size() == limits::kPushRecords || bytes > limits::kPushBytes) break;
      QF_TRY_ASSIGN(record::Record record, record::ParseRecord(raw, record::SignatureCheck::kKnownGood));
      AddPush(request, std::move(record), true);
    }
    return absl::OkStatus();
  });
}

absl::Status AddOffers(Replica& replica, Request* request) {
  QF_TRY_ASSIGN(auto offers, replica.session().database().Read(
                                 [](sql::ReadTxn& tx) { return PendingOffers(tx, limits::kPushRecords); }));
  PriorTables priors(request->message);
  size_t bytes = 0;
  for (StoredOffer& offer : offers) {
    bytes += offer.record.header_bytes.size() + offer.record.body.size() + offer.prior.size() + 128;
    if (!request->push.empty() && bytes > limits::kPushBytes) break;
    AddPush(request, std::move(offer.record), true);
    recordpb::Receipt receipt;
    if (!offer.prior.empty() && receipt.ParseFromString(offer.prior)) {
      priors.Add(receipt, request->message.mutable_push(request->message.push_size() - 1)->mutable_prior());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Request> BuildRequest(Replica& replica, const RequestOptions& options) {
  Request request;
  QF_TRY(AddLacking(replica, options.lacking, &request));
  if (request.push.empty()) QF_TRY(AddOffers(replica, &request));
  if (request.push.empty()) {
    QF_TRY_ASSIGN(const auto items, NextToPush(replica));
    if (!items.empty()) replica.session().ItemsChanged();  // they are on their way from now on
    for (const Item& item : items) {
      QF_TRY_ASSIGN(record::Record record, RecordOf(item));
      AddPush(&request, std::move(record), false);
    }
  }
  QF_TRY(FillHello(replica, options, request.message.mutable_hello()));  // last: placing may have begun a stream
  return request;
}

}  // namespace qf::client
